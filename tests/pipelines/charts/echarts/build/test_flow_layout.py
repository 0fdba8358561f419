"""Nodes of flows are where ECharts puts them."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.charts.echarts.build.flow_layout import lay_out_flow
from pipelines.charts.echarts.build.hierarchies import node_names
from pipelines.charts.echarts.engine import Engine
from pipelines.charts.echarts.renderer import EchartsRenderer
from pipelines.charts.fonts import FontSet
from pipelines.charts.spec.model import Flow, Spec
from tests.pipelines.charts.examples import example, plain_style


@st.composite
def flows(draw: st.DrawFn) -> dict[str, Any]:
    """Links from lower to higher numbers: no circles."""
    pairs = draw(
        st.sets(
            st.tuples(st.integers(0, 3), st.integers(4, 8)) | st.sampled_from([(4, 6), (5, 8)]),
            min_size=2, max_size=9,
        )
    )  # fmt: skip
    return {
        "shape": "flow",
        "links": [
            {"source": f"N{a}", "target": f"N{b}", "value": draw(st.integers(20, 90))}
            for a, b in sorted(pairs)
        ],
    }


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(flows())
def test_agrees_with_echarts(engine: Engine, latin: FontSet, data: dict[str, Any]) -> None:
    spec: Spec = example("sankey", data=data, labels="none", value={"title": ""})
    assert isinstance(spec.data, Flow)
    look = plain_style(fonts=latin.name, height=900)
    drawing = EchartsRenderer(engine).draw(spec, look)
    drawn = {one.item: one.box for one in drawing.marks if one.role == "node"}
    left, right = min(box[0] for box in drawn.values()), max(box[2] for box in drawn.values())
    # The fullest column takes all of the height.
    top, bottom = min(box[1] for box in drawn.values()), max(box[3] for box in drawn.values())
    names = node_names(spec)
    gap = max(10, look.frame.label_px + 4)
    nodes, _ = lay_out_flow(spec.data, names, right - left, bottom - top, 18, gap)
    for at, node in enumerate(nodes):
        x0, y0, _, y1 = drawn[at]
        assert abs(x0 - left - node.x) < 0.1
        assert abs(y0 - top - node.y) < 0.5
        assert abs(y1 - y0 - node.tall) < 0.5


def test_labels_of_links_keep_clear(engine: Engine, latin: FontSet) -> None:
    pairs = [("A", "C"), ("A", "D"), ("B", "C"), ("B", "D"), ("A", "E"), ("B", "E")]
    links = [{"source": a, "target": b, "value": 50.0} for a, b in pairs]
    spec = example("sankey", data={"shape": "flow", "links": links})
    look = plain_style(fonts=latin.name)
    labels = [
        one.box for one in EchartsRenderer(engine).draw(spec, look).texts if one.role == "label"
    ]
    assert len(labels) == len(pairs)
    for at, one in enumerate(labels):
        for other in labels[:at]:
            assert one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]
