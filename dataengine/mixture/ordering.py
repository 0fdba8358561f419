"""The order in which a split is read: shuffled, and yet row group by row group.

The row groups of each part of each dataset are shuffled, and spread evenly over the whole order, so
that every stretch of it has all of them in proportion. Neighbouring row groups form a window, whose
samples are shuffled together. A reader holds one window at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dataengine.mixture.settings import Order
from dataengine.seeding import part_key

_ORDER, _WINDOW, _EPOCH = 1, 2, 3
"""Last spawn keys of what is drawn here."""


@dataclass(frozen=True, slots=True)
class Window:
    """Row groups that are read together: `first` to `last` (excluded) of a split's order."""

    number: int
    first: int
    last: int


def interleaved(sizes: Mapping[str, int], seed: int, split: str) -> list[tuple[str, int]]:
    """Order the row groups of several strata: each shuffled, and spread evenly.

    Args:
        sizes: stratum -> number of its row groups; does not depend on their order.

    Returns:
        (stratum, number of the row group in it), each once.
    """
    strata = sorted(sizes)
    owners, places, groups = [], [], []
    for number, name in enumerate(strata):
        size = sizes[name]
        rng = _rng(seed, f"{split}/{name}", _ORDER)
        groups.append(rng.permutation(size))
        places.append((np.arange(size) + rng.random(size)) / max(1, size))
        owners.append(np.full(size, number))
    if not strata:
        return []
    owner, group = np.concatenate(owners), np.concatenate(groups)
    order = np.lexsort((group, owner, np.concatenate(places)))
    pairs = zip(owner[order].tolist(), group[order].tolist(), strict=True)
    return [(strata[one], number) for one, number in pairs]


def cut_windows(samples: npt.NDArray[np.int64], order: Order) -> Iterator[Window]:
    """Cut row groups into windows of at least `order.window` samples or `order.row_groups` groups.

    Args:
        samples: samples that each row group gives, in order.
    """
    first = held = number = 0
    for at, count in enumerate(samples.tolist(), 1):
        held += count
        if held >= order.window or at - first == order.row_groups:
            yield Window(number, first, at)
            first, held, number = at, 0, number + 1
    if first < len(samples):
        yield Window(number, first, len(samples))


def shuffled(
    count: int, seed: int, split: str, window: int, epoch: int = 0
) -> npt.NDArray[np.int64]:
    """Return the order of the examples of a window in an epoch."""
    name = f"{split}/{window}/{epoch}" if epoch else f"{split}/{window}"
    return _rng(seed, name, _WINDOW).permutation(count)


def epoch_order(count: int, seed: int, split: str, epoch: int) -> npt.NDArray[np.int64]:
    """Return the order of the windows in an epoch: as they are in the first, then shuffled."""
    if epoch == 0:
        return np.arange(count, dtype=np.int64)
    return _rng(seed, f"{split}/{epoch}", _EPOCH).permutation(count)


def _rng(seed: int, name: str, key: int) -> np.random.Generator:
    sequence = np.random.SeedSequence(seed, spawn_key=(part_key(name), key))
    return np.random.Generator(np.random.PCG64(sequence))
