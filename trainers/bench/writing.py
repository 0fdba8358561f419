"""Figures as JSON files that are whole or not there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dataengine.storage import storage_errors


def write_json(path: Path, data: Any) -> None:
    """Write data, replacing the file at once.

    Raises:
        StorageError: it cannot be written.
    """
    partial = path.with_name(f"{path.name}.tmp")
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        partial.replace(path)


def read_json(path: Path) -> Any:
    """Return a file's data; an empty mapping where there is none."""
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
