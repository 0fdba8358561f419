"""One V8 isolate with ECharts in it, and the limits under which code runs there.

V8 keeps the process's time zone and language from its first use; both are pinned while an isolate
is made. What cannot be bounded inside (one call that takes more memory than there is) ends the
process, which is why charts of strangers are drawn in worker processes.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files

import orjson

from dataengine.errors import ToolMissing
from pipelines.charts.echarts.library import read_library
from pipelines.charts.echarts.recording import ChartFault
from pipelines.charts.fonts import FontSet, odd_advances

V8_FLAGS = (
    "--single-threaded",
    "--no-turbofan",
    "--min-semi-space-size=32",
    "--max-semi-space-size=64",
)
"""Measured in time of the processor: a young generation of this size costs a tenth less than V8's
own; charts differ too much for the last compiler, which takes a seventh more than it saves."""

_SCRIPTS = ("colour.js", "paints.js", "recorder.js")
_MEMORIES = (
    # Widths of texts by font name: other fonts have the same names here.
    ("forgetWidths", "_r", "var _r={};", "function br(t,e){var n=_r[e=e||a];"),
    # Decals by series name, which would go on from chart to chart.
    ("forgetDecals", "_G", "_G={};", "function bG(t,e){"),
)
"""What the library remembers of earlier charts: function that forgets, variable, where it is."""

MAX_READERS = 20
_MIB = 1 << 20


class Isolate:
    """A V8 isolate that lays charts out. After a `ChartFault` it is not to be used again."""

    def __init__(self, heap_mb: int) -> None:
        """Start V8, load the library; raises `ToolMissing`."""
        try:
            import py_mini_racer
        except ImportError as error:
            raise ToolMissing("mini-racer is not installed: pip install mini-racer") from error
        with _pinned_surroundings():
            py_mini_racer.init_mini_racer(flags=V8_FLAGS, ignore_duplicate_init=True)
            self._racer = py_mini_racer.MiniRacer()
            self._racer.set_hard_memory_limit(heap_mb * _MIB)
            for script in _sources():
                self._racer.eval(f"{script}\n;0")
        self._timeout = py_mini_racer.JSTimeoutException
        self._flood = py_mini_racer.JSOOMException
        self._thrown = (py_mini_racer.JSEvalException, py_mini_racer.JSParseException)
        self._sets: set[str] = set()
        self._readers: dict[str, int] = {}
        self.charts = 0

    def add_font_set(self, made: FontSet) -> None:
        """Tell the isolate how wide texts are."""
        if made.name not in self._sets:
            self._racer.eval(_widths_call(made))
            self._sets.add(made.name)

    def add_theme(self, name: str, theme: str) -> None:
        """Register a theme by its JSON text."""
        words = [orjson.dumps(part).decode() for part in (name, theme)]
        self._racer.eval(f"echarts.registerTheme({words[0]}, JSON.parse({words[1]}));0")

    def add_reader(self, source: str) -> int:
        """Tell the isolate the source of a function that reads charts back; return its number."""
        number = self._readers.get(source)
        if number is None:
            if len(self._readers) >= MAX_READERS:
                self._readers.clear()
            number = self._readers[source] = len(self._readers)
            self._racer.eval(f"addReader({number}, {orjson.dumps(source).decode()});0")
        return number

    def run(self, code: str, seconds: float) -> str:
        """Evaluate code that returns a string.

        Raises:
            ChartFault: it throws, takes too long or too much memory, or returns something else.
        """
        try:
            answer = self._racer.eval(code, timeout_sec=seconds)
        except self._timeout as error:
            self._settle()
            raise ChartFault("timeout", f"its JavaScript took more than {seconds:g} s") from error
        except self._flood as error:
            raise ChartFault("memory", "its JavaScript takes too much memory") from error
        except self._thrown as error:
            reason = "memory" if self._racer.was_hard_memory_limit_reached() else "error"
            raise ChartFault("memory" if reason == "memory" else "error", _words(error)) from error
        if not isinstance(answer, str):
            raise ChartFault("error", "its JavaScript broke the drawing off")
        return answer

    def close(self) -> None:
        """End the isolate and give its memory back."""
        self._racer.close()

    def _settle(self) -> None:
        """Wait until what was stopped has stopped; ended earlier, V8's thread finds no listener."""
        try:
            self._racer.eval("0", timeout_sec=2)
        except (self._timeout, self._flood, *self._thrown):
            return


def _words(error: Exception) -> str:
    """Return the first line of an error, without the source that V8 quotes."""
    first = str(error).strip().splitlines()[:1]
    return "".join(first).partition(": ")[2][:300] or type(error).__name__


@contextmanager
def _pinned_surroundings() -> Iterator[None]:
    pinned = {"TZ": "UTC", "LC_ALL": "en_US.UTF-8"}
    before = {name: os.environ.get(name) for name in pinned}
    os.environ.update(pinned)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def script(name: str) -> str:
    """Return one of the JavaScript files beside this module."""
    return (files(__package__) / name).read_text(encoding="utf-8")


@functools.cache
def library_source() -> str:
    """Return ECharts with functions let out that make it forget earlier charts."""
    library = read_library()
    for name, variable, before, after in _MEMORIES:
        if library.count(before + after) != 1:
            raise ToolMissing("this ECharts is not the one that isolates are made for")
        forget = f"{before}globalThis.{name}=function(){{{variable}={{}}}};{after}"
        library = library.replace(before + after, forget)
    return library


@functools.cache
def _sources() -> tuple[str, ...]:
    first = "new Date(0).getTimezoneOffset() + (0.5).toLocaleString();"
    own = (script("surroundings.js"), library_source())
    wrapped = "\n".join(script(name) for name in (*_SCRIPTS, "driver.js"))
    out = "Object.assign(globalThis, {addFontSet, addReader, DOMMatrix});"
    return (first, *own, f"(() => {{'use strict';\n{wrapped}\n{out}}})()")


@functools.lru_cache(maxsize=32)
def _widths_call(made: FontSet) -> str:
    tables = [odd_advances(made, bold) for bold in (False, True)]
    columns = [[list(table), list(table.values())] for table in tables]
    words = [orjson.dumps(part).decode() for part in (made.name, *columns)]
    return f"addFontSet({', '.join(words)});0"
