"""Puts the numbers of a specification-to-be on the grids that their formats print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.charts.spec.numbers import NumberFormat


def quantise_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a `Spec`, plain data as JSON has it, with every number on its grid.

    What is not of the right form is left as it is: validation says what is wrong with it.
    """
    data = fields.get("data")
    if not isinstance(data, Mapping):
        return dict(fields)
    value, second, x = (_format(fields.get(name)) for name in ("value", "second", "x"))
    size = _format(data.get("size"))

    def table(one: Any) -> Any:
        if not isinstance(one, Mapping):
            return one
        rows = [
            _with(
                row, "values", second if isinstance(row, Mapping) and row.get("second") else value
            )
            for row in _items(one.get("series"))
        ]
        return {**one, "series": rows}

    def branch(one: Any, depth: int = 0) -> Any:
        if not isinstance(one, Mapping):
            return one
        made = _with(one, "value", value)
        if "children" in one and depth < 2:
            made["children"] = [branch(child, depth + 1) for child in _items(one["children"])]
        return made

    match data.get("shape"):
        case "table":
            data = table(data)
        case "panels":
            panels = [
                {**one, "table": table(one.get("table"))} if isinstance(one, Mapping) else one
                for one in _items(data.get("panels"))
            ]
            data = {**data, "panels": panels}
        case "points":
            data = {
                **data,
                "series": [
                    {**one, "points": [_each(p, (x, value, size)) for p in _items(one["points"])]}
                    if isinstance(one, Mapping) and "points" in one
                    else one
                    for one in _items(data.get("series"))
                ],
            }
        case "histogram":
            data = _with(data, "edges", x)
        case "boxes":
            data = {
                **data,
                "series": [_with(s, "boxes", value) for s in _items(data.get("series"))],
            }
        case "candles":
            data = _with(data, "candles", value)
        case "tree":
            data = {**data, "roots": [branch(root) for root in _items(data.get("roots"))]}
        case "flow":
            data = {
                **data,
                "links": [_with(one, "value", value) for one in _items(data.get("links"))],
            }
    return {**fields, "data": data}


def _on_second(row: Any) -> bool:
    return isinstance(row, Mapping) and bool(row.get("second"))


def _format(axis: Any) -> NumberFormat:
    """Return the format of an axis in plain data; any, where there is none to be had."""
    given = axis.get("format") if isinstance(axis, Mapping) else None
    try:
        return NumberFormat.model_validate(given or {})
    except ValueError:
        return NumberFormat()


def _items(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _with(one: Any, key: str, form: NumberFormat) -> Any:
    if not isinstance(one, Mapping) or key not in one:
        return dict(one) if isinstance(one, Mapping) else one
    return {**one, key: _round(one[key], form)}


def _each(point: Any, forms: tuple[NumberFormat, ...]) -> Any:
    if not isinstance(point, list | tuple):
        return point
    return [
        _round(number, forms[at]) if at < len(forms) else number for at, number in enumerate(point)
    ]


def _round(value: Any, form: NumberFormat) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float) and abs(value) <= 1e15:
        return form.quantise(value)
    if isinstance(value, list | tuple):
        return [_round(one, form) for one in value]
    return value
