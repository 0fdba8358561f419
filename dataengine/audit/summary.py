"""The figures of an audit: by kind and language, and for planted faults how many were found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from dataengine.audit.auditing import Audit, compared_groups
from dataengine.audit.findings import COMPARED, VERDICTS, Finding
from dataengine.audit.intervals import wilson
from dataengine.audit.planting import FAULTS

CAUSES: Mapping[str, tuple[str, ...]] = {
    "swapped": ("other-target", "other-language"),
    "cropped": ("cropped",),
    "wrong-language": ("other-language",),
}
"""Fault -> causes that name it rightly."""


@dataclass(frozen=True, slots=True)
class Share:
    """A count among others, with the 95 % interval of its share (Wilson)."""

    count: int
    of: int
    low: float
    high: float

    @classmethod
    def among(cls, hits: int, trials: int) -> Share:
        """Return a count with its interval."""
        return cls(hits, trials, *wilson(hits, trials))

    @property
    def share(self) -> float:
        """The share itself; 0 without trials."""
        return self.count / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one kind and language, those with planted faults apart.

    Attributes:
        verdicts: verdict -> rows; all rows audited are in it.
        distance: median and 90th percentile of the normalised edit distance.
        missing, extra: mean share of the target's words not read; of words read not in the target.
        contradicted: rows compared that contradict.
    """

    kind: str
    language: str
    audited: int
    compared: int
    verdicts: Mapping[str, int]
    distance: tuple[float, float]
    missing: float
    extra: float
    contradicted: Share
    doubtful: Share


@dataclass(frozen=True, slots=True)
class Caught:
    """How many planted faults were found.

    Attributes:
        planted: rows that got the fault.
        comparable: those of them that could be compared and in which the fault shows.
        found: comparable ones whose verdict is "contradicts".
        named: found ones with the right cause.
    """

    fault: str
    kind: str
    language: str
    planted: int
    comparable: int
    found: Share
    named: int


@dataclass(frozen=True, slots=True)
class Summary:
    """All figures of an audit."""

    groups: tuple[Group, ...]
    caught: tuple[Caught, ...]
    contradicted: Share

    def as_data(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self)


def summarise(audit: Audit) -> Summary:
    """Return the figures of an audit."""
    clean = [one for one in audit.findings if not one.planted]
    compared = _compared(clean)
    return Summary(
        groups=tuple(_group(*key, members) for key, members in compared_groups(clean)),
        caught=tuple(_caught(audit.findings)),
        contradicted=Share.among(_count(compared, "contradicts"), len(compared)),
    )


def _group(kind: str, language: str, members: Sequence[Finding]) -> Group:
    compared = _compared(members)
    tally = Counter(one.verdict for one in members)
    distances = [one.signs.distance for one in compared] or [0.0]
    return Group(
        kind=kind,
        language=language,
        audited=len(members),
        compared=len(compared),
        verdicts={verdict: tally[verdict] for verdict in VERDICTS},
        distance=(float(np.median(distances)), float(np.quantile(distances, 0.9))),
        missing=_mean(1.0 - one.signs.coverage for one in compared),
        extra=_mean(one.signs.extra for one in compared),
        contradicted=Share.among(tally["contradicts"], len(compared)),
        doubtful=Share.among(tally["doubtful"], len(compared)),
    )


def _caught(findings: Sequence[Finding]) -> Iterable[Caught]:
    for fault in FAULTS:
        for (kind, language), members in compared_groups(
            [one for one in findings if one.planted == fault]
        ):
            shows = [one for one in _compared(members) if one.telling]
            found = [one for one in shows if one.verdict == "contradicts"]
            yield Caught(
                fault=fault,
                kind=kind,
                language=language,
                planted=len(members),
                comparable=len(shows),
                found=Share.among(len(found), len(shows)),
                named=sum(one.cause in CAUSES[fault] for one in found),
            )


def _compared(findings: Iterable[Finding]) -> list[Finding]:
    return [one for one in findings if one.verdict in COMPARED]


def _count(findings: Iterable[Finding], verdict: str) -> int:
    return sum(one.verdict == verdict for one in findings)


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return float(np.mean(listed)) if listed else 0.0
