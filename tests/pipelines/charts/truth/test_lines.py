"""Wrapped texts are written in the way of the names that they are made of."""

from __future__ import annotations

import pytest

from pipelines.charts.drawing import Text
from pipelines.charts.truth.lines import Lines
from tests.pipelines.charts.examples import example


@pytest.mark.parametrize(
    ("drawn", "line"),
    [
        ("Orchard\nfruit", "Orchard fruit"), ("各地区水\n果产量统计", "各地区水果产量统计"),
        ("产量\n（吨）", "产量（吨）"), ("沿\n海", "沿海"), ("沿\n海：412万", "沿海：412万"),
        ("沿海：\n412万", "沿海：412万"), ("沿海\n412万", "沿海 412万"), ("9月1\n日", "9月1日"),
    ],
)  # fmt: skip
def test_lines(drawn: str, line: str) -> None:
    lines = Lines(example("bar", "zh", labels="name_value"))
    assert lines.of(Text(drawn, "label", (0, 0, 9, 9), 12, series=0, item=2)) == line


def test_names_keep_their_own_blanks() -> None:
    spec = example("bar", "zh", category_title="A 区与 B 区")
    assert Lines(spec).of(Text("A 区与\nB 区", "x_title", (0, 0, 9, 9), 12)) == "A 区与 B 区"
