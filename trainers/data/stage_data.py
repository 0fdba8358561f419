"""What a stage of a run reads: examples to learn from, and others to measure with."""

from __future__ import annotations

from dataclasses import dataclass

from trainers.data.source import Source


@dataclass(frozen=True, slots=True)
class StageData:
    """What a stage reads.

    Attributes:
        source: what is learned from.
        held_out: what is measured with; None: nothing is.
    """

    source: Source
    held_out: Source | None
