"""Draws ECharts options without a browser: laid out in V8, replayed by Skia.

The same arguments give the same pixels in any process, in any order, after any history: clock and
chance are fixed inside, texts are measured by the tables of the fonts that draw them, an isolate
that failed or ran a stranger's code is thrown away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from pipelines.charts.echarts.closing import Closing
from pipelines.charts.echarts.isolate import Isolate
from pipelines.charts.echarts.recording import ChartFault, Recording
from pipelines.charts.echarts.replay.canvas import Replay
from pipelines.charts.echarts.replay.sheet import Sheet
from pipelines.charts.echarts.replay.text import Typesetter
from pipelines.charts.fonts import FontSet

MAX_SIDE = 4096
MAX_RECORD = 64 << 20
_FAULTS = ("error", "size", "unsupported")


@dataclass(frozen=True, slots=True)
class EngineLimits:
    """What one chart may take.

    Attributes:
        seconds: wall-clock time of its JavaScript.
        heap_mb: memory of the JavaScript heap.
        operations: drawing operations; fifty numbers of paths count as one.
        charts: after how many charts an isolate is replaced.
    """

    seconds: float = 10.0
    heap_mb: int = 256
    operations: int = 40_000
    charts: int = 20_000


class Engine(Closing):
    """Draws charts one after another; one per process, made after forking. Use as a context.

    V8 starts with the first chart, or with `start`. It reserves address space without end then, so
    a process that limits its own should start the engine before. Of private memory (RLIMIT_DATA)
    2000 MB are enough, whatever is drawn.
    """

    def __init__(self, limits: EngineLimits | None = None) -> None:
        self._limits = limits or EngineLimits()
        self._isolate: Isolate | None = None
        self._typesetters: dict[FontSet, Typesetter] = {}
        self._themes: dict[str, str] = {}
        self._sheet = Sheet()

    def start(self) -> None:
        """Start V8 and load ECharts, unless that is done; raises `ToolMissing`."""
        if self._isolate is None:
            self._isolate = Isolate(self._limits.heap_mb)
            for name, theme in self._themes.items():
                self._isolate.add_theme(name, theme)

    def draw(
        self,
        option_text: str,
        width: int,
        height: int,
        font_set: FontSet,
        *,
        background: str = "#ffffff",
        theme: str | None = None,
        readback: str = "",
        trusted: bool = False,
    ) -> Recording:
        """Draw one chart: a pure function of the arguments.

        Args:
            option_text: the option as JavaScript source, as pyecharts' `dump_options()` gives it:
                JSON, or an object literal with functions in it.
            width, height: of the picture in pixels.
            font_set: draws all texts, whatever families the option names.
            background: painted first, CSS colour; the option's `backgroundColor` goes over it.
            theme: "dark", or a name given to `register_theme`; None for ECharts' own.
            readback: source of a JavaScript function `(chart, option) => any` that is called after
                layout and painting; what it returns must be JSON-able and becomes
                `Recording.readback`. `option` is the evaluated option; `chart.getModel()` works.
                It is the caller's own and trusted.
            trusted: the functions in `option_text` are this project's own: the isolate that ran
                them serves further charts. Otherwise it is thrown away after them (some 100 ms).

        Raises:
            ChartFault: it cannot be drawn.
            ToolMissing: ECharts or a library is not installed.
        """
        if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
            raise ChartFault("size", f"{width} x {height} px; at most {MAX_SIDE} a side")
        code = not _is_json(option_text)
        settings = {
            "width": width,
            "height": height,
            "background": background,
            "theme": theme,
            "fontSet": font_set.name,
            "code": code,
            "limit": self._limits.operations,
        }
        record = self._record(settings, option_text, readback, font_set, keep=trusted or not code)
        typesetter = self._typesetters.get(font_set)
        if typesetter is None:
            typesetter = self._typesetters[font_set] = Typesetter(font_set)
        try:
            _, canvases, answer, ground = record
            pixels, texts, shapes = Replay(canvases, typesetter, self._sheet).paint(ground)
        except (TypeError, ValueError, LookupError, OverflowError, RuntimeError) as error:
            raise ChartFault("error", f"its record cannot be replayed: {error}") from error
        return Recording(pixels, texts, shapes, answer)

    def register_theme(self, name: str, theme: str) -> None:
        """Make a theme known: its JSON text, as the ECharts theme builder writes it."""
        if not _is_json(theme):
            raise ChartFault("error", f"the theme {name!r} is not JSON")
        self._themes[name] = theme
        if self._isolate is not None:
            self._isolate.add_theme(name, theme)

    def close(self) -> None:
        """End the isolate; the next chart starts another."""
        if self._isolate is not None:
            self._isolate.close()
            self._isolate = None

    def _record(
        self,
        settings: dict[str, Any],
        option_text: str,
        readback: str,
        font_set: FontSet,
        *,
        keep: bool,
    ) -> list[Any]:
        self.start()
        isolate = self._isolate
        assert isolate is not None
        isolate.add_font_set(font_set)
        number = isolate.add_reader(readback) if readback else None
        arguments = b",".join(orjson.dumps(part) for part in (settings, option_text, number))
        try:
            answer = isolate.run(f"drawChart({arguments.decode()})", self._limits.seconds)
            if len(answer) > MAX_RECORD:
                raise ChartFault("size", "its record is too long")
            record: list[Any] = _parsed(answer)
        except ChartFault:
            self.close()
            raise
        isolate.charts += 1
        if not keep or isolate.charts >= self._limits.charts:
            self.close()
        return record


def _parsed(answer: str) -> list[Any]:
    try:
        record = orjson.loads(answer)
    except orjson.JSONDecodeError as error:
        raise ChartFault("error", "its JavaScript broke the record") from error
    if not isinstance(record, list) or len(record) not in (2, 4):
        raise ChartFault("error", "its JavaScript broke the record")
    if record[0]:
        reason, detail = record[0], str(record[1])[:300]
        raise ChartFault(reason if reason in _FAULTS else "error", detail)
    if record[3] is None:
        raise ChartFault("error", "the background is no colour")
    return record


def _is_json(text: str) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True
