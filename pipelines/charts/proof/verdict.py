"""What the proof of a chart comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Disproved:
    """The picture does not show what the chart says.

    Attributes:
        reason: one of `reasons.REASONS`.
        detail: one sentence with the values seen.
    """

    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Proved:
    """The picture shows the chart, all of it and nothing else.

    Attributes:
        scores: what was measured, by name; JSON-ready.
    """

    scores: Mapping[str, Any] = field(default_factory=dict)


class Fault(Exception):
    """A check fails; `prove` and `read_truth` return it as `Disproved`."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
