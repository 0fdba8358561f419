"""What reading gives: a block, or a fault in its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.latex_pages.content.nodes import (
    Block,
    Blocks,
    Table,
)
from pipelines.latex_pages.content.reading import (
    Refusal,
)

if TYPE_CHECKING:
    from pipelines.latex_pages.source.tokens import Place


@dataclass(frozen=True, slots=True)
class Found:
    """A block and where it stands in the source."""

    block: Block
    place: Place


@dataclass(frozen=True, slots=True)
class Fault:
    """What could not be read.

    Attributes:
        kind: what it would have been ("paragraph", "table", "display", "list", …).
        reason: one word for counting.
        detail: the command, the character, … at fault.
        place: of the fault, or of the block's beginning.
    """

    kind: str
    reason: str
    detail: str
    place: Place


Outcome = Found | Fault


def fault(kind: str, refusal: Refusal, place: Place) -> Fault:
    """Return what a refusal costs: at its own place, or at the block's."""
    at = refusal.place if refusal.place != (0, 0) else place
    return Fault(kind, refusal.reason, refusal.detail, at)


def all_blocks(outcomes: list[Outcome]) -> Blocks | None:
    """Return all blocks, or None if something between them could not be read."""
    blocks = tuple(found.block for found in outcomes if isinstance(found, Found))
    return blocks if len(blocks) == len(outcomes) else None


def is_table(outcome: Outcome) -> bool:
    """Return whether the outcome is a table."""
    return isinstance(outcome, Found) and isinstance(outcome.block, Table)
