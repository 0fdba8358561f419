"""Cases: a picture, what is asked about it, and what counts as right; from mixtures and files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from dataengine.canonical import file_sha256
from dataengine.sample import Turn
from dataengine.views.answers.turns import TurnsAnswer
from dataengine.views.task_files import get_task, task_names
from trainers.data.source import MixtureSource, Source
from trainers.evaluation.box_drawing import Unit
from trainers.evaluation.errors import EvaluationError
from trainers.evaluation.predictions import Prediction, read_predictions

if TYPE_CHECKING:
    from dataengine.mixture.reading import MixtureReader

Numbers = npt.NDArray[np.int64]

BLOCK = 256
"""Examples of a mixture that are held together."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """What is read and what it is held against.

    Attributes:
        image: the encoded picture; None: there is none, `missing` says why.
        turns: what was said so far, ending with the user's; empty where only scores are wanted.
        targets: texts of which any is right.
        task: names the metrics, if `metrics` does not.
        metrics: name of a metric set (`trainers.evaluation.metric_sets`); "" follows the task.
        member: which member of a mixture it is of; "" outside of one.
        picture: cases with the same are about one picture, and not independent of each other.
        boxes: unit of the boxes that its answers may hold.
    """

    id: str
    image: bytes | None
    turns: tuple[Turn, ...]
    targets: tuple[str, ...]
    task: str
    kind: str = ""
    language: str = ""
    metrics: str = ""
    member: str = ""
    picture: str = ""
    missing: str = ""
    boxes: Unit = ""

    @property
    def prompt(self) -> str:
        """What is asked."""
        return self.turns[-1].text if self.turns else ""


class CaseSet(Protocol):
    """Numbered cases.

    Attributes:
        name: for people.
    """

    @property
    def name(self) -> str:
        """Return what the cases are called, for people."""

    @property
    def identity(self) -> str:
        """Return what changes when the cases do."""

    def __len__(self) -> int: ...

    def order(self) -> Numbers:
        """Return the numbers of all cases in the order in which they are read."""

    def case(self, number: int) -> Case:
        """Return a case."""


class BlockSource(MixtureSource):
    """A split of a mixture, read some hundred examples at a time instead of whole windows.

    Args:
        limit: only so many examples are ever read, from the split's beginning; 0: all.
    """

    def __init__(self, reader: MixtureReader, split: str, limit: int = 0) -> None:
        super().__init__(reader, split)
        size = min(limit or len(self), len(self))
        self.groups = np.arange(len(self)) // BLOCK
        self._windows = [
            (start, min(start + BLOCK, size)) for start in range(0, max(1, size), BLOCK)
        ]

    def boxes(self) -> dict[str, Unit]:
        """Return for each member the unit of the boxes in its answers."""
        members = self._reader.mixture.members
        return {name: member.view.boxes for name, member in members.items()}

    def several(self) -> Numbers:
        """Return the examples that may be conversations with more than one answer."""
        members = self._reader.mixture.members
        table = self._reader.selection(self._split, ["task", "member"])
        tasks, names = (table.column(one).to_pylist() for one in table.column_names)
        pairs = list(zip(tasks, names, strict=True))
        may = {
            (task, member): _may_converse(task, members[member].view.questions)
            for task, member in set(pairs)
        }
        return np.flatnonzero([may[pair] for pair in pairs])


def _may_converse(task: str, questions: int) -> bool:
    if task not in task_names():
        return True  # its file is gone: the examples say
    answer = get_task(task).answer
    return isinstance(answer, TurnsAnswer) or (answer.many and questions > 1)


class MixtureCases:
    """The answers of a split of a mixture, or of any other source: a case each.

    Of a conversation every answer is asked for, after the true ones before it. Where there are
    several, their ids are the example's with ".1", ".2" … behind.

    Args:
        limit: only so many examples, from the split's beginning; 0: all.
        boxes: member -> unit of the boxes in its answers.
        several: examples that may have more than one answer: they are read to count them; None:
            all are.

    Raises:
        ShardError: those examples cannot be read.
    """

    def __init__(
        self,
        source: Source,
        name: str,
        limit: int = 0,
        several: Sequence[int] | None = None,
        boxes: Mapping[str, Unit] = MappingProxyType({}),
    ) -> None:
        self._source, self.name, self._boxes = source, name, boxes
        self.examples = min(limit or len(source.chars), len(source.chars))
        self._answers: list[tuple[int, ...]] = [
            (int(chars),) for chars in source.chars[: self.examples]
        ]
        for number in range(self.examples) if several is None else several:
            if number < self.examples:
                turns = source.example(number).conversation.turns
                self._answers[number] = tuple(len(turn.text) for turn in turns[1::2])
        counts = np.array([len(one) for one in self._answers], np.int64)
        self._example = np.repeat(np.arange(self.examples), counts)
        self._place = np.arange(len(self._example)) - np.repeat(np.cumsum(counts) - counts, counts)

    def __len__(self) -> int:
        return len(self._example)

    @property
    def identity(self) -> str:
        """Return the source's own, and how much of it is meant."""
        return f"{self._source.identity}/{self.examples}/{len(self)}"

    def order(self) -> Numbers:
        """Return the source's groups in their order, in each the longest answers first.

        Batches then hold answers of like length and wait for none, and no group is read twice.
        """
        chars = np.array([one for answers in self._answers for one in answers], np.int64)
        groups = np.asarray(self._source.groups)[self._example]
        order: Numbers = np.lexsort((np.arange(len(self)), -chars, groups)).astype(np.int64)
        return order

    def only(self, numbers: Numbers) -> None:
        """Take note of which cases will be asked for; where that can be, no others are read."""
        if isinstance(self._source, MixtureSource):
            self._source.only(np.unique(self._example[numbers]))

    def case(self, number: int) -> Case:
        """Return an answer as a case.

        Raises:
            EvaluationError: the example has other answers than were counted.
        """
        place, answers = int(self._place[number]), self._answers[self._example[number]]
        example = self._source.example(int(self._example[number]))
        turns = example.conversation.turns
        if len(turns) != 2 * len(answers):
            raise EvaluationError(
                f"{self.name}: {example.id} has {len(turns) // 2} answers, not {len(answers)}"
            )
        return Case(
            id=f"{example.id}.{place + 1}" if len(answers) > 1 else example.id,
            image=example.image,
            turns=turns[: 2 * place + 1],
            targets=(turns[2 * place + 1].text,),
            task=example.conversation.task,
            kind=example.kind,
            language=example.language,
            member=example.member,
            picture=example.sample,
            boxes=self._boxes.get(example.member, ""),
        )


class FileCases:
    """Targets of a file in the form of a predictions file; there are no pictures.

    Args:
        metrics: name of the set for all of them; "" follows the tasks.
    """

    def __init__(self, path: Path, metrics: str = "") -> None:
        self.name, self._metrics = path.name, metrics
        self._lines: Sequence[Prediction] = list(read_predictions(path, ("target",)))
        self._digest = file_sha256(path)
        if not self._lines:
            raise EvaluationError(f"{path} has no lines")

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def identity(self) -> str:
        """Return the file's hash."""
        return self._digest

    def order(self) -> Numbers:
        """Return the order of the file."""
        return np.arange(len(self._lines))

    def case(self, number: int) -> Case:
        """Return a line as a case."""
        line = self._lines[number]
        turns = (Turn("user", line.prompt),) if line.prompt else ()
        return Case(
            id=line.id,
            image=None,
            turns=turns,
            targets=line.targets,
            task=line.task,
            kind=line.kind,
            language=line.language,
            metrics=self._metrics,
        )
