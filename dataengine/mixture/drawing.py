"""Draws samples for a member: those whose hashed ids come first, whatever order they lie in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dataengine.errors import PlanError
from dataengine.seeding import part_key

Rows = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a member draws.

    Attributes:
        rows: numbers of the samples in their dataset, int64 of shape (n,), ascending.
        times: how often each is drawn, int64 of shape (n,).
    """

    rows: Rows
    times: Rows

    def only(self, mask: npt.NDArray[np.bool_]) -> Drawn:
        """Return some of it."""
        return Drawn(self.rows[mask], self.times[mask])


def draw(rows: Rows, keys: Keys, count: int, seed: int, member: str) -> Drawn:
    """Draw `count` samples, each floor(count / available) times and some of them once more.

    Args:
        rows: numbers of the samples that may be drawn, of shape (n,).
        keys: hash of each one's id, of shape (n,).
    """
    if not len(rows):
        return Drawn(rows, rows)
    times = np.full(len(rows), count // len(rows), np.int64)
    priority = _mixed(keys ^ np.uint64(part_key(f"{seed}/{member}")))
    times[np.lexsort((keys, priority))[: count % len(rows)]] += 1
    kept = np.flatnonzero(times)
    kept = kept[np.argsort(rows[kept], kind="stable")]
    return Drawn(rows[kept], times[kept])


def check_enough(
    member: str, wanted: int, available: int, removed: Mapping[str, int], *, repeat: bool
) -> None:
    """Refuse to draw more samples than there are, or from none.

    Raises:
        PlanError: with the remedies, and with what stands in the way.
    """
    if available and (repeat or wanted <= available):
        return
    left_out = ", ".join(f"{why} {count:,}" for why, count in removed.items())
    remedies = (
        "loosen its filter or view, or render more"
        if not available
        else "lower its count or weight, loosen its filter, render more, or let it draw samples "
        f"again with members.{member}.repeat=true"
    )
    raise PlanError(
        f"member {member}: {wanted:,} samples wanted, {available:,} there"
        f"{f' (left out: {left_out})' if left_out else ''}; {remedies}"
    )


def _mixed(values: Keys) -> Keys:
    """Scatter 64-bit numbers, one to one (the finalizer of SplitMix64)."""
    with np.errstate(over="ignore"):
        values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
