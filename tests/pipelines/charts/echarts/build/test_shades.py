"""Tints and inks stand out from what they lie on."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelines.charts.echarts.build.shades import (
    contrast,
    distance,
    mixed,
    off_ground,
    ratio,
    tint,
    two_apart,
)

colours = st.tuples(*[st.integers(0, 255)] * 3).map(lambda rgb: "#{:02x}{:02x}{:02x}".format(*rgb))


def test_contrast() -> None:
    assert contrast("#ffffff") == contrast("#ffee00") == "#000000"
    assert contrast("#000000") == contrast("#102a54") == "#ffffff"


def test_ratio() -> None:
    assert abs(ratio("#000000", "#ffffff") - 21) < 1e-9
    assert ratio("#777777", "#777777") == 1


@given(colours)
def test_black_or_white_can_be_read(colour: str) -> None:
    assert ratio(contrast(colour), colour) >= 4.5


def test_mixed() -> None:
    assert mixed("#000000", "#ffffff", 0.0) == "#000000"
    assert mixed("#000000", "#ff0000", 1.0) == "#ff0000"


@given(colours, st.integers(0, 20), colours)
def test_tints_stand_out_from_the_ground(colour: str, step: int, ground: str) -> None:
    assert distance(tint(colour, step, ground), ground) >= 20
    assert distance(off_ground(colour, ground), ground) >= 20


def test_tints_differ() -> None:
    assert len({tint("#336699", step, "#ffffff") for step in range(5)}) == 5


@given(st.lists(colours, min_size=1, max_size=8), colours)
def test_two_are_apart(palette: list[str], ground: str) -> None:
    first, second = two_apart(palette, ground)
    assert distance(first, second) >= 25
    assert distance(first, ground) >= 20
