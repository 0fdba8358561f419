"""The matplotlib renderer draws every kind it has, alike whatever was drawn before."""

from __future__ import annotations

import random
from dataclasses import fields
from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib import _pylab_helpers

from pipelines.charts import fonts
from pipelines.charts.drawing import CannotDraw, Drawing
from pipelines.charts.mpl.renderer import MatplotlibRenderer
from pipelines.charts.spec.kinds import KINDS
from pipelines.charts.spec.model import Spec
from pipelines.charts.style.model import Style
from tests.pipelines.charts.examples import example, plain_style

DRAWN = [name for name, kind in KINDS.items() if "matplotlib" in kind.libraries]
FONTS = {"en": "dejavu_sans", "zh": "noto_sans_cjk"}
LOOKS: tuple[dict[str, Any], ...] = (
    {},
    {"width": 400, "height": 300, "title_px": 16, "margin_px": 8, "ticks": "in", "grid": "both"},
    {"width": 1600, "height": 1000, "spines": ("left", "bottom", "right", "top")},
    {
        "background": "#101820", "plot_background": "#202830", "text_colour": "#ffffff",
        "muted_colour": "#cccccc", "axis_colour": "#aaaaaa", "legend": "right", "legend_box": True,
    },
    {"legend": "bottom", "hatches": ("/", "x", "."), "title_place": "left", "edge": "#000000"},
    {
        "legend": "left", "markers": ("circle", "square", "cross"), "dashes": ("dashed", "dotted"),
        "label_place": "inside", "category_turn": 45, "grid": "none", "ticks": "none",
    },
)  # fmt: skip


def style_for(spec: Spec, look: int = 0) -> Style:
    if FONTS[spec.language] not in {made.name for made in fonts.installed_sets()}:
        pytest.skip(f"the fonts {FONTS[spec.language]} are not installed")
    return plain_style(fonts=FONTS[spec.language], **LOOKS[look])


def jobs() -> list[tuple[Spec, Style]]:
    made = []
    for number, kind in enumerate(DRAWN):
        for language in ("en", "zh"):
            labels = {} if example(kind, language).labels != "none" else {"labels": "value"}
            spec = example(kind, language, **(labels if number % 2 else {}))
            made.append((spec, style_for(spec, number % len(LOOKS))))
    return made


def same(one: Drawing, other: Drawing) -> bool:
    parts = [part.name for part in fields(Drawing) if part.name not in ("pixels", "seconds")]
    return np.array_equal(one.pixels, other.pixels) and all(
        getattr(one, part) == getattr(other, part) for part in parts
    )


def attempt(renderer: MatplotlibRenderer, spec: Spec, style: Style) -> Drawing | str:
    try:
        return renderer.draw(spec, style)
    except CannotDraw as error:
        return str(error)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", DRAWN)
def test_draws_all_words_and_values_within_the_picture(kind: str, language: str) -> None:
    spec = example(kind, language)
    style = style_for(spec)
    drawing = MatplotlibRenderer().draw(spec, style)
    frame = style.frame
    assert drawing.pixels.shape == (frame.height, frame.width, 3)
    assert drawing.pixels.dtype == np.uint8
    assert drawing.pixels.flags.c_contiguous
    strings = [text.string for text in drawing.texts]
    for wanted in (spec.title, spec.subtitle, spec.source, spec.value.title):
        assert wanted in strings
    for text in drawing.texts:
        assert text.hidden == ""
        assert text.missing == ""
        assert 0 <= text.box[0] < text.box[2] <= frame.width
        assert 0 <= text.box[1] < text.box[3] <= frame.height
    assert drawing.marks
    assert all(mark.visible for mark in drawing.marks)
    assert len({(m.panel, m.series, m.item) for m in drawing.marks}) == len(drawing.marks)


def test_texts_do_not_touch() -> None:
    renderer = MatplotlibRenderer()
    for spec, style in jobs():
        drawn = attempt(renderer, spec, style)
        if isinstance(drawn, str):
            continue
        flat = [text for text in drawn.texts if text.corners is None]
        for at, one in enumerate(flat):
            for other in flat[at + 1 :]:
                a, b = one.box, other.box
                wide = min(a[2], b[2]) - max(a[0], b[0])
                high = min(a[3], b[3]) - max(a[1], b[1])
                assert wide < 1 or high < 2.5, (spec.kind, one.string, other.string)


def test_a_used_renderer_draws_as_a_new_one() -> None:
    rng = random.Random(5)
    queue = jobs()
    rng.shuffle(queue)
    used = MatplotlibRenderer()
    for spec, style in queue[:36]:
        attempt(used, spec, style)
    drawn = 0
    for spec, style in queue[:24]:
        old, new = attempt(used, spec, style), attempt(MatplotlibRenderer(), spec, style)
        if isinstance(old, Drawing) and isinstance(new, Drawing):
            assert same(old, new), spec.kind
            drawn += 1
        else:
            assert old == new
    assert drawn > 18


def test_a_refused_chart_leaves_no_trace() -> None:
    spec = example("bar")
    style = style_for(spec)
    long = example("bar", title="An exceedingly long title " * 6)
    narrow = plain_style(fonts=FONTS["en"], width=400, height=300, title_px=40)
    renderer = MatplotlibRenderer()
    before = renderer.draw(spec, style)
    with pytest.raises(CannotDraw) as refused:
        renderer.draw(long, narrow)
    assert refused.value.reason == "no-room"
    assert same(before, renderer.draw(spec, style))


def test_global_state_stays_as_it_was() -> None:
    settings = dict(matplotlib.rcParams)
    renderer = MatplotlibRenderer()
    for spec, style in jobs()[:8]:
        attempt(renderer, spec, style)
    assert dict(matplotlib.rcParams) == settings
    assert not _pylab_helpers.Gcf.figs


def test_settings_of_the_process_do_not_show() -> None:
    spec = example("line_multi")
    style = style_for(spec)
    plain = MatplotlibRenderer().draw(spec, style)
    changed: dict[Any, Any] = {
        "lines.linewidth": 9, "patch.linewidth": 7, "axes.facecolor": "red", "text.color": "red",
        "lines.antialiased": False, "hatch.linewidth": 6, "axes.linewidth": 5,
        "path.simplify": False, "text.hinting": "none", "patch.antialiased": False,
    }  # fmt: skip
    with matplotlib.rc_context(changed):
        assert same(plain, MatplotlibRenderer().draw(spec, style))


def test_plots_do_not_pile_up() -> None:
    renderer = MatplotlibRenderer()
    for kind, plots in (("multiples", 3), ("dual_axis", 2), ("bar", 1)):
        spec = example(kind)
        renderer.draw(spec, style_for(spec))
        assert len(renderer._stage.planes) == plots
        assert not renderer._stage._figure.get_axes()


@pytest.mark.parametrize("kind", [name for name in KINDS if name not in DRAWN])
def test_refuses_kinds_of_the_other_library(kind: str) -> None:
    with pytest.raises(CannotDraw) as refused:
        MatplotlibRenderer().draw(example(kind), plain_style())
    assert refused.value.reason == "kind"
