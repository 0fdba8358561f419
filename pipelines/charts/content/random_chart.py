"""Charts of random content: phrases of a corpus for words, drawn distributions for numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pipelines.charts.content.dates import draw_dates, print_date
from pipelines.charts.content.drawn import NoContent
from pipelines.charts.content.values import (
    draw_format,
    draw_shares,
    draw_top,
    draw_values,
    round_for_reading,
    spread_out,
)
from pipelines.charts.content.words import candle_words, name_and_unit
from pipelines.charts.spec.kinds import KINDS, Kind
from pipelines.charts.spec.numbers import NumberFormat

if TYPE_CHECKING:
    import numpy as np

    from pipelines.charts.content.stock import Draws

_ORDERED = ("line", "line_multi", "line_step", "area", "area_stacked", "candlestick", "dual_axis")
_LONGEST_NAME = 18
_LONGEST_SERIES = 16
_NOTES = re.compile(r"注|说明|note\b", re.IGNORECASE)
_ABOUT_THE_CHART = re.compile(
    r"\b(?:bars?|lines?|bubbles?|colou?rs?|axis|axes|points?|shad(?:ed|ing)|dashed|break|missing|"
    r"negative|percentages?|values|figures|out of|left|right|scale)\b|"
    r"柱|线|气泡|颜色|轴|点|阴影|虚线|误差|负值|正值|满分|单位|制图|制表|数值|表示|合计|占比|扣除|四舍五入",
    re.IGNORECASE,
)
"""Lines that would say something of the picture, which is drawn without regard to them."""
_PERCENT = ("%", "％")
_COUNTED = re.compile(r"[千万亿]|thousand|million|billion|[mkb]n?\b|'000", re.IGNORECASE)
"""Units that count by thousands or more already."""


def random_fields(kind: str, draws: Draws) -> dict[str, Any]:
    """Return the fields of a specification of a kind, numbers not yet on their grids.

    Raises:
        NoContent: the stock has too few phrases.
    """
    about, rng = KINDS[kind], draws.rng
    builder = _BUILDERS.get(kind) or _BUILDERS[about.shape]
    return {"kind": kind, **_words(about, draws), **builder(about, draws, rng)}


def _words(about: Kind, draws: Draws) -> dict[str, Any]:
    rng = draws.rng
    title = draws.phrase("titles", 44)
    if not title:
        raise NoContent(f"the material has no phrases in {draws.stock.language}")
    fields: dict[str, Any] = {"title": title}
    if rng.random() < 0.25:
        fields["subtitle"] = draws.phrase("titles", 44)
    if rng.random() < 0.45:
        line = draws.phrase("sources", 70)
        if not _ABOUT_THE_CHART.search(line):
            fields |= {"notes": [line]} if _NOTES.match(line) else {"source": line}
    if fields.get("subtitle") == title:
        del fields["subtitle"]
    if about.axes and rng.random() < 0.6:
        fields["category_title"] = name_and_unit(draws.phrase("axes", 24))[0]
    return fields


def _axis(draws: Draws, top: float, *, titled: float = 0.75) -> dict[str, Any]:
    """Draw a value axis: a title that may bring a unit, and a format that does not repeat it."""
    rng, language = draws.rng, draws.stock.language
    title = _measure_title(draws) if rng.random() < titled else ""
    unit = name_and_unit(title)[1]
    form = draw_format(top, language, rng, scaled=not _COUNTED.search(unit), dressed=not title)
    return {"title": title, "format": form}


def _measure_title(draws: Draws) -> str:
    """Draw the name of a measure: one with a unit where the stock has such, but never percent."""
    for _ in range(5):
        title = draws.phrase("axes", 26)
        unit = name_and_unit(title)[1]
        if unit and unit not in _PERCENT:
            return title
    return ""


def _categories(about: Kind, draws: Draws, *, least: int = 0) -> dict[str, Any]:
    """Draw categories: dates where they suit, phrases else."""
    rng, language = draws.rng, draws.stock.language
    few, many = about.items
    count = int(rng.integers(max(few, least), many + 1))
    dated = 0.95 if about.name in _ORDERED else 0.12 if about.family == "bar" else 0.0
    if rng.random() < dated:
        dates, step = draw_dates(count, rng)
        style = int(rng.integers(3))
        names = [print_date(day, step, language, style) for day in dates]
        if len(set(names)) == len(names):
            table: dict[str, Any] = {"categories": names}
            if about.family == "line" and rng.random() < 0.5:
                table["dates"] = [day.isoformat() for day in dates]
            return table
    return {"categories": _names(draws, "categories", count, few, _LONGEST_NAME)}


def _names(draws: Draws, role: str, count: int, least: int, longest: int) -> list[str]:
    """Draw up to `count` names of a role, at least `least`.

    Raises:
        NoContent: the stock has too few that are short enough.
    """
    names = draws.phrases(role, count, longest)
    if len(names) < least:
        raise NoContent(f"the material has too few short phrases in {draws.stock.language}")
    return names


def _series_names(about: Kind, draws: Draws) -> list[str]:
    few, many = about.series
    count = int(draws.rng.integers(few, many + 1))
    if count == 1:
        return [""]
    return _names(draws, "series", count, few, _LONGEST_SERIES)


def _table(about: Kind, draws: Draws, rng: np.random.Generator) -> dict[str, Any]:
    table = _categories(about, draws)
    count = len(table["categories"])
    top = draw_top(rng)
    axis = _axis(draws, top)
    if about.name in ("line", "line_multi", "line_step") and rng.random() < 0.12:
        axis["scale"] = "log"
    ordered = about.name in _ORDERED
    series = []
    for name in _series_names(about, draws):
        raw = [value * top for value in draw_values(count, rng, ordered=ordered)]
        if axis.get("scale") == "log":
            raw = [top * (value / top) ** 3 for value in raw]
        elif about.name in ("bar", "line") and rng.random() < 0.1:
            raw = [value * (1 if rng.random() < 0.6 else -1) for value in raw]
        values: list[float | None] = list(round_for_reading(raw, axis["format"]))
        if rng.random() < 0.06 and count > 4 and about.family in ("bar", "line"):
            values[int(rng.integers(1, count - 1))] = None
        series.append({"name": name, "values": values})
    if axis.get("scale") == "log":
        _lift(series, axis["format"])
    return {"value": axis, "data": {"shape": "table", **table, "series": series}}


def _lift(series: list[dict[str, Any]], form: dict[str, Any]) -> None:
    """Keep values of a logarithmic axis above zero once they are rounded."""
    least = float(NumberFormat.model_validate(form).quantum)
    for one in series:
        one["values"] = [None if v is None else max(v, least) for v in one["values"]]


def _mixed(about: Kind, draws: Draws, rng: np.random.Generator) -> dict[str, Any]:
    fields = _table(about, draws, rng)
    fields["value"].pop("scale", None)
    series = fields["data"]["series"]
    for at, one in enumerate(series):
        one["mark"] = "line" if at == len(series) - 1 else "bar"
    if about.name == "dual_axis":
        count = len(fields["data"]["categories"])
        low, high = (-15.0, 30.0) if rng.random() < 0.4 else (5.0, 95.0)
        walk = draw_values(count, rng, ordered=True)
        shares = [round(low + (high - low) * value, 1) for value in walk]
        percent = {"decimals": 1, "suffix": "%"}
        # Each axis bears the name of its series, so that one sees which belongs to which.
        left = fields["value"]["title"] or _measure_title(draws)
        right = name_and_unit(_measure_title(draws))[0] or series[-1]["name"]
        if not left or name_and_unit(left)[0] == right:
            raise NoContent("the material has too few names of measures")
        fields["value"]["title"] = left
        fields["second"] = {"title": right, "format": percent}
        series[0]["name"] = name_and_unit(left)[0]
        series[-1] |= {"name": right, "values": shares, "second": True}
        if rng.random() < 0.3:
            series[0]["mark"] = "line"
    return fields


def _percent(about: Kind, draws: Draws, rng: np.random.Generator) -> dict[str, Any]:
    table = _categories(about, draws)
    names = _series_names(about, draws)
    columns = [draw_shares(len(names), rng, 0) for _ in table["categories"]]
    rows = zip(*columns, strict=True)
    series = [{"name": name, "values": list(row)} for name, row in zip(names, rows, strict=True)]
    title = name_and_unit(draws.phrase("axes", 26))[0] if rng.random() < 0.5 else ""
    axis = {"title": title, "format": {"suffix": "%"}}
    return {"value": axis, "data": {"shape": "table", **table, "series": series}}


def _parts(about: Kind, draws: Draws, rng: np.random.Generator) -> dict[str, Any]:
    """Pies and their like: shares of 100, or amounts."""
    few, many = about.items
    names = _names(draws, "categories", int(rng.integers(few, many + 1)), few, 12)
    shares = draw_shares(len(names), rng)
    if about.name == "funnel":
        shares = sorted((3 + 97 * rng.random() for _ in names), reverse=True)
        shares[0] = 100.0
        shares = [max(round(v), 100 - 12 * at if at < 2 else 8) for at, v in enumerate(shares)]
        shares = sorted(map(float, shares), reverse=True)
    if rng.random() < 0.45:
        axis: dict[str, Any] = {"format": {"decimals": 1, "suffix": "%"}}
    else:
        top = draw_top(rng)
        axis = _axis(draws, top, titled=0.0)
        shares = round_for_reading([share * top / max(shares) for share in shares], axis["format"])
    series = [{"name": "", "values": shares}]
    return {"value": axis, "data": {"shape": "table", "categories": names, "series": series}}


def _radar(about: Kind, draws: Draws, rng: np.random.Generator) -> dict[str, Any]:
    few, many = about.items
    names = _names(draws, "categories", int(rng.integers(few, many + 1)), few, 10)
    top = (10.0, 100.0, 100.0, 1000.0)[int(rng.integers(4))]
    series = [
        {"name": name, "values": [round(top * rng.uniform(0.2, 1.0)) for _ in names]}
        for name in _series_names(about, draws)
    ]
    return {
        "value": {"format": {}},
        "data": {"shape": "table", "categories": names, "series": series},
    }


def _waterfall(about: Kind, draws: Draws, rng: np.random.Generator) -> dict[str, Any]:
    count = int(rng.integers(about.items[0], about.items[1] + 1))
    names = _names(draws, "categories", count, about.items[0], 12)
    top = draw_top(rng)
    axis = _axis(draws, top)
    level = top * rng.uniform(0.4, 0.7)
    steps = [level]
    for _ in names[1:-1]:
        change = level * rng.uniform(0.08, 0.35) * (1 if rng.random() < 0.5 else -1)
        steps.append(change)
        level += change
    values = round_for_reading(steps, axis["format"])
    totals = [True, *[False] * (len(names) - 2), True]
    return {
        "value": axis,
        "data": {
            "shape": "table",
            "categories": names,
            "series": [{"values": [*values, sum(values)]}],
            "totals": totals,
        },
    }


def _heatmap(about: Kind, draws: Draws, rng: np.random.Generator) -> dict[str, Any]:
    columns = _names(draws, "categories", int(rng.integers(3, about.items[1] + 1)), 3, 10)
    rows = _names(draws, "series", int(rng.integers(2, 9)), 2, 12)
    top = float(10 ** rng.uniform(1, 3))
    form = {"decimals": 0 if top > 50 else 1}
    series = [
        {"name": row, "values": [top * rng.uniform(0.02, 1.0) for _ in columns]} for row in rows
    ]
    return {
        "value": {"format": form},
        "data": {"shape": "table", "categories": columns, "series": series},
    }


def _gauge(about: Kind, draws: Draws, rng: np.random.Generator) -> dict[str, Any]:
    names = draws.phrases("categories", 1, 12)
    if not names:
        raise NoContent(f"the material has no phrases in {draws.stock.language}")
    value = round(float(rng.uniform(3, 98)), int(rng.integers(2)))
    return {
        "value": {"format": {"decimals": 1 if value % 1 else 0, "suffix": "%"}},
        "data": {"shape": "table", "categories": names, "series": [{"values": [value]}]},
    }


def _points(about: Kind, draws: Draws, rng: np.random.Generator) -> dict[str, Any]:
    few, many = about.items
    tops = draw_top(rng) / 10 + 10, draw_top(rng) / 10 + 10
    across, up = (_axis(draws, top, titled=1.0) for top in tops)
    size: dict[str, Any] | None = {} if about.name == "bubble" else None
    series = []
    for name in _series_names(about, draws):
        count = int(rng.integers(few, many + 1))
        slope = rng.uniform(-0.8, 0.8)
        points = []
        for _ in range(count):
            x = rng.uniform(0.08, 0.98)
            y = min(0.98, max(0.06, 0.5 + slope * (x - 0.5) + rng.normal(0, 0.15)))
            point = [x * tops[0], y * tops[1]]
            if size is not None:
                point.append(float(rng.integers(5, 100)))
            points.append(point)
        points = spread_out(points)
        columns = [
            round_for_reading([p[0] for p in points], across["format"]),
            round_for_reading([p[1] for p in points], up["format"]),
            *([[p[2] for p in points]] if size is not None else []),
        ]
        series.append({"name": name, "points": [list(p) for p in zip(*columns, strict=True)]})
    return {
        "x": across,
        "value": up,
        "category_title": "",
        "data": {"shape": "points", "series": series, "size": size},
    }


def _histogram(about: Kind, draws: Draws, rng: np.random.Generator) -> dict[str, Any]:
    count = int(rng.integers(about.items[0], about.items[1] + 1))
    step = float((1, 2, 5, 10, 20, 50, 100)[int(rng.integers(7))])
    start = step * int(rng.integers(0, 12))
    people = int(10 ** rng.uniform(1.7, 3.3))
    centre, width = rng.uniform(0.3, 0.7) * count, rng.uniform(0.15, 0.3) * count
    places = rng.normal(centre, width, people)
    counts = [int(((places >= at) & (places < at + 1)).sum()) for at in range(count)]
    if max(counts) == 0:
        counts[count // 2] = people
    return {
        "x": {"title": _measure_title(draws)},
        "value": {"title": "频数" if draws.stock.language == "zh" else "Count"},
        "category_title": "",
        "data": {
            "shape": "histogram",
            "edges": [start + step * at for at in range(count + 1)],
            "counts": counts,
        },
    }


def _boxes(about: Kind, draws: Draws, rng: np.random.Generator) -> dict[str, Any]:
    few, many = about.items
    names = _names(draws, "categories", int(rng.integers(few, many + 1)), few, 14)
    top = draw_top(rng)
    axis = _axis(draws, top)
    series = []
    for name in _series_names(about, draws):
        boxes = []
        for _ in names:
            middle = rng.uniform(0.35, 0.7)
            gaps = rng.uniform(0.04, 0.14, 4)
            raw = [middle - gaps[0] - gaps[1], middle - gaps[1], middle, middle + gaps[2]]
            raw.append(middle + gaps[2] + gaps[3])
            boxes.append(sorted(round_for_reading([v * top for v in raw], axis["format"])))
        series.append({"name": name, "boxes": boxes})
    return {"value": axis, "data": {"shape": "boxes", "categories": names, "series": series}}


def _candles(about: Kind, draws: Draws, rng: np.random.Generator) -> dict[str, Any]:
    count = int(rng.integers(about.items[0], about.items[1] + 1))
    dates, step = draw_dates(count, rng)
    names = [print_date(day, step, draws.stock.language, 1) for day in dates]
    price = float(10 ** rng.uniform(0.8, 3.4))
    axis = {"title": _measure_title(draws), "format": {"decimals": 2 if price < 100 else 0}}
    candles = []
    for _ in names:
        opened, closed = price, price * (1 + rng.normal(0, 0.06))
        low = min(opened, closed) * (1 - rng.uniform(0.005, 0.05))
        high = max(opened, closed) * (1 + rng.uniform(0.005, 0.05))
        candles.append([round(v, 2 if price < 100 else 0) for v in (opened, closed, low, high)])
        price = closed
    words = candle_words(draws.stock.language)
    data = {"shape": "candles", "categories": names, "candles": candles, **words}
    return {"value": axis, "data": data}


def _tree(about: Kind, draws: Draws, rng: np.random.Generator) -> dict[str, Any]:
    groups = int(rng.integers(2, 5))
    sizes = [int(rng.integers(2, 4 if groups > 3 else 5)) for _ in range(groups)]
    count = groups + sum(sizes)
    names = _names(draws, "categories", count, count, 10)
    top = float(10 ** rng.uniform(1.3, 3.7))
    rest = iter(names[groups:])
    roots = [
        {
            "name": name,
            "children": [
                {"name": next(rest), "value": max(1.0, round(top * rng.uniform(0.3, 1.0)))}
                for _ in range(size)
            ],
        }
        for name, size in zip(names, sizes, strict=False)
    ]
    form = {"grouping": top >= 1000}
    return {"value": {"format": form}, "data": {"shape": "tree", "roots": roots}}


def _flow(about: Kind, draws: Draws, rng: np.random.Generator) -> dict[str, Any]:
    left, right = int(rng.integers(2, 4)), int(rng.integers(2, 5))
    names = _names(draws, "categories", left + right, left + right, 10)
    top = float(10 ** rng.uniform(1.3, 3.7))
    links = [
        {"source": a, "target": b, "value": max(1.0, round(top * rng.uniform(0.2, 1.0)))}
        for at, a in enumerate(names[:left])
        for b in names[left:]
        if at == 0 or b == names[-1] or rng.random() < 0.6
    ]
    return {"value": {"format": {}}, "data": {"shape": "flow", "links": links}}


def _panels(about: Kind, draws: Draws, rng: np.random.Generator) -> dict[str, Any]:
    names = _names(draws, "categories", int(rng.integers(3, about.items[1] + 1)), 3, 8)
    titles = _names(draws, "series", int(rng.integers(2, 5)), 2, _LONGEST_SERIES)
    top = draw_top(rng)
    axis = _axis(draws, top)
    panels = []
    for title in titles:
        values = [value * top for value in draw_values(len(names), rng)]
        values = round_for_reading(values, axis["format"])
        table = {"shape": "table", "categories": names, "series": [{"values": values}]}
        panels.append({"title": title, "table": table})
    mark = "bar" if rng.random() < 0.6 else "line"
    return {"value": axis, "data": {"shape": "panels", "mark": mark, "panels": panels}}


_BUILDERS = {
    "table": _table,
    "bar_percent": _percent,
    "composite": _mixed,
    "dual_axis": _mixed,
    "pie": _parts,
    "donut": _parts,
    "rose": _parts,
    "funnel": _parts,
    "radar": _radar,
    "waterfall": _waterfall,
    "heatmap": _heatmap,
    "gauge": _gauge,
    "points": _points,
    "histogram": _histogram,
    "boxes": _boxes,
    "candles": _candles,
    "tree": _tree,
    "flow": _flow,
    "panels": _panels,
}
