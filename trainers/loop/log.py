"""The run's log: JSON lines, one per measurement, that a resumed run goes on with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LOG_FILE = "log.jsonl"


class RunLog:
    """Appends lines; what lies beyond the step that a run resumes from is taken back.

    Args:
        total_steps: steps that the resumed run has done; lines of later ones are dropped.
    """

    def __init__(self, folder: Path, total_steps: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / LOG_FILE
        kept = [line for line in read_log(folder) if line["step"] <= total_steps]
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in kept)
        self._path.write_text(text, encoding="utf-8")

    def write(self, step: int, kind: str, values: Mapping[str, Any]) -> None:
        """Append a line."""
        line = json.dumps({"step": step, "kind": kind, **values}, ensure_ascii=False)
        with self._path.open("a", encoding="utf-8") as stream:
            stream.write(line + "\n")


def read_log(folder: Path) -> list[dict[str, Any]]:
    """Return the whole lines of a run's log; one that a crash cut off is left out."""
    path = folder / LOG_FILE
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            lines.append(json.loads(line))
        except ValueError:
            break
    return lines
