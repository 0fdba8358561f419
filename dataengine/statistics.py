"""Figures of a job, done or not: what became of every unit, by part and by corpus file."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from dataengine.job import standing
from dataengine.plan import Plan
from dataengine.reader import read_batches
from dataengine.receipt import Receipt
from dataengine.sample import works_of
from dataengine.storage import Storage


@dataclass(slots=True)
class PartStats:
    """Figures of one part.

    Attributes:
        planned, units: units planned and units done.
        tallies: "language" | "kind" | "licence" | "template" -> value -> samples.
        files: corpus file -> "sample" or a reason -> units; only where asked for.
        seconds: CPU seconds by stage.
    """

    planned: int = 0
    units: int = 0
    samples: int = 0
    bytes: int = 0
    peak_mb: float = 0.0
    reasons: Counter[str] = field(default_factory=Counter)
    tallies: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    seconds: Counter[str] = field(default_factory=Counter)
    files: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def as_data(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "planned": self.planned,
            "units": self.units,
            "samples": self.samples,
            "rejections": self.units - self.samples,
            "bytes": self.bytes,
            "peak_mb": self.peak_mb,
            "reasons": dict(self.reasons.most_common()),
            **{key: dict(counts.most_common()) for key, counts in sorted(self.tallies.items())},
            "seconds": {key: round(value, 3) for key, value in sorted(self.seconds.items())},
            "files": {name: dict(sorted(counts.items())) for name, counts in self.files.items()},
        }


def collect(storage: Storage, plan: Plan, *, by_file: bool = False) -> dict[str, PartStats]:
    """Sum up the receipts of a job, and with `by_file` the rows' sources."""
    stats = {name: PartStats(planned=part.units) for name, part in plan.parts.items()}
    for receipt in standing(storage, plan).done:
        _add(stats[receipt.part], receipt)
        if by_file:
            _add_files(storage, stats[receipt.part], receipt)
    for part in stats.values():
        part.files = dict(sorted(part.files.items()))
    return stats


def _add(part: PartStats, receipt: Receipt) -> None:
    part.units += receipt.units
    part.samples += receipt.samples
    part.bytes += receipt.data.bytes
    part.peak_mb = max(part.peak_mb, receipt.peak_mb)
    part.reasons.update(receipt.reasons)
    for key, counts in receipt.tallies.items():
        part.tallies[key].update(counts)
    for stage, seconds in receipt.seconds.items():
        part.seconds[stage] += seconds  # type: ignore[assignment]


def _add_files(storage: Storage, part: PartStats, receipt: Receipt) -> None:
    for batch in read_batches(storage, receipt.data, ["source"]):
        for source in batch.column("source").to_pylist():
            for name in _file_names(source):
                part.files[name]["sample"] += 1
    for batch in read_batches(storage, receipt.rejects, ["source", "reason"]):
        for row in batch.to_pylist():
            for name in _file_names(row["source"]):
                part.files[name][row["reason"]] += 1


def _file_names(source: str) -> list[str]:
    names = (f"{work.get('corpus')}/{work.get('item')}" for work in works_of(json.loads(source)))
    return list(dict.fromkeys(names))
