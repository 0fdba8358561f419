"""Options that hang, flood, throw, forge or break out are faults; the next chart is drawn."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from pipelines.charts.echarts.engine import MAX_SIDE, Engine, EngineLimits
from pipelines.charts.echarts.recording import ChartFault
from tests.pipelines.charts.echarts.test_engine import BAR, checksum, labelled


@pytest.fixture(scope="module")
def strict(engine) -> Iterator[Engine]:
    """An engine that grants little; the shared one has read the library for it."""
    with Engine(EngineLimits(seconds=60.0, heap_mb=100, operations=3000)) as made:
        yield made


@pytest.fixture(scope="module")
def hasty(engine) -> Iterator[Engine]:
    """One that waits a second only; on a busy machine others would come too late for it."""
    with Engine(EngineLimits(seconds=1.0)) as made:
        yield made


HOSTILE = {
    "endless": (labelled("for (;;);"), "timeout"),
    "endless regex": (labelled("return /(a+)+$/.test('a'.repeat(40) + 'b')"), "timeout"),
    "endless error": (labelled("throw {toString() { for (;;); }}"), "timeout"),
    "many objects": (labelled("const a = []; for (;;) a.push([1, {}])"), "memory"),
    "many buffers": (labelled("const a = []; for (;;) a.push(new Float64Array(1e6))"), "error"),
    "huge array": (labelled("return new Array(1e9).fill(0)"), "error"),
    "sparse array": (labelled("const a = []; a[4e9] = 1; a.reverse()"), "error"),
    "split": (labelled("return 'x'.repeat(9e6).repeat(50).split('')"), "error"),
    "deep": (labelled("return (function f() { return f(); })()"), "error"),
    "thrown": (labelled("throw new Error('boom')"), "error"),
    "thrown text": (labelled("throw 'boom'"), "error"),
    "poisoned": (labelled("Array.prototype.push = () => 1; JSON.stringify = () => '[1'"), "error"),
    "forged": (labelled("JSON.stringify = () => '[\"\",[[9,9,[[5]]]],null,5]'; return v"), "error"),
    "forged size": (
        labelled("JSON.stringify = () => '[\"\",[[1e9,1e9,[]]],null,5]'; return v"),
        "error",
    ),
    "long text": (labelled("return 'x'.repeat(1e6)"), "size"),
    "many marks": (
        "{xAxis: {}, yAxis: {}, series: [{type: 'scatter',"
        "data: Array.from({length: 9999}, (_, i) => [i % 97, i % 89])}]}",
        "size",
    ),
    "syntax": ("{a:", "error"),
    "breaking out": ("1)}; for (;;); ({", "error"),
    "number": ("42", "error"),
    "null": ("null", "error"),
    "nothing": ("", "error"),
    "deep list": ("[" * 100_000, "error"),
    "image file": (
        BAR.replace('"color": "#ff0000"', '"type": "scatter", "symbol": "image://x.png"'),
        "unsupported",
    ),
    "webgl": ('{"series": [{"type": "bar3D", "data": [1]}]}', "unsupported"),
    "word cloud": ('{"series": [{"type": "wordCloud", "data": []}]}', "unsupported"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_options_are_faults_and_leave_nothing_behind(strict, hasty, latin, name):
    option, reason = HOSTILE[name]
    before = checksum(strict, BAR, latin)
    used = hasty if reason == "timeout" else strict
    with pytest.raises(ChartFault) as caught:
        used.draw(option, 400, 300, latin)
    assert caught.value.reason == reason, caught.value
    assert "\n" not in caught.value.detail
    assert checksum(used, BAR, latin) == before


@pytest.mark.parametrize("size", [(0, 10), (10, -1), (MAX_SIDE + 1, 10)])
def test_pictures_of_odd_sizes_are_refused(engine, latin, size):
    with pytest.raises(ChartFault, match="size"):
        engine.draw(BAR, *size, latin)


@pytest.mark.parametrize(
    "option",
    [
        "{}",
        '{"xAxis": {}, "yAxis": {}, "series": [{"type": "line", "data": [null, "-", 1e308]}]}',
        '{"title": {"text": "\\ud83d \\u0000 \\u200b x\\ty"}}',
        '{"title": {"text": "x", "textStyle": {"fontSize": 1e6}}}',
        '{"title": {"text": "x", "textStyle": {"fontSize": -5, "fontWeight": 1e9}}}',
    ],
)
def test_odd_options_are_drawn(engine, latin, option):
    engine.draw(option, 200, 100, latin)


def test_it_lives_in_the_memory_of_a_worker(engine, echarts_cache):
    script = """
import resource
resource.setrlimit(resource.RLIMIT_DATA, (2000 << 20, 2000 << 20))
from pipelines.charts import fonts
from pipelines.charts.echarts.engine import Engine
from pipelines.charts.echarts.recording import ChartFault
made = fonts.font_set("dejavu_sans")
with Engine() as engine:
    engine.draw("{}", 4096, 4096, made)
    try:
        engine.draw("{a: (() => { const a = []; for (;;) a.push([1, {}]) })()}", 90, 90, made)
    except ChartFault as fault:
        print(fault.reason)
    engine.draw("{}", 90, 90, made)
    print("drawn")
"""
    env = {**os.environ, "DATAENGINE_CACHE": echarts_cache}
    done = subprocess.run(
        [sys.executable, "-c", script], env=env, capture_output=True, text=True, timeout=120
    )
    assert done.stdout == "memory\ndrawn\n", done.stderr[-2000:]
