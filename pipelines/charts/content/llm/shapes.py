"""From filled-in forms to fields of specifications: points, bins, boxes, prices, trees, flows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.charts.content.dates import print_date, read_date
from pipelines.charts.content.llm.briefs import (
    BinsBrief,
    BoxesBrief,
    Brief,
    FlowBrief,
    PointsBrief,
    PricesBrief,
    TreeBrief,
)
from pipelines.charts.content.llm.measures import check_positive, check_spread, make_axis
from pipelines.charts.content.llm.reasons import BadAnswer
from pipelines.charts.content.llm.tables import Fields
from pipelines.charts.content.words import candle_words
from pipelines.charts.spec.kinds import Kind

if TYPE_CHECKING:
    import numpy as np

_BOX = 5
_MOST_COUNT = 10**7


def build_points(about: Kind, brief: Brief, language: str, rng: np.random.Generator) -> Fields:
    """Return the fields of points, with sizes for bubbles."""
    assert isinstance(brief, PointsBrief)
    measures = [brief.x, brief.y]
    if about.name == "bubble":
        if brief.size is None:
            raise BadAnswer("bad-brief", "size: a bubble chart says what the sizes measure")
        measures.append(brief.size)
    points = [point for one in brief.series for point in one.points]
    if any(len(point) != len(measures) for point in points):
        raise BadAnswer("bad-brief", f"every point must be a list of {len(measures)} numbers")
    columns = [list(column) for column in zip(*points, strict=True)]
    for column in columns[:2]:
        check_spread(column)
    if len(columns) > 2:
        check_positive(columns[2])
    made = [
        make_axis(one, column, language, rng) for one, column in zip(measures, columns, strict=True)
    ]
    named = len(brief.series) > 1
    series = [
        {
            "name": one.name if named else "",
            "points": [
                [axis.scaled(v) for axis, v in zip(made, point, strict=True)]
                for point in one.points
            ],
        }
        for one in brief.series
    ]
    size = made[2].axis if len(made) > 2 else None
    return {
        "x": made[0].axis,
        "value": made[1].axis,
        "data": {"shape": "points", "series": series, "size": size},
    }


def build_bins(about: Kind, brief: Brief, language: str, rng: np.random.Generator) -> Fields:
    """Return the fields of a histogram; its edges are computed from the first and the width."""
    assert isinstance(brief, BinsBrief)
    check_positive(brief.counts, zero=True)
    check_spread(brief.counts)
    check_positive([brief.bin_width])
    if any(count != int(count) or count > _MOST_COUNT for count in brief.counts):
        raise BadAnswer("bad-values", f"counts are whole numbers up to {_MOST_COUNT}")
    edges = [
        round(brief.first_edge + brief.bin_width * at, 9) for at in range(len(brief.counts) + 1)
    ]
    made = make_axis(brief.x, edges, language, rng)
    grouping = max(brief.counts) >= 10_000
    return {
        "x": made.axis,
        "value": {"title": brief.count_title, "format": {"grouping": grouping}},
        "data": {
            "shape": "histogram",
            "edges": [made.scaled(edge) for edge in edges],
            "counts": [int(count) for count in brief.counts],
        },
    }


def build_boxes(about: Kind, brief: Brief, language: str, rng: np.random.Generator) -> Fields:
    """Return the fields of box plots."""
    assert isinstance(brief, BoxesBrief)
    rows = [_boxes_of(row.name, row.values, max(1, len(brief.series))) for row in brief.rows]
    given = [value for row in rows for box in row for value in box]
    check_spread(given)
    made = make_axis(brief.value, given, language, rng)
    series = [
        {"name": name, "boxes": [[made.scaled(value) for value in row[at]] for row in rows]}
        for at, name in enumerate(brief.series or ("",))
    ]
    names = [row.name for row in brief.rows]
    return {
        "category_title": brief.category_title,
        "value": made.axis,
        "data": {"shape": "boxes", "categories": names, "series": series},
    }


def _boxes_of(
    name: str, values: tuple[tuple[float, ...] | float, ...], count: int
) -> list[tuple[float, ...]]:
    """Return a row's boxes: one as five plain numbers, or one per series as lists of five."""
    flat = tuple(value for value in values if isinstance(value, float))
    boxes = [flat] if flat else [value for value in values if isinstance(value, tuple)]
    if len(boxes) != count or any(len(box) != _BOX for box in boxes) or (flat and flat != values):
        raise BadAnswer("bad-brief", f"the row {name!r} must have {count} times {_BOX} numbers")
    if any(list(box) != sorted(box) or box[0] == box[-1] for box in boxes):
        raise BadAnswer("bad-values", f"the five numbers of {name!r} must rise")
    return boxes


def build_prices(about: Kind, brief: Brief, language: str, rng: np.random.Generator) -> Fields:
    """Return the fields of candlesticks; dates are printed as the language does."""
    assert isinstance(brief, PricesBrief)
    given = [value for row in brief.rows for value in row.values]
    check_positive(given)
    check_spread(given)
    made = make_axis(brief.value, given, language, rng)
    candles = []
    for row in brief.rows:
        opened, highest, lowest, closed = (made.scaled(value) for value in row.values)
        if not lowest <= min(opened, closed) <= max(opened, closed) <= highest:
            raise BadAnswer(
                "bad-values", f"{row.name!r}: open and close must lie between lowest and highest"
            )
        candles.append([opened, closed, lowest, highest])
    read = [read_date(row.name) for row in brief.rows]
    names = [
        row.name if one is None else print_date(*one, language, 1)
        for row, one in zip(brief.rows, read, strict=True)
    ]
    return {
        "value": made.axis,
        "data": {
            "shape": "candles",
            **candle_words(language),
            "categories": names,
            "candles": candles,
        },
    }


def build_tree(about: Kind, brief: Brief, language: str, rng: np.random.Generator) -> Fields:
    """Return the fields of a treemap or sunburst."""
    assert isinstance(brief, TreeBrief)
    given = [part.values[0] for group in brief.groups for part in group.parts]
    check_positive(given)
    made = make_axis(brief.value, given, language, rng)
    roots = [
        {
            "name": group.name,
            "children": [
                {"name": part.name, "value": made.scaled(part.values[0])} for part in group.parts
            ],
        }
        for group in brief.groups
    ]
    return {"value": made.axis, "data": {"shape": "tree", "roots": roots}}


def build_flow(about: Kind, brief: Brief, language: str, rng: np.random.Generator) -> Fields:
    """Return the fields of a Sankey diagram."""
    assert isinstance(brief, FlowBrief)
    given = [link.value for link in brief.links]
    check_positive(given)
    made = make_axis(brief.value, given, language, rng)
    links = [
        {"source": link.source, "target": link.target, "value": made.scaled(link.value)}
        for link in brief.links
    ]
    return {"value": made.axis, "data": {"shape": "flow", "links": links}}
