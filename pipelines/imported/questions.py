"""Question sets: records with a picture's name, a question and its answers, grouped by picture.

Grouped or not, every record belongs to one unit: those that can be asked form one unit per picture,
in the order of their first record; each that cannot is a unit of its own, which is rejected.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dataengine.sample import Turn
from pipelines.imported.conversation import MARK, check_turns
from pipelines.imported.names import MAX_NAME_CHARS
from pipelines.imported.options import Options
from pipelines.imported.record_file import RecordFile
from pipelines.imported.records import Entry, Problem, Records


@dataclass(frozen=True, slots=True)
class Question:
    """One record.

    Attributes:
        image: name of the picture.
        answers: accepted spellings, none blank, at least one.
        facts: what belongs to the record: "record_id", …
    """

    image: str
    question: str
    answers: tuple[str, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def answer(self) -> str:
        """The spelling that most people gave; of equals the first."""
        return Counter(self.answers).most_common(1)[0][0]


def make_question(
    image: str, question: str, answers: Sequence[str], facts: Mapping[str, Any]
) -> Question:
    """Return a question without blanks around its texts.

    Raises:
        Problem: the question or every answer is blank, or a mark for a picture is in them.
    """
    asked = question.strip()
    accepted = tuple(answer for one in answers if (answer := one.strip()))
    if not asked:
        raise Problem("empty-question", "the question is blank")
    if not accepted:
        raise Problem("empty-answer", f"none of {len(answers)} answers has text")
    if any(MARK in one for one in (asked, *accepted)):
        raise Problem("image-marks", f"a mark {MARK} in the question or an answer")
    return Question(image, asked, accepted, facts)


class QuestionRecords(Records):
    """The units of a question set.

    Args:
        read: makes a question of a record, or raises `Problem`.
        finish: called with a picture's name; returns what belongs to it besides: targets.
        facts: what is true of the whole file, for `source`.
    """

    def __init__(
        self,
        file: RecordFile,
        read: Callable[[dict[str, Any]], Question],
        options: Options,
        finish: Callable[[str], Mapping[str, Any]] = lambda image: {},
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        self._file = file
        self._read = read
        self._options = options
        self._finish = finish
        self._facts = facts or {}
        self._units = self._grouped() if options.group == "image" else None

    def __len__(self) -> int:
        return len(self._file) if self._units is None else len(self._units)

    def entry(self, number: int, source: dict[str, Any]) -> Entry:
        records = [number] if self._units is None else self._units[number]
        source |= {"records": records, **self._facts}
        questions = [self._read(self._file[record]) for record in records]
        image = questions[0].image
        source["image"] = image[:MAX_NAME_CHARS]
        if any(one.facts for one in questions):
            source["questions"] = [dict(one.facts) for one in questions]
        turns = tuple(
            turn
            for one in questions
            for turn in (Turn("user", one.question), Turn("assistant", one.answer))
        )
        check_turns(turns, self._options)
        _check_answers(questions, self._options)
        qa = [{"question": one.question, "answers": list(one.answers)} for one in questions]
        return Entry(image, {"qa": qa, **self._finish(image)}, turns)

    def _grouped(self) -> list[list[int]]:
        units: list[list[int]] = []
        by_image: dict[str, list[int]] = {}
        for number in range(len(self._file)):
            try:
                image = self._read(self._file[number]).image
            except Problem:
                units.append([number])
                continue
            unit = by_image.get(image)
            if unit is None or 2 * len(unit) >= self._options.max_turns:
                unit = by_image[image] = []
                units.append(unit)
            unit.append(number)
        return units


def _check_answers(questions: Sequence[Question], options: Options) -> None:
    """Refuse spellings that are longer than what a conversation may say, given or not."""
    chars = sum(len(one) for question in questions for one in question.answers)
    if chars > options.max_chars:
        raise Problem("too-long", f"{chars:,} characters of answers")
