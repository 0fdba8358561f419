"""Spreads of millions of numbers in flat memory: large and broken ones to three digits."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
_EXACT = 10_000
_TINY = 1e-12
"""Numbers closer to zero lose digits, down to none."""


class Spread:
    """Counts numbers; least, most and mean are exact, and so are quantiles of small whole numbers.

    Whole numbers below 10,000 are kept as they are, others to three significant digits: quantiles
    are within half a per cent, and each power of ten takes at most 1,800 counts.
    """

    def __init__(self) -> None:
        self.count = 0
        self.total = 0.0
        self.least = float("inf")
        self.most = float("-inf")
        self._counts: Counter[float] = Counter()

    def add(self, values: npt.ArrayLike) -> None:
        """Take in numbers; those that are not finite are left out."""
        numbers = np.asarray(values, np.float64).ravel()
        numbers = numbers[np.isfinite(numbers)]
        if not len(numbers):
            return
        self.count += len(numbers)
        self.total += float(numbers.sum())
        self.least = min(self.least, float(numbers.min()))
        self.most = max(self.most, float(numbers.max()))
        kept, counts = np.unique(_rounded(numbers), return_counts=True)
        for value, count in zip(kept.tolist(), counts.tolist(), strict=True):
            self._counts[value] += count

    def merge(self, other: Spread) -> None:
        """Take in all numbers of another spread."""
        self.count += other.count
        self.total += other.total
        self.least = min(self.least, other.least)
        self.most = max(self.most, other.most)
        self._counts.update(other._counts)

    @property
    def mean(self) -> float:
        """The mean, or 0 where there is nothing."""
        return self.total / self.count if self.count else 0.0

    def quantile(self, share: float) -> float:
        """Return the number below which a share of all lies."""
        values, counts = self.table()
        if not len(values):
            return 0.0
        place = np.searchsorted(np.cumsum(counts), share * self.count)
        value = float(values[min(int(place), len(values) - 1)])
        return min(max(value, self.least), self.most)

    def table(self) -> tuple[Numbers, npt.NDArray[np.int64]]:
        """Return the numbers in order and how often each is there."""
        values = sorted(self._counts)
        return np.array(values), np.array([self._counts[one] for one in values], np.int64)

    def as_data(self) -> dict[str, Any]:
        """Return the figures as plain data for JSON."""
        if not self.count:
            return {"count": 0}
        return {
            "count": self.count,
            "total": _plain(self.total),
            "least": _plain(self.least),
            "p5": _plain(self.quantile(0.05)),
            "median": _plain(self.quantile(0.5)),
            "p95": _plain(self.quantile(0.95)),
            "most": _plain(self.most),
            "mean": round(self.mean, 4),
        }


def _rounded(numbers: Numbers) -> Numbers:
    size = np.abs(numbers)
    digits = np.floor(np.log10(np.maximum(size, _TINY))) - 2
    # Powers of ten are exact only above 1; so small numbers are scaled up instead of divided.
    up, down = 10.0 ** np.maximum(-digits, 0), 10.0 ** np.maximum(digits, 0)
    rounded = np.round(numbers * up / down) / up * down
    is_exact = (size < _EXACT) & (numbers == np.round(numbers))
    return np.where(is_exact, numbers, rounded) + 0.0  # no minus zero


def _plain(value: float) -> float | int:
    return int(value) if value == int(value) else round(value, 6)
