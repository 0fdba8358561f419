"""Charts of statistical tables: which columns are drawn, with what title, unit and format."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.charts.content.dates import print_date
from pipelines.charts.content.drawn import NoContent
from pipelines.charts.content.sheets import Column, Sheet
from pipelines.charts.content.uses import find_parts
from pipelines.charts.content.values import spread_out
from pipelines.charts.content.words import candle_words, with_unit
from pipelines.charts.spec.kinds import KINDS, Kind
from pipelines.charts.spec.numbers import nice_step

if TYPE_CHECKING:
    from pipelines.charts.content.stock import Draws

_USES: dict[str, tuple[str, ...]] = {
    "bar": ("values",),
    "bar_horizontal": ("values",),
    "bar_grouped": ("several",),
    "bar_grouped_horizontal": ("several",),
    "bar_stacked": ("stack",),
    "bar_stacked_horizontal": ("stack",),
    "bar_percent": ("shares",),
    "waterfall": ("steps",),
    "line": ("series",),
    "line_multi": ("series",),
    "line_step": ("series",),
    "area": ("series",),
    "area_stacked": ("layers",),
    "composite": ("several",),
    "dual_axis": ("pair",),
    "scatter": ("points",),
    "bubble": ("bubbles",),
    "histogram": ("sample",),
    "box": ("groups",),
    "candlestick": ("prices",),
    "pie": ("parts",),
    "donut": ("parts",),
    "rose": ("parts",),
    "radar": ("scores",),
    "funnel": ("stages",),
    "heatmap": ("scores",),
    "gauge": (),
    "treemap": ("tree",),
    "sunburst": ("tree",),
    "sankey": ("flow",),
    "multiples": ("several",),
}
_LONGEST_NAME = 40
_PERCENT = ("%", "％")
_LONGEST_PART = 40
_SMALLEST_LEAF = 0.04
_MOST_POINTS = 40


def uses_of(kind: str) -> tuple[str, ...]:
    """Return the uses of tables that a kind of chart can be drawn from."""
    return _USES[kind]


def table_fields(kind: str, draws: Draws) -> dict[str, Any]:
    """Return the fields of a specification of a kind, numbers not yet on their grids.

    Raises:
        NoContent: the table drawn does not do for this kind after all.
    """
    for use in uses_of(kind):
        body = draws.body(f"{draws.stock.language}/table/{use}")
        if body is None:
            continue
        sheet = Sheet.load(body)
        parts = find_parts(sheet, use)
        assert parts is not None, "a table stands in the groups of its uses"
        about = KINDS[kind]
        builder = _BUILDERS.get(kind) or _BUILDERS[about.shape]
        return {"kind": kind, **_words(sheet, draws), **builder(about, sheet, parts, draws)}
    raise NoContent(f"no table for a {kind}")


def _words(sheet: Sheet, draws: Draws) -> dict[str, Any]:
    fields: dict[str, Any] = {"title": sheet.title[:120]}
    if sheet.source and draws.rng.random() < 0.7:
        fields["source"] = sheet.source[:150]
    return fields


def _number_axis(columns: Sequence[Column], draws: Draws, *, titled: bool = True) -> dict[str, Any]:
    """Return the axis of measures of one unit; a lone measure gives its name, several the unit."""
    first, language = columns[0], draws.stock.language
    values = [abs(v) for column in columns for v in column.values if v is not None]
    form: dict[str, Any] = {"decimals": _decimals(columns)}
    if max(values, default=0) >= 10_000:
        form["grouping"] = True
    unit = first.unit
    if unit in _PERCENT and draws.rng.random() < 0.6:
        form["suffix"], unit = "%", ""
    if len(columns) == 1:
        title = with_unit(first.name, unit, language)
    else:
        title = (f"单位：{unit}" if language == "zh" else unit) if unit else ""
    return {"title": title if titled else "", "format": form}


def _title_of_part(sheet: Sheet, columns: Sequence[Column], draws: Draws) -> dict[str, Any]:
    """Return a title that names the measures drawn where the table has others too; else nothing."""
    measures = sum(one.kind == "number" for one in sheet.columns)
    if len(columns) >= measures:
        return {}
    chinese = draws.stock.language == "zh"
    names = ("、" if chinese else ", ").join(one.name for one in columns)
    if len(names) > _LONGEST_PART:
        return {}
    return {"title": f"{sheet.title[:90]}{'：' if chinese else ': '}{names}"}


def _decimals(columns: Sequence[Column]) -> int:
    """Return the fewest decimals that print all values as given, at most three."""
    values = [v for column in columns for v in column.values if v is not None]
    for decimals in range(3):
        if all(math.isclose(v, round(v, decimals), abs_tol=1e-9) for v in values):
            return decimals
    return 3 if max(map(abs, values), default=0) < 10 else 2


def _names(column: Column, draws: Draws) -> list[str]:
    if column.kind != "date":
        return [name[:_LONGEST_NAME] for name in column.values]
    style = int(draws.rng.integers(3))
    days = [dt.date.fromisoformat(value) for value in column.values]
    names = [print_date(day, column.step, draws.stock.language, style) for day in days]
    if len(set(names)) < len(names):  # days of several years printed without it
        names = [print_date(day, column.step, draws.stock.language, 1) for day in days]
    return names


def _span(rows: int, about: Kind, draws: Draws, least: int = 0) -> slice:
    """Return the rows to be drawn: all, or a run of as many as the kind bears."""
    most = about.items[1]
    if rows <= most:
        return slice(0, rows)
    count = int(draws.rng.integers(max(most * 2 // 3, least, 3), most + 1))
    start = int(draws.rng.integers(rows - count + 1))
    return slice(start, start + count)


def _some(places: Sequence[int], about: Kind, draws: Draws) -> list[int]:
    """Return some of the measures, as many as the kind bears, in the table's order."""
    few, many = about.series
    if len(places) < few:
        raise NoContent(f"the table has {len(places)} measures, {few} are needed")
    count = int(draws.rng.integers(few, min(many, len(places)) + 1))
    chosen = draws.rng.choice(len(places), count, replace=False)
    return [places[at] for at in sorted(chosen.tolist())]


def _table(about: Kind, sheet: Sheet, parts: dict[str, Any], draws: Draws) -> dict[str, Any]:
    key = sheet.columns[parts["names"]]
    places = _some(parts["measures"], about, draws)
    if about.name == "bar_percent":
        places = parts["measures"]
    columns = [sheet.columns[at] for at in places]
    units = {column.unit for column in columns}
    if len(units) > 1:
        columns = columns[:1]
    span = _span(sheet.rows, about, draws)
    if about.family == "bar" and key.kind == "text" and draws.rng.random() < 0.3:
        order = sorted(range(sheet.rows), key=lambda at: -(columns[0].values[at] or 0))
    else:
        order = list(range(sheet.rows))
    rows = order[span]
    if len(rows) < about.items[0]:
        raise NoContent(f"the table has {len(rows)} rows, {about.items[0]} are needed")
    names = _names(key, draws)
    table: dict[str, Any] = {
        "shape": "table",
        "categories": [names[at] for at in rows],
        "series": [
            {
                "name": column.name if len(columns) > 1 else "",
                "values": [column.values[at] for at in rows],
            }
            for column in columns
        ],
    }
    if key.kind == "date" and about.family == "line" and draws.rng.random() < 0.6:
        table["dates"] = [key.values[at] for at in rows]
    category = key.name if draws.rng.random() < 0.6 and key.kind == "text" else ""
    return {
        **_title_of_part(sheet, columns, draws),
        "category_title": category,
        "value": _number_axis(columns, draws, titled=draws.rng.random() < 0.85),
        "data": table,
    }


def _mixed(about: Kind, sheet: Sheet, parts: dict[str, Any], draws: Draws) -> dict[str, Any]:
    if about.name == "dual_axis":
        parts = {**parts, "measures": parts["measures"][:1]}
        single = KINDS["line"] if sheet.rows > about.items[1] else KINDS["bar"]
        fields = _table(single, sheet, parts, draws)
        first = fields["data"]["series"][0]
        del fields["data"]["series"][1:]
        second = _second(sheet, draws, fields, parts)
        first |= {"name": sheet.columns[parts["measures"][0]].name}
        first["mark"] = "bar" if draws.rng.random() < 0.7 else "line"
        fields["data"]["series"].append(second)
        fields["data"].pop("dates", None)
        fields["value"] = _number_axis([sheet.columns[parts["measures"][0]]], draws)
        drawn = [sheet.columns[at] for at in parts["measures"]]
        return (
            fields
            | {"title": sheet.title[:120]}
            | _title_of_part(sheet, [*drawn, _other(sheet)], draws)
        )
    fields = _table(about, sheet, parts, draws)
    series = fields["data"]["series"]
    for at, one in enumerate(series):
        one["mark"] = "line" if at == len(series) - 1 else "bar"
    return fields


def _second(
    sheet: Sheet, draws: Draws, fields: dict[str, Any], parts: dict[str, Any]
) -> dict[str, Any]:
    """Add the second axis to the fields and return its series, over the same rows as the first."""
    other = _other(sheet)
    first = sheet.columns[parts["measures"][0]]
    values = fields["data"]["series"][0]["values"]
    rows = _rows_of(first, values)
    fields["second"] = _number_axis([other], draws)
    return {
        "name": other.name,
        "values": [other.values[at] for at in rows],
        "mark": "line",
        "second": True,
    }


def _other(sheet: Sheet) -> Column:
    """Return the measure of the second axis."""
    found = find_parts(sheet, "pair")
    assert found is not None, "the table stands in the group of pairs"
    place: int = found["measures"][1]
    return sheet.columns[place]


def _rows_of(column: Column, values: Sequence[float | None]) -> range:
    """Return the run of rows that values were taken from."""
    for start in range(len(column.values) - len(values) + 1):
        if list(column.values[start : start + len(values)]) == list(values):
            return range(start, start + len(values))
    raise NoContent("the rows were sorted")


def _parts(about: Kind, sheet: Sheet, parts: dict[str, Any], draws: Draws) -> dict[str, Any]:
    place = parts["measures"][int(draws.rng.integers(len(parts["measures"])))]
    column, key = sheet.columns[place], sheet.columns[parts["names"]]
    if sheet.rows < about.items[0]:
        raise NoContent(f"the table has {sheet.rows} rows, {about.items[0]} are needed")
    return {
        **_title_of_part(sheet, [column], draws),
        "value": _number_axis([column], draws),
        "data": {
            "shape": "table",
            "categories": _names(key, draws),
            "series": [{"values": list(column.values)}],
            "totals": _totals(about, sheet.rows),
        },
    }


def _totals(about: Kind, rows: int) -> list[bool]:
    return [True, *[False] * (rows - 2), True] if about.name == "waterfall" else []


def _scores(about: Kind, sheet: Sheet, parts: dict[str, Any], draws: Draws) -> dict[str, Any]:
    """Radar: rows are spokes and measures subjects, or the other way round; heatmap likewise."""
    key = sheet.columns[parts["names"]]
    columns = [sheet.columns[at] for at in parts["measures"]]
    names, heads = _names(key, draws), [column.name for column in columns]
    grid = [list(column.values) for column in columns]
    if not about.items[0] <= len(names) <= about.items[1] or len(heads) > about.series[1]:
        names, heads, grid = heads, names, [list(row) for row in zip(*grid, strict=True)]
    if not about.items[0] <= len(names) <= about.items[1] or len(heads) < about.series[0]:
        raise NoContent("the table has too few or too many rows or measures")
    most = about.series[1]
    series = [
        {"name": head, "values": row} for head, row in list(zip(heads, grid, strict=True))[:most]
    ]
    return {
        "value": _number_axis(columns, draws),
        "data": {"shape": "table", "categories": names, "series": series},
    }


def _points(about: Kind, sheet: Sheet, parts: dict[str, Any], draws: Draws) -> dict[str, Any]:
    columns = [sheet.columns[at] for at in parts["measures"]]
    rows = [
        [float(cell) for cell in row]
        for row in zip(*(column.values for column in columns), strict=True)
        if None not in row
    ]
    most = min(_MOST_POINTS, about.items[1])
    if len(rows) > most:
        chosen = sorted(draws.rng.choice(len(rows), most, replace=False).tolist())
        rows = [rows[at] for at in chosen]
    rows = spread_out(rows)
    if len(rows) < about.items[0]:
        raise NoContent("the table's points lie on one another")
    across, up = (_number_axis([column], draws) for column in columns[:2])
    data: dict[str, Any] = {"shape": "points", "series": [{"points": rows}]}
    if about.name == "bubble":
        data["size"] = {"format": {"decimals": _decimals(columns[2:3])}}
    title = _title_of_part(sheet, columns[:2], draws)
    return {**title, "x": across, "value": up, "data": data}


def _histogram(about: Kind, sheet: Sheet, parts: dict[str, Any], draws: Draws) -> dict[str, Any]:
    place = parts["measures"][int(draws.rng.integers(len(parts["measures"])))]
    column = sheet.columns[place]
    values = np.array([v for v in column.values if v is not None])
    bins = int(draws.rng.integers(6, about.items[1] - 2))
    step = nice_step(max(float(np.ptp(values)), 1e-6) / bins)
    low = math.floor(values.min() / step)
    count = math.floor(values.max() / step) - low + 1
    edges = [(low + at) * step for at in range(count + 1)]
    counts = np.bincount((np.floor(values / step) - low).astype(int), minlength=count)
    axis = _number_axis([column], draws)
    axis["format"]["decimals"] = max(0, -math.floor(math.log10(step) + 1e-9))
    return {
        "x": axis,
        "value": {"title": "频数" if draws.stock.language == "zh" else "Count"},
        "data": {"shape": "histogram", "edges": edges, "counts": counts[:count].tolist()},
    }


def _boxes(about: Kind, sheet: Sheet, parts: dict[str, Any], draws: Draws) -> dict[str, Any]:
    place = parts["measures"][int(draws.rng.integers(len(parts["measures"])))]
    column, groups = sheet.columns[place], sheet.columns[parts["names"]]
    decimals = _decimals([column])
    names, boxes = [], []
    for name in list(dict.fromkeys(groups.values))[: about.items[1]]:
        sample = [
            v for v, group in zip(column.values, groups.values, strict=True)
            if group == name and v is not None
        ]  # fmt: skip
        if len(sample) >= 5:
            names.append(name[:_LONGEST_NAME])
            quartiles = np.quantile(sample, (0, 0.25, 0.5, 0.75, 1))
            boxes.append([round(float(v), decimals) for v in quartiles])
    return {
        "value": _number_axis([column], draws),
        "category_title": groups.name if draws.rng.random() < 0.6 else "",
        "data": {"shape": "boxes", "categories": names, "series": [{"boxes": boxes}]},
    }


def _candles(about: Kind, sheet: Sheet, parts: dict[str, Any], draws: Draws) -> dict[str, Any]:
    columns = [sheet.columns[at] for at in parts["measures"]]
    span = _span(sheet.rows, about, draws)
    rows = list(zip(*(column.values[span] for column in columns), strict=True))
    if any(None in row for row in rows):
        raise NoContent("the table lacks prices")
    names = _names(sheet.columns[parts["names"]], draws)[span]
    axis = _number_axis([columns[1]], draws, titled=False)
    axis["format"]["decimals"] = _decimals(columns)
    words = candle_words(draws.stock.language)
    data = {"shape": "candles", "categories": names, "candles": rows, **words}
    return {"value": axis, "data": data}


def _tree(about: Kind, sheet: Sheet, parts: dict[str, Any], draws: Draws) -> dict[str, Any]:
    groups, leaves = sheet.columns[parts["group"]].values, sheet.columns[parts["names"]].values
    column = sheet.columns[parts["measures"][0]]
    roots: dict[str, list[dict[str, Any]]] = {}
    least = _SMALLEST_LEAF * sum(column.values)
    for group, leaf, value in zip(groups, leaves, column.values, strict=True):
        if value < least:
            continue  # no room for its name
        roots.setdefault(group, []).append({"name": leaf, "value": value})
    tree = [{"name": name, "children": children} for name, children in roots.items()]
    return {"value": _number_axis([column], draws), "data": {"shape": "tree", "roots": tree}}


def _flow(about: Kind, sheet: Sheet, parts: dict[str, Any], draws: Draws) -> dict[str, Any]:
    column = sheet.columns[parts["measures"][0]]
    ends = (sheet.columns[parts[name]].values for name in ("group", "names"))
    links = [
        {"source": source, "target": target, "value": value}
        for source, target, value in zip(*ends, column.values, strict=True)
    ]
    return {"value": _number_axis([column], draws), "data": {"shape": "flow", "links": links}}


def _panels(about: Kind, sheet: Sheet, parts: dict[str, Any], draws: Draws) -> dict[str, Any]:
    fields = _table(about, sheet, parts, draws)
    table = fields["data"]
    panels = [
        {
            "title": one["name"],
            "table": {"shape": "table", "categories": table["categories"],
                      "series": [{"values": one["values"]}]},
        }
        for one in table["series"]
    ]  # fmt: skip
    mark = "bar" if draws.rng.random() < 0.6 else "line"
    return {**fields, "data": {"shape": "panels", "mark": mark, "panels": panels}}


_BUILDERS = {
    "table": _table,
    "composite": _mixed,
    "dual_axis": _mixed,
    "pie": _parts,
    "donut": _parts,
    "rose": _parts,
    "funnel": _parts,
    "waterfall": _parts,
    "radar": _scores,
    "heatmap": _scores,
    "points": _points,
    "histogram": _histogram,
    "boxes": _boxes,
    "candles": _candles,
    "tree": _tree,
    "flow": _flow,
    "panels": _panels,
}
