"""Counts of what is exported: tasks, kinds, languages, licences, members."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from dataengine.licences import rule_of
from dataengine.sample import works_of
from dataengine.views.example import Example

UNKNOWN = "unknown"


class Tallies:
    """Examples by value, for each of a few keys."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {}

    def add(self, example: Example) -> None:
        """Take in an example."""
        conversation = example.conversation
        questions = conversation.details.get("questions", ())
        values: dict[str, Iterable[str]] = {
            "task": [conversation.task],
            "prompt_language": [conversation.language or "as it came"],
            "set": {one["set"] for one in questions} or {"as it came"},
            "kind": [example.kind],
            "language": [example.language],
            "licence": licences_of(example),
            "degraded": {str(one.get("name", "")) for one in example.degraded} or {"none"},
        }
        if example.member:
            values["member"] = [example.member]
        for key, found in values.items():
            self._counts.setdefault(key, Counter()).update(found)
        self._counts.setdefault("chars", Counter())["answers"] += conversation.answer_chars

    def merge(self, counts: Mapping[str, Mapping[str, int]]) -> None:
        """Take in the counts of a shard."""
        for key, found in counts.items():
            self._counts.setdefault(key, Counter()).update(found)

    def data(self) -> dict[str, dict[str, int]]:
        """Return the counts, sorted."""
        return {key: dict(sorted(found.items())) for key, found in sorted(self._counts.items())}


def licences_of(example: Example) -> set[str]:
    """Return the licences of all works that an example was made from."""
    return {str(work.get("licence") or UNKNOWN) for work in works_of(example.source)}


def licence_list(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return licences with their examples and what each asks, the most frequent first."""
    order = sorted(counts, key=lambda licence: (-counts[licence], licence))
    return [
        {
            "licence": licence,
            "examples": counts[licence],
            "kind": (rule := rule_of(licence)).kind,
            "may_be_passed_on": rule.allowed,
            "asks": rule.asks,
        }
        for licence in order
    ]
