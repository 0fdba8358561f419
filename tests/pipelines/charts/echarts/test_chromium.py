"""The engine against a real browser, and the browser's own manners."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from pipelines.charts.echarts.chromium import ChromiumEngine, needs_browser
from pipelines.charts.echarts.recording import ChartFault
from tests.pipelines.charts.echarts.options import options

KINDS = (
    "bar", "horizontal", "area", "dashed", "scatter", "donut", "radar", "gauge", "heatmap",
    "sunburst", "sankey", "dual", "decal", "shadow", "code",
)  # fmt: skip
CASES = [f"{kind}-{'en' if place % 2 else 'zh'}" for place, kind in enumerate(KINDS)]
MEAN_DIFFERENCE = 0.6
STRONG_SHARE = 0.0005
BOX_PX = 3.0


@pytest.mark.parametrize("name", CASES)
def test_pictures_and_texts_are_those_of_a_browser(engine, chromium, latin, chinese, name):
    made = chinese if name.endswith("zh") else latin
    option = options()[name]
    ours = engine.draw(option, 800, 600, made, trusted=True)
    theirs = chromium.draw(option, 800, 600, made, trusted=True)
    difference = np.abs(ours.pixels.astype(int) - theirs.pixels)
    assert difference.mean() < MEAN_DIFFERENCE
    assert (difference.max(axis=-1) > 64).mean() < STRONG_SHARE
    assert [text.string for text in ours.texts] == [text.string for text in theirs.texts]
    for our, their in zip(ours.texts, theirs.texts, strict=True):
        assert our.box == pytest.approx(their.box, abs=BOX_PX), our.string
        assert (our.bold, our.colour) == (their.bold, their.colour)
        assert our.size_px == pytest.approx(their.size_px)
        assert our.angle == pytest.approx(their.angle, abs=0.01)


def test_comparison_notices_a_change(engine, chromium, latin):
    option = options()["bar-en"]
    ours = engine.draw(option.replace("200.5", "170.5"), 800, 600, latin)
    theirs = chromium.draw(option, 800, 600, latin)
    difference = np.abs(ours.pixels.astype(int) - theirs.pixels).max(axis=-1)
    assert (difference > 64).mean() > STRONG_SHARE


def test_the_same_picture_twice_and_readback(chromium, latin):
    option = options()["pie-en"]
    read = "(chart) => chart.getModel().getSeriesCount()"
    first = chromium.draw(option, 400, 300, latin, readback=read)
    again = chromium.draw(option, 400, 300, latin)
    assert (first.pixels == again.pixels).all()
    assert (first.readback, again.readback) == (1, None)


@pytest.mark.parametrize(
    ("option", "needed"),
    [
        ('{"series": [{"type": "wordCloud"}]}', True),
        ("{series: [{type: 'bar3D'}]}", True),
        ('{"series": [{"type": "scatterGL"}]}', True),
        ('{"grid3D": {}}', True),
        ('{"series": [{"type": "bar"}], "title": {"text": "3D wordCloud"}}', False),
    ],
)
def test_what_needs_a_browser(option, needed):
    assert needs_browser(option) is needed


def test_hostile_options_are_faults_and_the_next_chart_is_drawn(latin, chromium):
    good = options()["pie-en"]
    with ChromiumEngine(seconds=3.0) as made:
        expected = made.draw(good, 200, 150, latin).pixels
        for option, reason in (
            ("{title: {text: (() => { for (;;); })()}}", "timeout"),
            ("{title: {text: (() => { throw Error('boom') })()}}", "error"),
            ("{", "error"),
        ):
            with pytest.raises(ChartFault) as caught:
                made.draw(option, 200, 150, latin)
            assert caught.value.reason == reason
        assert (made.draw(good, 200, 150, latin).pixels == expected).all()


def test_nothing_leaves_the_machine_and_no_file_is_read(chromium, latin, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    option = "{series: [], title: {text: 'x', subtext: TRY}}"
    read = "(chart, option) => globalThis.tried || null"
    for address in (secret.as_uri(), "http://127.0.0.1:1/"):
        attempt = f"(globalThis.tried = 'no', fetch('{address}').then("
        attempt += "(r) => { globalThis.tried = 'reached'; }, () => 0), 'y')"
        drawn = chromium.draw(
            option.replace("TRY", attempt), 200, 150, latin, readback=read, trusted=True
        )
        assert drawn.readback == "no"
        later = chromium.draw("{}", 50, 50, latin, readback=read, trusted=True)
        assert later.readback == "no"


def test_the_browser_goes_with_its_process(chromium, echarts_cache, all_gone):
    script = """
import os, sys
from pipelines.charts.echarts.chromium import ChromiumEngine
engine = ChromiumEngine()
engine.start()
print(engine._browser.pid, flush=True)
os._exit(1)
"""
    env = {**os.environ, "DATAENGINE_CACHE": echarts_cache}
    done = subprocess.run(
        [sys.executable, "-c", script], env=env, capture_output=True, text=True, timeout=120
    )
    pid = int(done.stdout)
    for _ in range(100):
        if all_gone(pid):
            break
        subprocess.run(["sleep", "0.1"], check=True)
    assert all_gone(pid)


def test_closing_ends_it(chromium, all_gone):
    with ChromiumEngine() as made:
        made.start()
        assert made._browser is not None
        pid = made._browser.pid
        assert not all_gone(pid)
    assert all_gone(pid)
