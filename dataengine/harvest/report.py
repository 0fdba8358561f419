"""Counts what a harvest came to: pieces by group and work, refusals by reason, with examples."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dataengine.harvest.chunk_file import KEPT_DETAILS, WorkFacts
from dataengine.pipeline import Item


@dataclass(slots=True)
class Counts:
    """What is counted while material is merged.

    Attributes:
        groups: pieces by group, duplicates left out.
        works: "corpus/item" -> its pieces and refusals.
        refusals: kind -> reason -> how many.
        examples: reason -> the first refusals in corpus order.
    """

    duplicates: int = 0
    groups: dict[str, int] = field(default_factory=dict)
    works: dict[str, dict[str, int]] = field(default_factory=dict)
    refusals: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    examples: defaultdict[str, list[dict[str, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add_work(self, work: Item, facts: WorkFacts, pieces: int) -> None:
        """Count a work."""
        name = f"{work.corpus}/{work.name}"
        for kind, reason, count in facts.refusals:
            self.refusals[kind][reason] += count
        refused = sum(count for _, _, count in facts.refusals)
        self.works[name] = {"pieces": pieces, "refused": refused}
        for kind, reason, detail, place in facts.details:
            if len(self.examples[reason]) < KEPT_DETAILS:
                example = {"kind": kind, "item": name, "place": place, "detail": detail}
                self.examples[reason].append(example)

    def as_data(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "works": len(self.works),
            "pieces": sum(self.groups.values()),
            "duplicates": self.duplicates,
            "groups": self.groups,
            "refusals": {kind: _sorted(counts) for kind, counts in sorted(self.refusals.items())},
            "examples": dict(sorted(self.examples.items())),
            "by_work": self.works,
        }


def _sorted(counts: Counter[str]) -> Mapping[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
