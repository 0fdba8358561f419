"""A benchmark as its authors publish it: entries of its files, pictures read when they are needed.

Files are data of strangers: every field that is used is checked, and no picture lies outside of the
benchmark's folder. Pictures that are not there are counted and named, never passed over.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

import numpy as np
from pydantic import TypeAdapter, ValidationError

from dataengine.canonical import content_hash, file_sha256
from dataengine.sample import Turn
from dataengine.storage import storage_errors
from trainers.evaluation.cases import Case, Numbers
from trainers.evaluation.errors import EvaluationError

Model = TypeVar("Model")

QUESTION = "{question}"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a benchmark asks about one picture.

    Attributes:
        image: path of the picture in the benchmark's folder.
        targets: texts of which any is right; none where they are not published.
        own: what the benchmark's own tools want back with the answer.
    """

    id: str
    image: str
    prompt: str
    targets: tuple[str, ...]
    kind: str
    language: str
    own: Mapping[str, Any] = field(default_factory=dict)


class Benchmark:
    """The cases of a part of a benchmark.

    Args:
        task, metrics: of all entries.
        files: what the entries were read from.
        notes: sentences for the report: what the figures are and are not.

    Attributes:
        missing: pictures that are not there.

    Raises:
        EvaluationError: an entry's picture would lie outside of the folder.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        entries: Sequence[Entry],
        *,
        task: str,
        metrics: str,
        files: Sequence[Path],
        notes: Sequence[str] = (),
    ) -> None:
        if not entries:
            raise EvaluationError(f"{', '.join(map(str, files))}: there are no entries")
        self.name, self.folder, self.entries = name, folder, entries
        self.notes = tuple(notes)
        self._task, self._metrics, self._files = task, metrics, files
        images = dict.fromkeys(one.image for one in entries)
        for image in images:
            if not image or not _inside(image):
                raise EvaluationError(f"{files[0]}: {image!r} is no picture in {folder}")
        self.missing = tuple(image for image in images if not (folder / image).is_file())

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def identity(self) -> str:
        """Return the hash of the files and of what is asked."""
        asked = [[one.id, one.image, one.prompt] for one in self.entries]
        return content_hash([[file_sha256(one) for one in self._files], asked, [*self.missing]])

    def order(self) -> Numbers:
        """Return the cases with the longest answers first; batches then hold like ones."""
        chars = np.array([max(map(len, one.targets), default=0) for one in self.entries])
        order: Numbers = np.lexsort((np.arange(len(chars)), -chars)).astype(np.int64)
        return order

    def case(self, number: int) -> Case:
        """Return an entry as a case; raises `EvaluationError` if its picture cannot be read."""
        entry = self.entries[number]
        path = self.folder / entry.image
        missing = f"{entry.image} is not there" if entry.image in self.missing else ""
        try:
            image = None if missing else path.read_bytes()
        except OSError as error:
            raise EvaluationError(f"cannot read {path}: {error.strerror}") from error
        return Case(
            id=entry.id,
            image=image,
            turns=(Turn("user", entry.prompt),),
            targets=entry.targets,
            task=self._task,
            kind=entry.kind,
            language=entry.language,
            metrics=self._metrics,
            picture=entry.image,
            missing=missing,
        )

    def changed(self, prompt: str = "", limit: int = 0) -> Benchmark:
        """Return it asked in other words, or its first entries only.

        Args:
            prompt: in place of every prompt; {question} stands for what was asked.
            limit: 0: all.
        """
        entries = self.entries[: limit or None]
        if prompt:
            entries = [replace(one, prompt=prompt.replace(QUESTION, one.prompt)) for one in entries]
        return Benchmark(
            self.name, self.folder, entries,
            task=self._task, metrics=self._metrics, files=self._files, notes=self.notes,
        )  # fmt: skip


def _inside(image: str) -> bool:
    path = PurePosixPath(image)
    return not path.is_absolute() and ".." not in path.parts and "\0" not in image


def read_published(path: Path, form: type[Model]) -> Model:
    """Return a JSON file in a typed form; fields that the form has not are passed over.

    Raises:
        EvaluationError: it cannot be read, or is not of that form; the message names the place.
    """
    try:
        return TypeAdapter(form).validate_json(path.read_bytes(), strict=True)
    except OSError as error:
        raise EvaluationError(f"cannot read {path}: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise EvaluationError(f"{path}: {place}: {first['msg']}") from error


def find_one(folder: Path, pattern: str) -> Path:
    """Return the one file of a folder that fits; raises `EvaluationError` if there is not one."""
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        names = ", ".join(one.name for one in found) or "none"
        raise EvaluationError(f"{folder} must have one file like {pattern}; there are: {names}")
    return found[0]


def write_json(path: Path, data: Any) -> Path:
    """Write what a benchmark's own tools read; it appears when it is whole."""
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(path.name + ".tmp")
        text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
        partial.write_bytes(text.encode("utf-8", "replace"))
        partial.replace(path)
    return path
