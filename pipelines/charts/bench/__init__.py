"""`dataengine bench charts`: both libraries as usually used, ours, and the floor.

Ours renders charts of all kinds into shards with one worker, as `render` would: content and look
drawn, laid out, painted, read back, proven, encoded, written. The same charts are then drawn as is
usual, without any proof: by pyplot and savefig; by pyecharts' `make_snapshot`, a browser per chart
(a few of them, each takes seconds); and in one Chromium page that stays open. The floor is each
library's own drawing of a finished chart and one fast PNG: ECharts' JavaScript and its replay; one
more Agg draw of the figure that pyplot built, which ours can beat, as it builds a lighter one and
draws texts in another way. CPU time of all processes counts. All ways run in turn, several rounds,
and medians are compared. Ours is counted per chart that was proven and written; what the refused
ones took is its cost, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dataengine.errors import ToolMissing
from dataengine.measuring import machine
from dataengine.resources import bundled
from pipelines.charts.bench import floor, ways
from pipelines.charts.bench.charts import Chart, charts_of, with_pyecharts
from pipelines.charts.bench.figures import Round, figures_of, tell
from pipelines.charts.bench.snapshot import Snapshots
from pipelines.charts.options import Language, Options
from pipelines.charts.requirements import find_requirements
from pipelines.charts.spec.kinds import BOTH, Library

ROUNDS = 3
LANGUAGES: tuple[Language, ...] = ("en", "zh")
WARM: dict[Library, int] = {"matplotlib": 32, "pyecharts": 256}
"""Charts that come before the measured ones: V8 goes on compiling for some hundreds of them."""
SNAPSHOTS = 2
"""Charts per language and round that the documented way renders."""

Say = Callable[[str], None]
Built = Sequence[tuple[Chart, Any]]


def run(corpora: Sequence[str], units: int, say: Say) -> Mapping[str, Any]:
    """Measure, tell each step, and return the figures.

    Args:
        corpora: folders or files on this machine's disk; the bundled ones if empty.
        units: charts per library, language and round.
    """
    say(f"{machine()}; {units} charts of each library, language and round")
    bench = _Bench(corpora, units, say)
    rounds = [
        found
        for turn in range(ROUNDS)
        for library, language in tuple(bench.usable)
        if (found := bench.measure(library, language, turn)) is not None
    ]
    figures = figures_of(rounds, bench.left_out)
    tell(figures, say)
    return {"machine": machine(), "units": units, **figures}


class _Bench:
    """The ways that can be measured here, and why the others cannot."""

    def __init__(self, corpora: Sequence[str], units: int, say: Say) -> None:
        self._corpora = list(corpora)
        self._units = units
        self._say = say
        self._snapshots: Snapshots | None = None
        self.left_out: dict[str, str] = {}
        self.usable: list[tuple[Library, Language]] = []
        for library in BOTH:
            for language in LANGUAGES:
                found = find_requirements(Options(library=library, language=language))
                if found.missing:
                    self._leave_out(f"{library}, {language}", "; ".join(found.missing))
                else:
                    self.usable.append((library, language))
        try:
            self._snapshots = Snapshots()
        except ToolMissing as error:
            self._leave_out("make_snapshot", str(error))

    def measure(self, library: Library, language: Language, turn: int) -> Round | None:
        """Measure every way once; None if nothing was kept of what ours drew."""
        options = Options(library=library, language=language)
        paths = self._corpora or [str(bundled("corpora", "charts") / language)]
        changes = options.model_dump(mode="json", include={"library", "language"})
        warm, stop = WARM[library], WARM[library] + self._units
        with TemporaryDirectory(prefix="dataengine-bench-") as name:
            folder = Path(name)
            ours, job = ways.ours(paths, folder, warm, self._units, changes)
            if not ours.kept:
                self.usable.remove((library, language))
                self._leave_out(f"{library}, {language}", "none of the charts drawn were proven")
                return None
            found = Round(library, language, ours)
            first = charts_of(options, job, range(warm))
            charts = charts_of(options, job, range(warm, stop))
            if library == "matplotlib":
                found.costs_ms["naive"] = ways.naive_ms(first, charts)
                found.costs_ms["floor"] = floor.agg_ms(charts)
            else:
                built = with_pyecharts(first), with_pyecharts(charts)
                found.costs_ms["floor"] = floor.echarts_ms(*built)
                self._in_browsers(found, *built, folder, turn)
        words = ", ".join(f"{way} {value:.1f}" for way, value in found.costs_ms.items())
        self._say(
            f"round {turn + 1}, {library}, {language}: ours {ours.kept_ms:.1f}, {words} CPU ms per "
            f"chart; {ours.kept} of {ours.drawn} charts proven"
        )
        return found

    def _in_browsers(
        self, found: Round, warm: Built, built: Built, folder: Path, turn: int
    ) -> None:
        if "page" not in self.left_out:
            try:
                found.costs_ms["page"], found.failed = ways.page_ms(warm, built)
            except ToolMissing as error:
                self._leave_out("page", str(error))
        if self._snapshots is not None:
            few = built[turn * SNAPSHOTS : (turn + 1) * SNAPSHOTS] or built[:SNAPSHOTS]
            try:
                cpu_ms, found.snapshot_wall_ms = ways.snapshot_ms(self._snapshots, few, folder)
                found.costs_ms["snapshot"] = cpu_ms
            except ToolMissing as error:
                self._snapshots = None
                self._leave_out("make_snapshot", str(error))

    def _leave_out(self, way: str, why: str) -> None:
        self.left_out[way] = why
        self._say(f"not measured: {way}: {why}")
