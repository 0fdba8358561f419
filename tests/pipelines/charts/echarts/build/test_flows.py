"""Labels of links stand on their own bands and off the edges of others."""

from __future__ import annotations

from pipelines.charts.echarts.build.flow_layout import Node, Stream
from pipelines.charts.echarts.build.flows import _Band

BOX = (140.0, 0.0, 160.0, 10.0)


def band(start: float, end: float, thick: float) -> _Band:
    left = Node("left", y=start, x=0.0)
    right = Node("right", y=end, x=300.0)
    return _Band(Stream(left, right, 1.0, thick))


def at(y: float) -> tuple[float, float, float, float]:
    return BOX[0], y, BOX[2], y + 10


def test_within_its_own_band() -> None:
    own = band(100, 100, 40)
    assert own.carries(at(115), []) == 0
    assert own.carries(at(95), []) is None
    assert own.carries((400.0, 115.0, 420.0, 125.0), []) is None


def test_off_the_edges_of_others() -> None:
    own = band(100, 100, 40)
    assert own.carries(at(115), [band(200, 200, 40)]) == 0
    assert own.carries(at(115), [band(90, 90, 60)]) == 1
    assert own.carries(at(115), [band(120, 120, 60)]) is None
    assert own.carries(at(115), [band(20, 200, 20)]) is None


def test_thin_bands_need_free_ground() -> None:
    own = band(100, 100, 4)
    assert own.carries(at(97), []) == 0
    assert own.carries(at(97), [band(90, 90, 60)]) is None
