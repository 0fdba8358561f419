"""Cases: a picture, what is asked about it, and what counts as right; from mixtures and files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from dataengine.canonical import file_sha256
from dataengine.sample import Turn
from trainers.data.source import MixtureSource, Source
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
        picture: cases with the same are about one picture, and not independent of each other.
    """

    id: str
    image: bytes | None
    turns: tuple[Turn, ...]
    targets: tuple[str, ...]
    task: str
    kind: str = ""
    language: str = ""
    metrics: str = ""
    picture: str = ""
    missing: str = ""

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


class MixtureCases:
    """The examples of a split of a mixture, or of any other source.

    Of a conversation with several answers the last one is asked for, after the true ones before.

    Args:
        limit: only so many, from the split's beginning; 0: all.
    """

    def __init__(self, source: Source, name: str, limit: int = 0) -> None:
        self._source, self.name = source, name
        self._count = min(limit or len(source.chars), len(source.chars))

    def __len__(self) -> int:
        return self._count

    @property
    def identity(self) -> str:
        """Return the source's own, and how many of its examples are meant."""
        return f"{self._source.identity}/{self._count}"

    def order(self) -> Numbers:
        """Return the source's groups in their order, in each the longest answers first.

        Batches then hold answers of like length and wait for none, and no group is read twice.
        """
        chars = np.asarray(self._source.chars[: self._count])
        groups = np.asarray(self._source.groups[: self._count])
        order: Numbers = np.lexsort((np.arange(self._count), -chars, groups)).astype(np.int64)
        return order

    def case(self, number: int) -> Case:
        """Return an example as a case."""
        example = self._source.example(number)
        *before, answer = example.conversation.turns
        return Case(
            id=example.id,
            image=example.image,
            turns=tuple(before),
            targets=(answer.text,),
            task=example.conversation.task,
            kind=example.kind,
            language=example.language,
            picture=example.sample,
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
