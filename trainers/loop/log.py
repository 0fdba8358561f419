"""The run's log: JSON lines, one per measurement, that a resumed run goes on with.

Pictures of transcripts are kept beside it as files; a line names its own.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO, TypeGuard

from dataengine.storage import storage_errors
from trainers.loop.pictures import keep

LOG_FILE = "log.jsonl"

_LONE = "backslashreplace"
"""A surrogate alone, which no encoding has, becomes an escape as JSON itself writes it."""


class RunLog:
    """Appends lines; what lies beyond the step that a run resumes from is taken back.

    Args:
        total_steps: steps that the resumed run has done; lines of later ones are dropped.

    Raises:
        StorageError: it cannot be written.
    """

    def __init__(self, folder: Path, total_steps: int) -> None:
        self._folder, self._path = folder, folder / LOG_FILE
        partial = folder / f"{LOG_FILE}.tmp"
        with storage_errors(self._path):
            folder.mkdir(parents=True, exist_ok=True)
            kept = [line for line in read_log(folder) if _step(line) <= total_steps]
            text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in kept)
            partial.write_text(text, encoding="utf-8", errors=_LONE)
            partial.replace(self._path)

    def write(self, step: int, kind: str, values: Mapping[str, Any]) -> None:
        """Append a line; in place of a transcript's picture it has the name of its file."""
        if "transcripts" in values:
            values = {**values, "transcripts": [self._named(one) for one in values["transcripts"]]}
        line = json.dumps({"step": step, "kind": kind, **values}, ensure_ascii=False)
        with storage_errors(self._path), self._open() as stream:
            stream.write(line + "\n")

    def _open(self) -> TextIO:
        return self._path.open("a", encoding="utf-8", errors=_LONE)

    def _named(self, transcript: Mapping[str, Any]) -> dict[str, Any]:
        name = keep(self._folder, transcript["id"], transcript["picture"])
        return {**transcript, "picture": name}


def read_log(folder: Path) -> list[dict[str, Any]]:
    """Return the whole lines of a run's log; one that a crash cut off is left out."""
    path = folder / LOG_FILE
    lines = []
    for line in path.read_bytes().split(b"\n") if path.exists() else ():  # texts hold other breaks
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            lines.append(found)
    return lines


def figures(kind: str, values: Mapping[str, Any]) -> dict[str, float]:
    """Return the numbers of a line of the log under the names that trackers have for them."""
    return {f"{kind}/{name}": value for name, value in values.items() if is_number(value)}


def is_number(value: object) -> TypeGuard[float]:
    """Say whether a logged value is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _step(line: Mapping[str, Any]) -> float:
    """Return a line's step; one without any goes with the resumed run's past."""
    step = line.get("step")
    return step if isinstance(step, int | float) else 0
