"""What a metric gives: a value per sample or the reason why it has none, and their mean."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from dataengine.errors import ConfigError
from dataengine.seeding import unit_rng
from trainers.evaluation.metrics.modes import Mode

TOO_LARGE = "too large"
ABSENT = "absent"
EMPTY = "empty"
INVENTED = "invented"
SKIPPED = "skipped"
UNPARSABLE = "unparsable"

_DRAWS = 2_000_000
"""Indices drawn at a time by `bootstrap`: 16 MB."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample's value, or None where it is not defined; the note says what was odd.

    Attributes:
        weight: what it counts in sums over a set that are no plain means, such as its length.
    """

    value: float | None
    note: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Score:
    """A metric over a set: `value` is None if no sample has one."""

    name: str
    variant: str
    mode: Mode
    value: float | None
    count: int
    undefined: int = 0
    better: Literal["higher", "lower"] = "higher"
    notes: Mapping[str, int] = field(default_factory=dict)
    samples: tuple[Sample, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return all but the samples as plain values."""
        return {
            "name": self.name,
            "variant": self.variant,
            "mode": self.mode,
            "value": self.value,
            "count": self.count,
            "undefined": self.undefined,
            "better": self.better,
            "notes": dict(self.notes),
        }


@dataclass(frozen=True, slots=True)
class Interval:
    """Bounds of a mean by the bootstrap; `level` is their coverage."""

    low: float
    high: float
    level: float
    resamples: int


def mean_score(
    samples: Iterable[Sample],
    *,
    name: str,
    variant: str,
    mode: Mode,
    better: Literal["higher", "lower"] = "higher",
) -> Score:
    """Average the samples that have a value; count the others, and all notes."""
    kept = tuple(samples)
    values = [sample.value for sample in kept if sample.value is not None]
    return Score(
        name=name,
        variant=variant,
        mode=mode,
        value=math.fsum(values) / len(values) if values else None,
        count=len(values),
        undefined=len(kept) - len(values),
        better=better,
        notes=dict(sorted(Counter(sample.note for sample in kept if sample.note).items())),
        samples=kept,
    )


def bootstrap(
    values: Sequence[float],
    *,
    seed: int,
    strata: Sequence[Hashable] | None = None,
    resamples: int = 1000,
    level: float = 0.95,
) -> Interval:
    """Return the percentile interval of the mean, by resampling samples with replacement.

    With `strata` (one name per value) each is resampled by itself and the mean is that of the
    strata's means, as olmOCR-bench does for its categories. The same seed gives the same bounds.

    Raises:
        ConfigError: no values, a value that is not finite, or settings out of range.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.size == 0 or not np.isfinite(array).all():
        raise ConfigError("a bootstrap needs at least one value, and finite ones")
    if resamples < 1 or not 0 < level < 1:
        raise ConfigError("a bootstrap needs resamples >= 1 and 0 < level < 1")
    names = [0] * array.size if strata is None else list(strata)
    if len(names) != array.size:
        raise ConfigError(f"{array.size} values but {len(names)} strata")
    groups: dict[Hashable, list[int]] = {}
    for index, name in enumerate(names):
        groups.setdefault(name, []).append(index)
    means = np.zeros(resamples)
    for number, members in enumerate(groups.values()):
        means += _resampled_means(array[members], seed, number, resamples) / len(groups)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high), level, resamples)


def _resampled_means(
    values: np.ndarray[tuple[int], np.dtype[np.float64]], seed: int, group: int, resamples: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    rng = unit_rng(seed, "bootstrap", group)
    means = np.empty(resamples)
    step = max(1, _DRAWS // values.size)
    for start in range(0, resamples, step):
        stop = min(start + step, resamples)
        drawn = rng.integers(values.size, size=(stop - start, values.size))
        means[start:stop] = values[drawn].mean(axis=1)
    return means
