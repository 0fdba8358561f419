"""Figures of an evaluation: means by task, by kind and language, and by member of the mixture.

Intervals are the 2.5th and 97.5th percentiles of the mean over 1,000 sets of pictures drawn with
replacement (the percentile bootstrap, Efron 1979). Pictures are drawn, not cases: ten questions
about one chart are not ten witnesses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dataengine.seeding import unit_rng
from trainers.evaluation.metric_sets import Better
from trainers.evaluation.scoring import Scored

RESAMPLES = 1000
LEVEL = 0.95
_AT_ONCE = 50
"""Sets of pictures that are drawn together: 4 MB for 10,000 pictures."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean.

    Attributes:
        value: over the cases that have one, each with its weight; None if none has.
        low, high: 95 % interval; None with fewer than two pictures.
        count, undefined: cases with and without a value.
        notes: what was odd -> in how many cases.
    """

    value: float | None
    low: float | None
    high: float | None
    count: int
    undefined: int
    better: Better
    notes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Group:
    """Cases of a task, or those of one kind and language, or of one member of the mixture.

    Attributes:
        kind, language, member: None: all of them.
        unread: cases without a prediction; they count as read empty.
    """

    task: str
    metrics: str
    kind: str | None
    language: str | None
    member: str | None
    cases: int
    pictures: int
    unread: int
    figures: Mapping[str, Figure]

    def as_data(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self)


def make_groups(scored: Sequence[Scored], seed: int = 0) -> list[Group]:
    """Return the figures of each task, and below it those of its kinds and members, if several."""
    tasks: dict[tuple[str, str], list[Scored]] = {}
    for one in scored:
        tasks.setdefault((one.task, one.metrics.name), []).append(one)
    groups: list[Group] = []
    for _, cases in sorted(tasks.items()):
        groups.append(_group(cases, None, None, None, seed))
        pairs = sorted({(one.kind, one.language) for one in cases})
        for kind, language in pairs if len(pairs) > 1 else ():
            own = [one for one in cases if (one.kind, one.language) == (kind, language)]
            groups.append(_group(own, kind, language, None, seed))
        members = sorted({one.member for one in cases})
        for member in members if len(members) > 1 else ():
            own = [one for one in cases if one.member == member]
            groups.append(_group(own, None, None, member, seed))
    return groups


def _group(
    cases: Sequence[Scored],
    kind: str | None,
    language: str | None,
    member: str | None,
    seed: int,
) -> Group:
    metrics = cases[0].metrics
    names = [name for name in metrics.measures if name in cases[0].values]  # those of the mode
    pictures, owner = np.unique([one.picture for one in cases], return_inverse=True)
    values = np.array(
        [[one.values[name].value for name in names] for one in cases], np.float64
    )  # None becomes NaN
    known = ~np.isnan(values)
    weights = np.where(known, [[one.values[name].weight for name in names] for one in cases], 0.0)
    sums, counts = np.zeros((2, len(pictures), len(names)))
    np.add.at(sums, owner, np.nan_to_num(values) * weights)
    np.add.at(counts, owner, weights)
    bounds = _intervals(sums, counts, seed)
    figures: dict[str, Figure] = {}
    for column, name in enumerate(names):
        weight = float(weights[:, column].sum())
        count = int(known[:, column].sum())
        notes = Counter(one.values[name].note for one in cases if one.values[name].note)
        figures[name] = Figure(
            value=float(sums[:, column].sum() / weight) if weight else None,
            low=bounds[column][0],
            high=bounds[column][1],
            count=count,
            undefined=len(cases) - count,
            better=metrics.measures[name],
            notes=dict(sorted(notes.items())),
        )
    unread = sum(bool(one.unread) for one in cases)
    return Group(
        cases[0].task, metrics.name, kind, language, member, len(cases), len(pictures), unread,
        figures,
    )  # fmt: skip


def _intervals(
    sums: Floats, counts: Floats, seed: int
) -> list[tuple[float, float] | tuple[None, None]]:
    """Return the interval of each measure's mean; none where fewer than two pictures have a value.

    Args:
        sums, counts: (pictures, measures) of the values and weights of each picture's cases.
    """
    rng = unit_rng(seed, "evaluation/intervals", 0)
    pictures = len(sums)
    even = np.full(pictures, 1 / pictures)
    means = np.full((RESAMPLES, sums.shape[1]), np.nan)
    for first in range(0, RESAMPLES, _AT_ONCE):
        drawn = rng.multinomial(pictures, even, _AT_ONCE)
        total = drawn @ counts
        np.divide(drawn @ sums, total, out=means[first : first + _AT_ONCE], where=total > 0)
    bounds: list[tuple[float, float] | tuple[None, None]] = []
    for column, known in enumerate((counts > 0).sum(axis=0)):
        if known < 2:
            bounds.append((None, None))
            continue
        low, high = np.nanquantile(means[:, column], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        bounds.append((float(low), float(high)))
    return bounds
