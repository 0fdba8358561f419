"""A specification of every kind in both languages, and a plain style, for tests of charts."""

from __future__ import annotations

from typing import Any

from pipelines.charts.content.words import candle_words
from pipelines.charts.spec.kinds import KINDS
from pipelines.charts.spec.model import Spec
from pipelines.charts.style.model import Frame, Style

WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "title": "Harvest of orchard fruit by region",
        "subtitle": "First half of the season",
        "source": "Source: growers' survey",
        "categories": ("North", "Lowland", "Coast", "Hills", "Valley", "Island"),
        "series": ("Apples", "Pears", "Plums"),
        "category": "Region",
        "value": "Harvest (t)",
        "second": "Growth (%)",
        "x": "Rain (mm)",
        "size": "Area (ha)",
        "nodes": ("Fruit", "Nuts", "Apples", "Pears", "Walnuts", "Hazelnuts"),
        "flow": ("Farm", "Press", "Market", "Export", "Home"),
        "unit": "",
    },
    "zh": {
        "title": "各地区水果产量统计",
        "subtitle": "上半年数据",
        "source": "数据来源：果农调查",
        "categories": ("北部", "平原", "沿海", "山区", "河谷", "海岛"),
        "series": ("苹果", "梨", "李子"),
        "category": "地区",
        "value": "产量（吨）",
        "second": "增长率（%）",
        "x": "降水量（毫米）",
        "size": "面积（公顷）",
        "nodes": ("水果", "坚果", "苹果", "梨", "核桃", "榛子"),
        "flow": ("农场", "榨汁厂", "市场", "出口", "家庭"),
        "unit": "万",
    },
}
NUMBERS = (
    (412.0, 268.0, 530.0, 187.0, 345.0, 98.0),
    (205.0, 310.0, 120.0, 264.0, 88.0, 176.0),
    (96.0, 142.0, 233.0, 75.0, 158.0, 61.0),
)


def example(kind: str, language: str = "en", **changes: Any) -> Spec:
    """Return a valid chart of a kind; `changes` are fields of the specification."""
    words = WORDS[language]
    factor = 10_000.0 if language == "zh" else 1.0
    form: dict[str, Any] = {"decimals": 0, "grouping": language == "en", "scale": words["unit"]}
    rows = [[value * factor for value in row] for row in NUMBERS]
    about = KINDS[kind]
    count = max(about.series[0], 1)
    fields: dict[str, Any] = {
        "kind": kind,
        "language": language,
        "title": words["title"],
        "subtitle": words["subtitle"],
        "source": words["source"],
        "category_title": words["category"],
        "value": {"title": words["value"], "format": form},
        "data": _data(kind, words, rows, count),
    }
    if kind == "dual_axis":
        percent = {"decimals": 1, "suffix": "%"}
        fields["second"] = {"title": words["second"], "format": percent}
    if about.shape in ("points", "histogram"):
        fields["x"] = {"title": words["x"], "format": {"decimals": 0}}
    if kind in ("pie", "donut", "rose", "funnel"):
        fields["labels"] = "name_value"
    elif kind in ("treemap", "sunburst", "gauge", "heatmap", "sankey"):
        fields["labels"] = "name_value" if about.shape in ("tree", "flow") else "value"
    return Spec.checked(**(fields | changes))


def _data(kind: str, words: dict[str, Any], rows: list[list[float]], count: int) -> dict[str, Any]:
    match KINDS[kind].shape:
        case "points":
            wide = kind == "bubble"
            points = [[20.0 + 13 * at, rows[0][at], *([5.0 + 4 * at] * wide)] for at in range(6)]
            size = {"title": words["size"]} if wide else None
            series = [{"name": words["series"][0], "points": points}]
            return {"shape": "points", "series": series, "size": size}
        case "histogram":
            return {
                "shape": "histogram",
                "edges": [0, 10, 20, 30, 40, 50],
                "counts": [3, 9, 14, 7, 2],
            }
        case "boxes":
            boxes = [[v * f for f in (0.6, 0.8, 1.0, 1.1, 1.4)] for v in rows[0]]
            series = [{"name": words["series"][0], "boxes": boxes}]
            return {"shape": "boxes", "categories": words["categories"], "series": series}
        case "candles":
            candles = [[v, v * 1.1, v * 0.9, v * 1.3] for v in rows[0]]
            data = {"shape": "candles", "categories": words["categories"], "candles": candles}
            return data | candle_words("zh" if words["unit"] else "en")
        case "tree":
            first, second, *leaves = words["nodes"]
            values = iter(rows[0])
            kids = [{"name": leaf, "value": next(values)} for leaf in leaves]
            roots = [{"name": first, "children": kids[:2]}, {"name": second, "children": kids[2:]}]
            return {"shape": "tree", "roots": roots}
        case "flow":
            a, b, c, d, e = words["flow"]
            pairs = ((a, b), (a, c), (b, d), (b, e))
            links = [
                {"source": s, "target": t, "value": v}
                for (s, t), v in zip(pairs, rows[0], strict=False)
            ]
            return {"shape": "flow", "links": links}
        case "panels":
            panels = [
                {"title": words["series"][at], "table": _table(words, [rows[at]], named=False)}
                for at in range(3)
            ]
            return {"shape": "panels", "panels": panels}
    return _special(kind, _table(words, rows[:count], named=count > 1))


def _table(words: dict[str, Any], rows: list[list[float]], *, named: bool) -> dict[str, Any]:
    series = [
        {"name": words["series"][at] if named else "", "values": row} for at, row in enumerate(rows)
    ]
    return {"shape": "table", "categories": words["categories"], "series": series}


def _special(kind: str, table: dict[str, Any]) -> dict[str, Any]:
    first, *rest = table["series"]
    match kind:
        case "bar_percent":
            share = [62.0, 35.0, 48.0, 71.0, 20.0, 55.0]
            first["values"], rest[0]["values"] = share, [100 - value for value in share]
        case "waterfall":
            start, *steps, _ = first["values"]
            steps = [step * sign for step, sign in zip(steps, (-0.5, 0.5, -1, 1), strict=True)]
            first["values"] = [start, *steps, start + sum(steps)]
            table["totals"] = [True, False, False, False, False, True]
        case "composite" | "dual_axis":
            first["mark"], rest[0]["mark"] = "bar", "line"
            if kind == "dual_axis":
                rest[0] |= {"second": True, "values": [2.5, 4.0, -1.5, 3.0, 6.5, 5.0]}
        case "gauge":
            table["categories"] = table["categories"][:1]
            first["values"] = first["values"][:1]
    return table


def plain_style(**changes: Any) -> Style:
    """Return a sober style; `changes` are fields of the style or of its frame."""
    frame_fields = {name: changes.pop(name) for name in list(changes) if name in Frame.model_fields}
    frame = Frame(
        **{
            "theme": "plain",
            "fonts": "noto_sans_cjk",
            "width": 800,
            "height": 600,
            "background": "#ffffff",
            "plot_background": "#ffffff",
            "text_colour": "#222222",
            "muted_colour": "#555555",
            "axis_colour": "#666666",
        }
        | frame_fields
    )
    palette = (
        "#4477aa",
        "#ee6677",
        "#228833",
        "#ccbb44",
        "#66ccee",
        "#aa3377",
        "#bbbbbb",
        "#222255",
    )
    return Style(**({"frame": frame, "palette": palette} | changes))
