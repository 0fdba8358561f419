"""The written forms of the ground truth of every kind."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from pipelines.charts.truth.reading import Truth, read_truth
from tests.pipelines.charts.proof.drawing import DRAWN, draw

ALL = ("dict", "dict_vary", "csv", "json", "text")
VALUES: dict[str, Any] = {
    "bar": {"North": "412", "Lowland": "268"},
    "bar_grouped": {"Apples": {"North": "412"}, "Pears": {"North": "205"}},
    "waterfall": {"North": "412", "Lowland": "-134"},
    "box": {
        "Apples": {"North": {"min": "247", "q1": "330", "median": "412", "q3": "453", "max": "577"}}
    },
    "candlestick": {"North": {"open": "412", "close": "453", "low": "371", "high": "536"}},
    "histogram": {"0–10": "3", "10–20": "9"},
    "pie": {"North": "412", "Lowland": "268"},
    "heatmap": {"Apples": {"North": "412"}, "Pears": {"Island": "176"}},
    "treemap": {"Fruit": {"Apples": "412", "Pears": "268"}, "Nuts": {"Walnuts": "530"}},
    "sankey": {"Farm": {"Press": "412", "Market": "268"}, "Press": {"Export": "530"}},
    "multiples": {"Apples": {"North": "412"}, "Plums": {"Island": "61"}},
    "dual_axis": {"Apples": {"North": "412"}, "Pears": {"North": "2.5%"}},
}


def _truth(library: Any, kind: str, language: str = "en", **changes: Any) -> Truth:
    pair = draw(library, kind, language, **changes)
    truth = read_truth(pair.spec, pair.drawing)
    assert isinstance(truth, Truth), truth
    return truth


def _covers(whole: Any, part: Any) -> bool:
    if isinstance(part, dict):
        return all(key in whole and _covers(whole[key], inner) for key, inner in part.items())
    return bool(whole == part)


@pytest.mark.parametrize(("library", "kind"), DRAWN)
def test_every_kind_has_every_form(library: Any, kind: str) -> None:
    truth = _truth(library, kind)
    made = truth.targets(ALL)
    assert list(made) == list(ALL)
    assert json.loads(json.dumps(made)) == made
    assert made["dict"]["title"] == "Harvest of orchard fruit by region"
    assert made["dict"]["source"] == "Source: growers' survey"
    assert made["dict_vary"]["data"] == made["dict"]["values"]
    rows = list(csv.reader(io.StringIO(made["csv"], newline="")))
    assert len({len(row) for row in rows}) == 1
    assert len(rows) > 1
    text = made["text"].split("\n")
    assert len(text) == len(truth.drawing.texts)
    assert truth.title in text
    if kind not in ("box", "candlestick"):
        assert _covers(made["dict"]["values"], VALUES.get(kind, {}))
    numbers = [one["value"] for series in made["json"]["series"] for one in series["values"]]
    assert len(numbers) == len(truth.entries)


def test_boxes_and_candles_are_read_off_the_axis() -> None:
    for kind in ("box", "candlestick"):
        truth = _truth("matplotlib", kind)
        step, made = truth.tolerance["y"], truth.targets(("dict",))["dict"]["values"]
        wanted = VALUES[kind]
        if kind == "box":
            made, wanted = made["Apples"], wanted["Apples"]
        for part, text in wanted["North"].items():
            assert abs(float(made["North"][part]) - float(text)) <= step / 2 + 0.5


def test_absent_strings_are_the_word_none() -> None:
    made = _truth("matplotlib", "pie").targets(("dict", "dict_vary"))
    assert made["dict"]["x_title"] == "None"
    assert "x_title" not in made["dict_vary"]


def test_two_value_axes_have_both_titles() -> None:
    made = _truth("matplotlib", "dual_axis").targets(("dict",))["dict"]
    assert made["y_title"] == "Harvest (t) | Growth (%)"
    assert made["y_title_left"] == "Harvest (t)"
    assert made["y_title_right"] == "Growth (%)"


def test_points_are_lists() -> None:
    points = _truth("matplotlib", "scatter").targets(("dict",))["dict"]["values"]
    points = points["Apples"] if isinstance(points, dict) else points
    assert len(points) == 6
    assert all(len(point) == 2 for point in points)


def test_sizes_of_bubbles_are_stated_where_they_are_printed() -> None:
    printed = _truth("matplotlib", "bubble").targets(("dict",))["dict"]["values"]["Apples"]
    plain = _truth("matplotlib", "bubble", labelled=False).targets(("dict",))["dict"]["values"]
    plain = plain["Apples"]
    assert {len(point) for point in printed} == {3}
    assert {len(point) for point in plain} == {2}


def test_pies_without_labels_hold_percents() -> None:
    truth = _truth("matplotlib", "pie", labelled=False)
    made = truth.targets(("dict", "json"))
    assert made["json"]["percent_of_whole"]
    assert made["dict"]["values"]["North"] == "22%"
    assert sum(float(text[:-1]) for text in made["dict"]["values"].values()) == pytest.approx(
        100, abs=3
    )


def test_json_tells_exact_values_from_rounded_ones() -> None:
    made = _truth("matplotlib", "bar", labelled=False).targets(("json",))["json"]
    values = made["series"][0]["values"]
    step = made["axes"]["y"]["tolerance"]
    assert step > 0
    assert not made["labelled"]
    exact = {one["category"]: one["exact"] for one in values}
    assert exact == {
        one["category"]: one["value"] in (412, 268, 530, 187, 345, 98) for one in values
    }


def test_units_of_axes_are_told_apart() -> None:
    axes = _truth("matplotlib", "bar", "zh").targets(("json",))["json"]["axes"]
    assert axes["y"]["unit"] == "吨"
    assert axes["x"]["unit"] == ""
