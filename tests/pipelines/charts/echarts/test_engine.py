"""Drawing options without a browser: the same pixels always, and nothing gets out of hand."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys

import numpy as np
import pytest

from pipelines.charts.echarts.engine import Engine, EngineLimits
from pipelines.charts.echarts.isolate import MAX_READERS
from pipelines.charts.echarts.recording import ChartFault
from tests.pipelines.charts.echarts.options import options

SIMPLE = '{"title": {"text": "T"}, "xAxis": {"data": ["a"]}, "yAxis": {}, "series": []}'
BAR = json.dumps(
    {
        "animation": True,
        "xAxis": {"type": "category", "data": ["a", "b"]},
        "yAxis": {},
        "series": [{"type": "bar", "data": [3, 7], "color": "#ff0000", "animation": True}],
    }
)


def labelled(body: str) -> str:
    """Return an option whose axis labels come from a function with this body."""
    return BAR.replace('"yAxis": {}', f'"yAxis": {{axisLabel: {{formatter: (v) => {{{body}}}}}}}')


def checksum(engine, option, made, **more) -> str:
    drawn = engine.draw(option, 400, 300, made, **more)
    words = json.dumps([text.string for text in drawn.texts]) + repr(drawn.shapes.box.tolist())
    return hashlib.sha256(drawn.pixels.tobytes() + words.encode()).hexdigest()


def test_bars_are_drawn_to_their_end_at_once(engine, latin):
    drawn = engine.draw(BAR, 400, 300, latin)
    red = (drawn.pixels == (255, 0, 0)).all(axis=-1)
    rows = np.nonzero(red.any(axis=1))[0]
    boxes = drawn.shapes.box[drawn.shapes.solid & (drawn.shapes.colour == (255, 0, 0)).all(axis=1)]
    assert sorted(np.round(boxes[:, 3] - boxes[:, 1]))[1] == pytest.approx(np.ptp(rows), abs=2)
    assert [text.string for text in drawn.texts] == [*"012345678"[:8], "a", "b"]
    assert not any(text.clipped or text.missing for text in drawn.texts)


def test_every_kind_is_drawn_in_both_languages(engine, latin, chinese):
    for name, option in options().items():
        made = chinese if name.endswith("zh") else latin
        drawn = engine.draw(option, 640, 480, made, trusted=True)
        assert len(drawn.texts) >= 5, name
        assert len(drawn.shapes) > 3, name
        assert (drawn.pixels != drawn.pixels[0, 0]).any(axis=-1).mean() > 0.01, name
        assert not [text for text in drawn.texts if text.missing], name


def test_the_same_pixels_in_any_order_after_any_history(engine, latin, chinese):
    # Two font sets under one library: its memory of widths must not survive a change of set.
    jobs = [(option, made) for option in list(options().values())[::5] for made in (latin, chinese)]
    with Engine() as fresh:
        first = [checksum(fresh, option, made, trusted=True) for option, made in jobs]
    order = list(range(len(jobs)))
    random.Random(5).shuffle(order)
    for place in order:
        option, made = jobs[place]
        assert checksum(engine, option, made, trusted=True) == first[place]
        with pytest.raises(ChartFault):
            engine.draw(labelled("throw 1"), 100, 100, made) if place % 3 == 0 else engine.draw(
                "{", 100, 100, made
            )


_CHILD = """
import sys
from pipelines.charts import fonts
from pipelines.charts.echarts.engine import Engine
from tests.pipelines.charts.echarts.test_engine import checksum, CLOCK
with Engine() as engine:
    print(checksum(engine, CLOCK, fonts.font_set("dejavu_sans")))
"""
CLOCK = BAR.replace(
    '"yAxis": {}',
    """"title": {text: [new Date(), Date.now(), new Date(2024, 5, 1), Date(), Math.random(),
      new Date(0).toLocaleString(), (1234.5).toLocaleString(), typeof WeakRef].join("\\n")},
    "yAxis": {}""",
)


def test_clock_zone_language_and_chance_do_not_show(engine, latin, echarts_cache):
    here = checksum(engine, CLOCK, latin)
    assert checksum(engine, CLOCK, latin) == here
    for zone, language in (("Asia/Shanghai", "zh_CN.UTF-8"), ("America/New_York", "de_DE.UTF-8")):
        env = {**os.environ, "TZ": zone, "LC_ALL": language, "LANG": language}
        env["DATAENGINE_CACHE"] = echarts_cache
        done = subprocess.run(
            [sys.executable, "-c", _CHILD], env=env, capture_output=True, text=True, timeout=120
        )
        assert done.stdout.strip() == here, done.stderr


def test_functions_and_gradients_of_options_work(engine, latin):
    drawn = engine.draw(options()["code-en"], 640, 480, latin)
    strings = {text.string for text in drawn.texts}
    assert {"North=60", "0.0%", "150.0%"} <= strings


def test_charts_with_decals_are_painted_once(engine, latin):
    texts = engine.draw(options()["decal-en"], 640, 480, latin).texts
    places = [(text.string, text.box) for text in texts]
    assert len(set(places)) == len(places) > 10


def test_many_readbacks_do_not_mix(engine, latin):
    for number in (*range(MAX_READERS + 5), 0, 3):
        drawn = engine.draw(SIMPLE, 90, 60, latin, readback=f"() => {number}")
        assert drawn.readback == number


def test_readback_sees_the_chart_and_the_option(engine, latin):
    source = """(chart, option) => ({
      data: chart.getModel().getSeriesByIndex(0).getData().mapArray("y", (v) => v),
      names: option.xAxis.data, nothing: null})"""
    drawn = engine.draw(BAR, 300, 200, latin, readback=source)
    assert drawn.readback == {"data": [3, 7], "names": ["a", "b"], "nothing": None}
    assert engine.draw(BAR, 300, 200, latin).readback is None
    with pytest.raises(ChartFault, match="no such thing"):
        engine.draw(BAR, 300, 200, latin, readback="() => { throw Error('no such thing') }")


@pytest.mark.parametrize(
    ("colour", "rgb"),
    [
        ("#123", (0x11, 0x22, 0x33)),
        ("#1234", None),
        ("#a1b2c3", (0xA1, 0xB2, 0xC3)),
        ("lightsteelblue", (176, 196, 222)),
        ("RebeccaPurple", (102, 51, 153)),
        ("rgb(10, 20, 30)", (10, 20, 30)),
        ("rgb(10% 20% 30%)", (26, 51, 77)),
        ("rgba(300,-5,30,1)", (255, 0, 30)),
        ("hsl(120, 100%, 25%)", (0, 128, 0)),
        ("hsla(-240, 100%, 25%, 100%)", (0, 128, 0)),
    ],
)
def test_css_colours(engine, latin, colour, rgb):
    drawn = engine.draw(SIMPLE, 50, 50, latin, background=colour)
    if rgb:
        assert tuple(drawn.pixels[-1, -1].tolist()) == rgb


@pytest.mark.parametrize("colour", ["", "nocolour", "#12", "#ggg", "rgb(1,2)", "rgb(1,2,x)"])
def test_what_is_no_colour_is_refused_as_background_and_ignored_as_style(engine, latin, colour):
    with pytest.raises(ChartFault, match="no colour"):
        engine.draw(SIMPLE, 50, 50, latin, background=colour)
    engine.draw(BAR.replace("#ff0000", colour), 300, 200, latin)


def test_all_names_of_colours_are_known(engine, latin):
    from PIL import ImageColor

    names = sorted(set(ImageColor.colormap) - {"transparent"})
    read = "() => NAMES.map((name) => [name, (echarts.color.parse(name) || []).slice(0, 3)])"
    drawn = engine.draw(SIMPLE, 50, 50, latin, readback=read.replace("NAMES", json.dumps(names)))
    assert dict(drawn.readback)["gold"] == [255, 215, 0]
    for name in names[::12]:
        pixel = engine.draw(SIMPLE, 20, 20, latin, background=name).pixels[-1, -1]
        assert tuple(pixel.tolist()) == ImageColor.getrgb(name)[:3], name


def test_themes(engine, latin):
    plain = engine.draw(BAR, 300, 200, latin)
    dark = engine.draw(BAR, 300, 200, latin, theme="dark")
    assert dark.pixels.mean() < 100 < plain.pixels.mean()
    engine.register_theme("ours", '{"backgroundColor": "#00ff00"}')
    ours = engine.draw(BAR, 300, 200, latin, theme="ours")
    assert ours.pixels[0, 0].tolist() == [0, 255, 0]
    with pytest.raises(ChartFault):
        engine.draw("{", 50, 50, latin)
    again = engine.draw(BAR, 300, 200, latin, theme="ours")
    assert (again.pixels == ours.pixels).all(), "new isolates know the theme too"
    with pytest.raises(ChartFault, match="not JSON"):
        engine.register_theme("code", "{a: 1}")


def test_code_of_strangers_never_meets_another_chart(engine, latin):
    before = checksum(engine, BAR, latin)
    engine.draw(labelled("globalThis.echarts = 5; Math.max = () => 9; return v"), 90, 90, latin)
    assert checksum(engine, BAR, latin) == before
    strangers = engine._isolate
    engine.draw(labelled("return v"), 90, 90, latin, trusted=True)
    assert engine._isolate is strangers, "our own functions cost no new isolate"


def test_isolates_are_replaced(engine, latin):
    with Engine(EngineLimits(charts=2)) as made:
        made.draw(BAR, 90, 90, latin)
        first = made._isolate
        made.draw(BAR, 90, 90, latin)
        assert made._isolate is None
        made.draw(BAR, 90, 90, latin)
        assert made._isolate is not first


def test_an_engine_that_was_started_works_under_a_limit_of_address_space(echarts_cache):
    script = """
import resource
from pipelines.charts import fonts
from pipelines.charts.echarts.engine import Engine
from tests.pipelines.charts.echarts.test_engine import BAR, labelled
with Engine() as engine:
    made = fonts.font_set("dejavu_sans")
    engine.start()
    used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
    limit = used + (1 << 30)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    for _ in range(6):
        engine.draw(labelled("return v"), 800, 600, made)
    print("drawn")
"""
    env = {**os.environ, "DATAENGINE_CACHE": echarts_cache}
    done = subprocess.run(
        [sys.executable, "-c", script], env=env, capture_output=True, text=True, timeout=120
    )
    assert done.stdout == "drawn\n", done.stderr


def test_without_the_library_the_remedy_is_said(tmp_path):
    script = """
from pipelines.charts import fonts
from pipelines.charts.echarts.engine import Engine
with Engine() as engine:
    engine.draw("{}", 90, 90, fonts.font_set("dejavu_sans"))
"""
    env = {**os.environ, "DATAENGINE_CACHE": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script], env=env, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 1
    assert "dataengine setup charts" in done.stderr.splitlines()[-1]
