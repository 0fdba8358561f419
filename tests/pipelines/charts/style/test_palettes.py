"""Tests of palettes whose first colours are far apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelines.charts import colours
from pipelines.charts.style.palettes import FAR_ENOUGH, spread_palette
from pipelines.charts.style.themes import load_themes

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def distance(left: str, right: str) -> float:
    return colours.distance(colours.rgb(left), colours.rgb(right))


@given(st.lists(COLOURS, max_size=9, unique=True))
def test_spreading_keeps_all_colours_and_parts_the_first(palette: list[str]) -> None:
    spread = spread_palette(tuple(palette))
    assert sorted(spread) == sorted(palette)
    first = [c for c in spread if all(distance(c, o) >= FAR_ENOUGH for o in spread if o != c)]
    assert [c for c in spread if c in first] == [c for c in palette if c in first]


def test_every_theme_can_tell_five_series_apart() -> None:
    for name, theme in load_themes().items():
        for palette in theme.palettes:
            first = spread_palette(palette)[:5]
            near = [(a, b) for a in first for b in first if a < b and distance(a, b) < 20]
            assert not near, name
