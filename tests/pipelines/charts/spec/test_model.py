"""Tests of the specification: every kind can be written, and what makes no chart is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pipelines.charts.spec.kinds import KINDS
from pipelines.charts.spec.model import Spec
from tests.pipelines.charts.examples import example

TABLE: dict[str, Any] = {
    "shape": "table",
    "categories": ["a", "b", "c"],
    "series": [{"values": [1, 2, 3]}],
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_survives_being_written_down(kind: str, language: str) -> None:
    spec = example(kind, language)
    assert Spec.model_validate_json(spec.model_dump_json()) == spec
    assert Spec.checked(**spec.model_dump(mode="json", exclude_unset=True)) == spec


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=5), st.integers(0, 3))
def test_checked_puts_numbers_on_their_grid(values: list[float], decimals: int) -> None:
    data = TABLE | {"categories": [str(at) for at in range(len(values))]}
    data["series"] = [{"values": values}]
    spec = Spec.checked(
        kind="bar", language="en", value={"format": {"decimals": decimals}}, data=data
    )
    form = spec.value.format
    assert [form.parse(form.text(v)) for v in spec.data.series[0].values] == list(
        spec.data.series[0].values
    )


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"kind": "pyramid"}, "kind"),
        ({"kind": "scatter"}, "needs points data"),
        ({"language": "fr"}, "language"),
        ({"second": {"title": "x"}}, "dual-axis"),
        ({"x": {"title": "x"}}, "x axis"),
        ({"kind": "dual_axis"}, "second axis"),
        ({"title": "a\nb"}, "title"),
        ({"title": "a\x00"}, "title"),
        ({"value": {"scale": "log"}, "data": TABLE | {"series": [{"values": [0, 1, 2]}]}}, "log"),
        ({"data": TABLE | {"categories": ["a", "a", "c"]}}, "same name"),
        ({"data": TABLE | {"categories": ["a", " b", "c"]}}, "categories"),
        ({"data": TABLE | {"series": [{"values": [1, 2]}]}}, "2 values, not 3"),
        ({"data": TABLE | {"series": [{"values": [None, None, None]}]}}, "no value at all"),
        ({"data": TABLE | {"series": [{"values": [1, 2, 3]}] * 2}}, "names"),
        ({"data": TABLE | {"series": [{"values": [1, 2, float("nan")]}]}}, "finite"),
        ({"data": TABLE | {"series": [{"values": [1, 2, 1e300]}]}}, "less than"),
        ({"data": TABLE | {"dates": ["2020-01-02", "2020-01-01", "2020-01-03"]}}, "rise"),
        ({"data": TABLE | {"totals": [True]}}, "totals"),
        ({"data": {"shape": "spiral"}}, "shape"),
        ({"data": None}, "data"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_makes_no_chart_is_refused(changes: dict[str, Any], why: str) -> None:
    fields = {"kind": "bar", "language": "en", "data": TABLE} | changes
    with pytest.raises(ValidationError, match=why):
        Spec.checked(**fields)


@pytest.mark.parametrize(
    "data",
    [
        {"shape": "histogram", "edges": [0, 1, 2], "counts": [1]},
        {"shape": "histogram", "edges": [0, 2, 1], "counts": [1, 2]},
        {"shape": "boxes", "categories": ["a"], "series": [{"boxes": [[5, 4, 3, 2, 1]]}]},
        {"shape": "candles", "categories": ["a"], "candles": [[5, 6, 7, 8]]},
        {"shape": "tree", "roots": [{"name": "a", "value": 1}, {"name": "b"}]},
        {"shape": "tree", "roots": [{"name": "a", "value": 1}, {"name": "a", "value": 2}]},
        {"shape": "tree", "roots": [{"name": "a", "value": -1}, {"name": "b", "value": 2}]},
        {
            "shape": "flow",
            "links": [
                {"source": "a", "target": "b", "value": 1},
                {"source": "b", "target": "a", "value": 1},
            ],
        },
        {"shape": "points", "series": [{"points": [[1, 2, 3]]}]},
        {"shape": "points", "series": [{"points": [[1, 2]]}], "size": {}},
    ],
)
def test_data_that_contradicts_itself_is_refused(data: dict[str, Any]) -> None:
    kinds = {"boxes": "box", "candles": "candlestick", "tree": "treemap", "flow": "sankey"}
    shape = data["shape"]
    kind = kinds.get(shape, "scatter" if shape == "points" else shape)
    x = {"x": {}} if shape in ("points", "histogram") else {}
    with pytest.raises(ValidationError):
        Spec.checked(kind=kind, language="en", data=data, **x)


KEYS = ["shape", "series", "values", "points", "roots", "children", "links", "value", "categories"]
JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_refused_and_nothing_else_happens(data: Any) -> None:
    with pytest.raises(ValidationError):
        Spec.checked(kind="bar", language="en", data=data)


def test_names_of_kinds_are_their_keys() -> None:
    assert all(name == kind.name for name, kind in KINDS.items())
    assert all(kind.libraries for kind in KINDS.values())
