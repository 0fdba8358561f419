"""A view bound to a seed: which conversations a sample gives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from dataengine.errors import ConfigError
from dataengine.registry import near
from dataengine.sample import Turn
from dataengine.views.answers.found import Found
from dataengine.views.answers.objects import named
from dataengine.views.answers.regions import RegionAnswer
from dataengine.views.answers.turns import TurnsAnswer, turns_of
from dataengine.views.draws import Draws
from dataengine.views.example import Conversation
from dataengine.views.settings import View
from dataengine.views.task_files import get_task, task_names
from dataengine.views.wording import Wordings

Row = Mapping[str, Any]

_HAN = re.compile(r"[\u4e00-\u9fff]")
_COLUMNS = ("id", "kind", "language", "source", "width", "height", "targets")


class Viewer:
    """A view bound to a seed; what it gives depends on nothing but these, its name and the row.

    Args:
        view: what is asked for.
        seed: of all draws.
        name: sets this view's draws apart from those of others with the same seed.
        folder: where task files are, if not under `templates/prompts/`.

    Attributes:
        columns: the columns of the reader that rows must have.

    Raises:
        ConfigError: the view names a task, a set of wordings or a level that does not exist, or
            sets without a request for one of its tasks.
    """

    def __init__(
        self, view: View, seed: int, name: str = "", *, folder: Path | None = None
    ) -> None:
        self.view, self.seed, self.name = view, seed, name
        self.weights = {task: weight for task, weight in view.tasks.items() if weight > 0}
        self._tasks = {task: get_task(task, folder) for task in sorted(view.tasks)}
        _check_sets(view, folder)
        self._wordings = {
            task: Wordings(task, self._tasks[task], view) for task in sorted(self.weights)
        }
        self._check_levels()
        needed = [column for task in self.weights for column in self._tasks[task].answer.needs]
        self.columns: tuple[str, ...] = tuple(dict.fromkeys([*_COLUMNS, *needed]))

    def conversations(self, row: Row) -> list[Conversation]:
        """Return what is asked about a row, no two alike; empty where no task fits it.

        Args:
            row: as `dataengine.reader` gives it, with `columns`.
        """
        draws = Draws(self.seed, self.name, row["id"])
        open_tasks = {task: self._offers(row, task, draws) for task in self._suited(row)}
        made: list[Conversation] = []
        for number in range(self.view.per_sample):
            weights = {task: self.weights[task] for task in open_tasks}
            for task in draws.ordered(weights, "task", number):
                conversation = next(open_tasks[task], None)
                if conversation is not None:
                    made.append(conversation)
                    break
                del open_tasks[task]
        return made

    def tasks_of(self, row: Row) -> list[str]:
        """Return the tasks of the view that a row can give, sorted."""
        draws = Draws(self.seed, self.name, row["id"])
        return [
            task
            for task in sorted(self._suited(row))
            if next(self._offers(row, task, draws), None) is not None
        ]

    def _suited(self, row: Row) -> list[str]:
        return [task for task in self.weights if self._tasks[task].suits(row)]

    def _offers(self, row: Row, name: str, draws: Draws) -> Iterator[Conversation]:
        """Yield the conversations that a row gives for a task, each with another answer."""
        answer = self._tasks[name].answer
        if isinstance(answer, TurnsAnswer):
            yield from self._as_it_came(row, name, draws)
            return
        asked = 0
        fitting = _distinct(
            found
            for found in answer.found(row, name, self.view, draws)
            if self._fits(len(found.answer))
        )
        while founds := list(islice(fitting, self.view.questions if answer.many else 1)):
            yield self._asked(row, name, founds, asked, draws)
            asked += len(founds)

    def _asked(
        self, row: Row, name: str, founds: list[Found], first: int, draws: Draws
    ) -> Conversation:
        """Ask for each of several things in turn, in one language."""
        wordings = self._wordings[name]
        follows = self._tasks[name].language
        spoken = row["language"] if follows == "sample" else _language_of(founds[0].answer)
        language = wordings.language(spoken, draws, (name, first))
        turns: list[Turn] = []
        details = []
        for number, found in enumerate(founds, first):
            request = wordings.draw(language, draws, (name, number), row["source"])
            names = named(found.slots.get("names", ""), language, request.group.between)
            slots = {**found.slots, "names": names}
            answer = f"{request.group.prefix}{found.answer}{request.group.suffix}"
            turns += [Turn("user", request.filled(slots)), Turn("assistant", answer)]
            details.append({"set": request.group.set, "wording": request.number, **found.details})
        return Conversation(name, language, tuple(turns), {"questions": details})

    def _as_it_came(self, row: Row, name: str, draws: Draws) -> Iterator[Conversation]:
        turns = turns_of(row)
        if not turns or not self._fits(sum(len(one.text) for one in turns[1::2])):
            return
        wordings = self._wordings[name]
        if not any(wordings.by_language.values()):
            yield Conversation(name, "", turns)
            return
        language = wordings.language(row["language"], draws, (name,))
        request = wordings.draw(language, draws, (name,), row["source"])
        first = Turn("user", request.filled({"question": turns[0].text}))
        details = {"questions": [{"set": request.group.set, "wording": request.number}]}
        yield Conversation(name, "", (first, *turns[1:]), details)

    def _fits(self, chars: int) -> bool:
        most = self.view.max_answer_chars
        return self.view.min_answer_chars <= chars and (most is None or chars <= most)

    def _check_levels(self) -> None:
        known: set[str] = set()
        for name in self.weights:
            answer = self._tasks[name].answer
            if isinstance(answer, RegionAnswer) and not answer.only_levels:
                known.update(answer.levels, *answer.levels.values())
        for level in self.view.levels if known else ():
            if level not in known:
                raise ConfigError(
                    f"no region task asks for the level {level!r}{near(level, sorted(known))}"
                )


def _distinct(founds: Iterable[Found]) -> Iterator[Found]:
    """Leave out what asks for or answers with what came before: a heading is a line, too."""
    seen: set[tuple[str, str]] = set()
    for found in founds:
        said = {("", found.answer), *found.slots.items()}
        if seen.isdisjoint(said):
            seen |= said
            yield found


def _language_of(text: str) -> str:
    return "zh" if _HAN.search(text) else "en"


def _check_sets(view: View, folder: Path | None) -> None:
    if not view.wordings:
        return
    known = sorted(
        {group.set for name in task_names(folder) for group in get_task(name, folder).groups}
    )
    for name in view.wordings:
        if name not in known:
            raise ConfigError(f"no set of wordings is called {name!r}{near(name, known)}")
