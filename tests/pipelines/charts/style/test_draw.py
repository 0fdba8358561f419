"""Tests of drawn looks: within bounds, recorded, the same for the same rng."""

from __future__ import annotations

import re

import pytest

from dataengine.errors import ConfigError
from dataengine.seeding import block_rng, unit_rng
from pipelines.charts import fonts
from pipelines.charts.options import Options
from pipelines.charts.spec.kinds import KINDS
from pipelines.charts.style.draw import draw_frame, draw_style, usable_themes
from pipelines.charts.style.fitting import fit_categories, wrap_name
from pipelines.charts.style.themes import load_themes
from tests.pipelines.charts.examples import example, plain_style


def test_frames_are_within_bounds_and_pure() -> None:
    for library in ("matplotlib", "pyecharts"):
        options = Options(library=library)
        sets = fonts.installed_sets("en")
        for block in range(200):
            frame = draw_frame(options, sets, block_rng(5, "charts", block))
            assert 400 <= frame.width <= 1600
            assert 300 <= frame.height <= 1600
            scale = min(1.0, 1024 / max(frame.width, frame.height))
            assert frame.tick_px * scale >= 9
            assert library in load_themes()[frame.theme].libraries
            assert frame == draw_frame(options, sets, block_rng(5, "charts", block))


@pytest.mark.parametrize("kind", KINDS)
def test_styles_of_every_kind(kind: str) -> None:
    spec, frame = example(kind), plain_style().frame
    made = fonts.font_set(frame.fonts)
    for index in range(20):
        for attempt in range(3):
            style = draw_style(frame, spec, made, unit_rng(5, "charts", index), attempt)
            assert len(style.palette) == len(set(style.palette)) >= 8
            assert style == draw_style(frame, spec, made, unit_rng(5, "charts", index), attempt)


def test_themes_have_palettes_of_different_colours() -> None:
    for name, theme in load_themes().items():
        for palette in theme.palettes:
            assert len(set(palette)) == len(palette), name
            assert not set(palette) & set(theme.backgrounds), name


def test_unknown_and_unsuited_themes_are_refused() -> None:
    with pytest.raises(ConfigError, match="no theme 'neon'"):
        usable_themes(Options(themes={"neon": 1}))
    with pytest.raises(ConfigError, match="'echarts' is not for matplotlib"):
        usable_themes(Options(themes={"echarts": 1}))


def test_long_names_are_wrapped_or_turned() -> None:
    frame = plain_style(width=500).frame
    made = fonts.font_set(frame.fonts)
    spec = example("bar", "zh")
    assert fit_categories(spec, frame, made) == (0, 0)
    names = tuple(f"{name}地区的合作社" for name in spec.data.categories)
    long = spec.model_copy(update={"data": spec.data.model_copy(update={"categories": names})})
    turn, wrap = fit_categories(long, frame, made)
    assert turn or wrap
    assert fit_categories(long, frame, made, safe=True)[0] >= 60


@pytest.mark.parametrize(
    ("name", "characters", "lines"),
    [
        ("新能源汽车", 3, ["新能源", "汽车"]),
        ("North Sea coast", 9, ["North Sea", "coast"]),
        ("Constantinople", 5, ["Constantinople"]),
        ("short", 0, ["short"]),
    ],
)
def test_wrapping(name: str, characters: int, lines: list[str]) -> None:
    assert wrap_name(name, characters).split("\n") == lines
    assert re.sub(r"\s", "", wrap_name(name, characters)) == re.sub(r"\s", "", name)
