"""What became of every key of a checkpoint, and where each of the model's tensors came from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from dataengine.storage import storage_errors
from trainers.errors import WeightsError


@dataclass(frozen=True, slots=True)
class PartReport:
    """What was loaded into one part of the model.

    Attributes:
        part: towers.NAME, connector or language.
        origin: what the recipe's `pretrained` names.
        source: the family of checkpoints.
        loaded: our names.
        resized: our name -> its shape there and here, in words.
        fresh: our names that such a checkpoint lacks and that keep their random values.
        dropped: why -> keys of the checkpoint that were left out.
    """

    part: str
    origin: str
    source: str
    loaded: tuple[str, ...]
    resized: Mapping[str, str]
    fresh: tuple[str, ...]
    dropped: Mapping[str, tuple[str, ...]]

    def lines(self) -> Iterator[str]:
        """Describe it for a log."""
        yield f"{self.part}: {len(self.loaded)} tensors from {self.origin} ({self.source})"
        for name, change in self.resized.items():
            yield f"  resized {name}: {change}"
        if self.fresh:
            yield f"  random: {', '.join(self.fresh)}"
        for why, keys in self.dropped.items():
            more = f", … ({len(keys)} keys)" if len(keys) > 1 else ""
            yield f"  left out {keys[0]}{more}: {why}"


def read_lines(path: Path) -> Iterator[str]:
    """Describe what `LoadReport.write` wrote.

    Raises:
        WeightsError: it is damaged.
    """
    try:
        parts = json.loads(path.read_text(encoding="utf-8"))["parts"]
        yield from LoadReport(tuple(PartReport(**one) for one in parts)).lines()
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise WeightsError(f"{path} is damaged: {error}") from error


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What was loaded, part by part; empty where the recipe names nothing."""

    parts: tuple[PartReport, ...] = ()

    def lines(self) -> Iterator[str]:
        """Describe it for a log."""
        for part in self.parts:
            yield from part.lines()

    def write(self, path: Path) -> None:
        """Write it as JSON, every key by name, in place of what is there.

        Raises:
            StorageError: the disk is full or cannot be written.
        """
        text = json.dumps({"parts": [asdict(part) for part in self.parts]}, indent=1)
        partial = path.with_name(f".partial-{path.name}")
        with storage_errors(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_text(text + "\n", encoding="utf-8")
            partial.replace(path)
