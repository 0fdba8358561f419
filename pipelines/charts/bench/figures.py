"""The figures of the benchmark: medians of the rounds, ratios, and the words that tell them."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.charts.bench import naive_matplotlib
from pipelines.charts.bench.ways import Ours
from pipelines.charts.options import Language
from pipelines.charts.spec.kinds import BOTH, KINDS, Library

Say = Callable[[str], None]

TARGETS: Mapping[str, Mapping[str, float]] = {
    "matplotlib": {"naive": 3.5},
    "pyecharts": {"snapshot": 60.0, "page": 3.0},
}
"""How many times as fast as a usual way each library has to be."""
TOGETHER = 60.0
"""Charts per core-second of both libraries together."""
_WAYS = {
    "naive": "pyplot and savefig",
    "snapshot": "make_snapshot, a browser per chart",
    "page": "one Chromium page that stays open",
    "floor": "the library's own drawing of a finished chart and a fast PNG",
}


@dataclass(slots=True)
class Round:
    """One round of one library and language.

    Attributes:
        costs_ms: way -> CPU milliseconds per chart; ways that were left out are missing.
        failed: charts that the page could not draw.
        snapshot_wall_ms: wall time of the documented way, per chart.
    """

    library: Library
    language: Language
    ours: Ours
    costs_ms: dict[str, float] = field(default_factory=dict)
    failed: int = 0
    snapshot_wall_ms: float = 0.0


def figures_of(rounds: Sequence[Round], left_out: Mapping[str, str]) -> dict[str, Any]:
    """Return the figures of each library, and of both together where both were measured."""
    figures: dict[str, Any] = {}
    for library in BOTH:
        of_library = [one for one in rounds if one.library == library]
        if of_library:
            figures[library] = _of_library(library, of_library)
    if all(library in figures for library in BOTH):
        mean_ms = statistics.fmean(figures[library]["ours_ms"] for library in BOTH)
        figures["both"] = {
            "ours_ms": round(mean_ms, 2),
            "charts_per_core_s": _per_second(mean_ms),
            "target": TOGETHER,
        }
    return figures | {"left_out": dict(left_out)}


def _of_library(library: Library, rounds: Sequence[Round]) -> dict[str, Any]:
    languages = {
        language: [one for one in rounds if one.language == language]
        for language in dict.fromkeys(one.language for one in rounds)
    }
    by_language = {language: _of_language(found) for language, found in languages.items()}
    ways = [way for way in _WAYS if all(f"{way}_ms" in one for one in by_language.values())]
    means = {
        name: statistics.fmean(one[f"{name}_ms"] for one in by_language.values())
        for name in ("ours", "ours_per_drawn", *ways)
    }
    stages: dict[str, float] = {}
    for one in rounds:
        for name, value in one.ours.stages_ms.items():
            stages[name] = stages.get(name, 0.0) + value / len(rounds)
    stages["shard, frames, rest"] = means["ours_per_drawn"] - sum(stages.values())
    figures = {
        "charts_per_core_s": _per_second(means["ours"]),
        **{f"{name}_ms": round(value, 2) for name, value in means.items()},
        **{f"times_{way}": _ratio(means[way], means["ours"]) for way in ways if way != "floor"},
        "times_the_floor_cost": _ratio(means["ours"], means["floor"]),
        "targets": dict(TARGETS[library]),
        "kept": sum(found[0].ours.kept for found in languages.values()),
        "drawn": sum(found[0].ours.drawn for found in languages.values()),
        "worker_peak_mb": max(one.ours.peak_mb for one in rounds),
        "start_s": round(statistics.median(one.ours.start_s for one in rounds), 2),
        "stages_ms": {
            name: round(value, 2)
            for name, value in sorted(stages.items(), key=lambda item: -item[1])
        },
        "languages": by_language,
    }
    if library == "matplotlib":
        figures["kinds_without_naive_code"] = [
            name
            for name, kind in KINDS.items()
            if library in kind.libraries and name not in naive_matplotlib.KINDS
        ]
    else:
        figures["failed_in_page"] = max(one.failed for one in rounds)
        figures["snapshot_wall_ms"] = round(
            statistics.median(one.snapshot_wall_ms for one in rounds)
        )
    return figures


def _of_language(rounds: Sequence[Round]) -> dict[str, float]:
    found = {
        "ours_ms": statistics.median(one.ours.kept_ms for one in rounds),
        "ours_per_drawn_ms": statistics.median(one.ours.drawn_ms for one in rounds),
    }
    for way in _WAYS:
        costs = [one.costs_ms[way] for one in rounds if way in one.costs_ms]
        if costs:
            found[f"{way}_ms"] = statistics.median(costs)
    return {name: round(value, 2) for name, value in found.items()}


def tell(figures: Mapping[str, Any], say: Say) -> None:
    """Say the figures in words."""
    for library in BOTH:
        if library in figures:
            _tell_library(library, figures[library], say)
    if "both" in figures:
        both = figures["both"]
        say(
            f"both libraries together: {both['charts_per_core_s']} charts per core-second "
            f"(wanted: {both['target']:g})"
        )
    for way, why in figures["left_out"].items():
        say(f"not measured: {way}: {why}")


def _tell_library(library: str, found: Mapping[str, Any], say: Say) -> None:
    say(
        f"{library}: {found['charts_per_core_s']} charts per core-second, proven and written "
        f"({found['ours_ms']} ms each; {found['kept']} of {found['drawn']} drawn were kept, "
        f"{found['ours_per_drawn_ms']} ms per chart drawn)"
    )
    for way, words in _WAYS.items():
        if f"times_{way}" in found:
            target = found["targets"].get(way)
            wanted = f"; wanted: {target:g}" if target else ""
            say(f"  {found[f'times_{way}']} times {words} ({found[f'{way}_ms']} ms{wanted})")
    say(
        f"  {found['times_the_floor_cost']} times the cost of {_WAYS['floor']} alone "
        f"({found['floor_ms']} ms)"
    )
    say(f"  largest worker {found['worker_peak_mb']} MiB; its start, {found['start_s']} s, is off")
    if found.get("kinds_without_naive_code"):
        say(f"  without usual code: {', '.join(found['kinds_without_naive_code'])}")
    if found.get("failed_in_page"):
        say(f"  the page could not draw {found['failed_in_page']} charts")
    for name, value in found["stages_ms"].items():
        say(f"  {name:<24}{value:>8.2f} ms")


def _per_second(each_ms: float) -> float:
    return round(1000 / each_ms, 1) if each_ms > 0 else 0.0


def _ratio(above: float, below: float) -> float:
    return round(above / below, 2) if below > 0 else 0.0
