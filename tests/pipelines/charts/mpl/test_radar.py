"""Ticks of a radar's radius keep clear of names and lines."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.charts.drawing import CannotDraw, Drawing
from pipelines.charts.mpl.renderer import MatplotlibRenderer
from pipelines.charts.mpl.room import crosses, touch
from tests.pipelines.charts.examples import example, plain_style

RENDERER = MatplotlibRenderer()


@pytest.mark.parametrize("labels", ["none", "value"])
@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 999), min_size=4, max_size=8))
def test_ticks_touch_nothing(labels: str, row: list[int]) -> None:
    names = ["Mallard", "Garganey", "Teal", "Pintail", "Gadwall", "Shoveler", "Wigeon", "Smew"]
    table = {
        "shape": "table", "categories": names[: len(row)],
        "series": [{"name": "one", "values": [float(one) for one in row]}],
    }  # fmt: skip
    try:
        drawing = RENDERER.draw(
            example("radar", data=table, labels=labels), plain_style(fonts="dejavu_sans")
        )
    except CannotDraw:
        return
    ticks = [text for text in drawing.texts if text.role == "y_tick"]
    others = [text for text in drawing.texts if text.role in ("name", "label")]
    assert labels == "value" or len(ticks) > 1
    for tick in ticks:
        assert not any(touch(tick.box, other.box, (3.0, 1.0)) for other in others), tick.string
        assert not any(crosses(line, tick.box) for line in _lines(drawing)), tick.string
    spoke = drawing.marks[0].box[0]
    assert len({tick.box[0] > spoke for tick in ticks}) <= 1


def _lines(drawing: Drawing) -> list[tuple[float, ...]]:
    """Return the polygon's edges."""
    points = [((m.box[0] + m.box[2]) / 2, (m.box[1] + m.box[3]) / 2) for m in drawing.marks]
    return [(*a, *b) for a, b in zip(points, [*points[1:], points[0]], strict=True)]
