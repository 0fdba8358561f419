"""Options of many kinds in both languages, as JavaScript source, for tests of the drawing."""

from __future__ import annotations

import json
from typing import Any

_WORDS = {
    "en": {
        "title": "Quarterly sales by region",
        "sub": "Unit: million dollars (2024)",
        "cats": ["North", "South", "East", "West", "Overseas"],
        "names": ["Hardware", "Software", "Service"],
        "x": "Region",
        "y": "Revenue",
    },
    "zh": {
        "title": "各地区季度销售额",
        "sub": "单位：万元（2024年）",
        "cats": ["华北", "华南", "华东", "西部", "海外市场"],
        "names": ["硬件", "软件", "服务"],
        "x": "地区",
        "y": "收入",
    },
}
_DATA = [[120, 200.5, 150, 80, 70], [60, 95, 142.25, 30, 110], [33, 48, 52, 90, 12.5]]


def options() -> dict[str, str]:
    """Return name -> option text; every kind in English and in Chinese."""
    found: dict[str, str] = {}
    for language, words in _WORDS.items():
        base = {
            "title": {"text": words["title"], "subtext": words["sub"], "left": "center"},
            "legend": {"top": "bottom"},
        }
        for name, option in _kinds(words).items():
            found[f"{name}-{language}"] = json.dumps(base | option, ensure_ascii=False)
        found[f"code-{language}"] = _with_code(words)
    return found


def _series(words: Any, kind: str, **more: Any) -> list[dict[str, Any]]:
    rows = zip(words["names"], _DATA, strict=True)
    return [{"type": kind, "name": name, "data": data, **more} for name, data in rows]


def _kinds(words: Any) -> dict[str, dict[str, Any]]:
    cats, names = words["cats"], words["names"]
    x = {"type": "category", "data": cats, "name": words["x"]}
    y = {"type": "value", "name": words["y"]}
    axes = {"xAxis": x, "yAxis": y}
    slices = [{"name": cat, "value": value} for cat, value in zip(cats, _DATA[0], strict=True)]
    tree = [
        {
            "name": cat,
            "value": 10 + 3 * i,
            "children": [{"name": f"{cat}{j}", "value": 5 + i * j} for j in (1, 2)],
        }
        for i, cat in enumerate(cats)
    ]
    return {
        "bar": axes | {"series": _series(words, "bar", label={"show": True, "position": "top"})},
        "stacked": axes | {"series": _series(words, "bar", stack="a", label={"show": True})},
        "horizontal": {"xAxis": y, "yAxis": x, "series": _series(words, "bar")[:2]},
        "line": axes | {"series": _series(words, "line", symbolSize=9)},
        "area": axes | {"series": _series(words, "line", smooth=True, stack="a", areaStyle={})},
        "dashed": axes
        | {
            "series": _series(
                words, "line", step="middle", lineStyle={"type": "dashed", "width": 3}
            )
        },
        "scatter": {
            "xAxis": {"type": "value", "name": words["x"]},
            "yAxis": y,
            "series": [
                {
                    "type": "scatter",
                    "name": name,
                    "symbol": symbol,
                    "symbolSize": 14,
                    "data": [[value, other] for value, other in zip(data, _DATA[0], strict=True)],
                }
                for name, data, symbol in zip(
                    names, _DATA, ("circle", "triangle", "diamond"), strict=True
                )
            ],
        },
        "pie": {"series": [{"type": "pie", "radius": "55%", "data": slices}]},
        "donut": {
            "series": [
                {
                    "type": "pie",
                    "radius": ["35%", "60%"],
                    "data": slices,
                    "roseType": "radius",
                    "label": {"formatter": "{b}: {c} ({d}%)"},
                    "itemStyle": {"borderRadius": 8},
                }
            ]
        },
        "radar": {
            "radar": {"indicator": [{"name": cat, "max": 220} for cat in cats]},
            "series": [
                {
                    "type": "radar",
                    "areaStyle": {"opacity": 0.3},
                    "data": [{"name": n, "value": v} for n, v in zip(names, _DATA, strict=True)],
                }
            ],
        },
        "funnel": {"series": [{"type": "funnel", "data": slices, "top": 60, "bottom": 60}]},
        "gauge": {"series": [{"type": "gauge", "data": [{"name": words["y"], "value": 62.5}]}]},
        "heatmap": {
            "xAxis": {"type": "category", "data": cats},
            "yAxis": {"type": "category", "data": names},
            "visualMap": {"min": 0, "max": 200, "orient": "horizontal", "bottom": 0},
            "legend": {"show": False},
            "series": [
                {
                    "type": "heatmap",
                    "label": {"show": True},
                    "data": [[i, j, _DATA[j][i]] for i in range(5) for j in range(3)],
                }
            ],
        },
        "boxplot": axes
        | {
            "series": [
                {"type": "boxplot", "data": [[v, v + 9, v + 20, v + 31, v + 60] for v in _DATA[0]]}
            ]
        },
        "candlestick": axes
        | {
            "series": [
                {"type": "candlestick", "data": [[v, v + 9, v - 11, v + 21] for v in _DATA[0]]}
            ]
        },
        "treemap": {"series": [{"type": "treemap", "data": tree, "breadcrumb": {"show": False}}]},
        "sunburst": {"series": [{"type": "sunburst", "data": tree, "radius": [30, "75%"]}]},
        "sankey": {
            "series": [
                {
                    "type": "sankey",
                    "data": [{"name": n} for n in [*names, *cats]],
                    "links": [
                        {"source": n, "target": c, "value": _DATA[i][j]}
                        for i, n in enumerate(names)
                        for j, c in enumerate(cats)
                    ],
                }
            ]
        },
        "graph": {
            "series": [
                {
                    "type": "graph",
                    "layout": "force",
                    "label": {"show": True},
                    "data": [{"name": c, "symbolSize": 30} for c in cats],
                    "links": [{"source": cats[0], "target": c} for c in cats[1:]],
                }
            ]
        },
        "dual": {
            "xAxis": x | {"axisLabel": {"rotate": 30}},
            "yAxis": [y, {"type": "log", "name": names[2]}],
            "series": [_series(words, "bar")[0], _series(words, "line")[2] | {"yAxisIndex": 1}],
        },
        "decal": axes
        | {"aria": {"enabled": True, "decal": {"show": True}}, "series": _series(words, "bar")},
        "shadow": {
            "backgroundColor": "lightsteelblue",
            "textStyle": {"fontStyle": "italic"},
            **axes,
            "series": _series(
                words,
                "bar",
                itemStyle={
                    "shadowBlur": 12,
                    "shadowOffsetX": 5,
                    "shadowColor": "rgba(0,0,0,0.5)",
                    "borderRadius": [9, 9, 0, 0],
                },
            )[:2],
        },
        "polar": {
            "polar": {},
            "radiusAxis": {},
            "angleAxis": {"type": "category", "data": cats},
            "series": _series(words, "bar", coordinateSystem="polar")[:2],
        },
        "river": {
            "singleAxis": {"type": "time"},
            "series": [
                {
                    "type": "themeRiver",
                    "data": [
                        [f"2024/0{i + 1}/01", data[i], name]
                        for name, data in zip(names, _DATA, strict=True)
                        for i in range(5)
                    ],
                }
            ],
        },
    }


_CODE = """{
  title: {text: TITLE}, xAxis: {type: 'category', data: CATS},
  yAxis: {axisLabel: {formatter: function (v) { return v.toFixed(1) + '%'; }}},
  series: [{type: 'bar', data: DATA, label: {show: true, position: 'top',
    formatter: (p) => p.name + '=' + p.value},
    itemStyle: {color: new echarts.graphic.LinearGradient(0, 0, 0, 1, [
      {offset: 0, color: '#83bff6'}, {offset: 0.5, color: '#188df0'},
      {offset: 1, color: 'hsl(210, 90%, 30%)'}])}}]}"""


def _with_code(words: Any) -> str:
    """Return an option with functions and a gradient in it, as pyecharts writes them."""
    made = _CODE
    for name, part in (("TITLE", words["title"]), ("CATS", words["cats"]), ("DATA", _DATA[1])):
        made = made.replace(name, json.dumps(part, ensure_ascii=False))
    return made
