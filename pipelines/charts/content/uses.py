"""What a table can be charted as: which of its columns play which part."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.charts.content.sheets import Column, Sheet

USES = (
    "values",  # names and measures
    "series",  # dates and measures of one unit
    "pair",  # names or dates, and measures of two units
    "several",  # names or dates, and several positive measures of one unit
    "stack",  # the same of measures that add up
    "layers",  # the same over dates
    "shares",  # names, and measures that sum to 100 per row
    "parts",  # a few names and a positive measure
    "stages",  # names and a falling positive measure
    "steps",  # names and changes between two totals
    "scores",  # names and several measures of one scale, for radar and heatmap
    "points",  # two measures, many rows
    "bubbles",  # three measures
    "sample",  # one measure, many rows
    "groups",  # a repeated name and a measure, many rows
    "prices",  # dates with open, close, lowest, highest
    "tree",  # two levels of names and a positive measure
    "flow",  # from, to, and a positive measure
)
_PRICES = (("open", "开盘"), ("close", "收盘"), ("low", "最低"), ("high", "最高"))
_FLOW = (("from", "source", "来源", "起点"), ("to", "target", "去向", "终点"))
_FEW, _MANY = 3, 24
_LEAVES = 20
_SLIVER = 0.02
"""Bars and spikes below this part of the largest could not be read."""
_NO_SUMS = re.compile(
    r"\bper\b|rate\b|ratio|index|scores?\b|marks?\b|points?\b|sales and|grade|rating|average|mean|"
    r"median|deviation|percent|cumulative|temperature|price|\bages?\b|speed|typical|[评得均]分|率|指数|"
    r"比|平均|均|中位|累计|标准差|误差|温度|气温|价|年龄|速度|每|分数|满意度|强度|高度|深度|浓度",
    re.IGNORECASE,
)
"""Names of measures whose sum over rows or columns means nothing."""
_AMOUNTS = re.compile(
    r"|(?:[千万亿百]|thousand |million |billion |m |bn )?(?:"
    r"[$€£¥￥]|元|美元|人|人次|户|家|个|件|台|辆|次|册|万|亿|吨|公斤|千克|克|升|立方米|公顷|亩|平方米|"
    r"平方公里|千瓦时|度|小时|分钟|天|篇|株|只|头|箱|单|票|名|所|座|条|份|项|t|kg|g|tonnes?|l|litres?|"
    r"m3|m³|ha|km2|km²|m2|m²|[kmgt]wh?|hours?|h|min|minutes|days|people|persons|pupils|visitors|guests|"
    r"passengers|households|vehicles|units|items|loans|copies|trips|jobs|votes|eur|usd|gbp)"
    r"|[$€£¥￥] ?(?:thousand|million|billion|m|bn|k)|thousand|million|billion|[千万亿]",
    re.IGNORECASE,
)
"""Units of amounts; no unit stands for a count."""


def uses_of_sheet(sheet: Sheet) -> list[str]:
    """Return the names in `USES` that a table suits."""
    for own in ("prices", "steps"):  # whoever has them would be odd as anything else
        if find_parts(sheet, own) is not None:
            return [own]
    return [use for use in USES if find_parts(sheet, use) is not None]


def find_parts(sheet: Sheet, use: str) -> dict[str, Any] | None:
    """Return which columns play which part in a use, by their places; None if none can.

    Returns:
        "names": place of the column that names rows (or -1), "measures": places of measures, and
        for some uses more.
    """
    finder = _FINDERS[use]
    found: dict[str, Any] | None = finder(sheet)
    return found


def _measures(sheet: Sheet) -> list[int]:
    return [at for at, one in enumerate(sheet.columns) if one.kind == "number"]


def _texts(sheet: Sheet) -> list[int]:
    return [at for at, one in enumerate(sheet.columns) if one.kind == "text"]


def _key(sheet: Sheet, kinds: Sequence[str]) -> int | None:
    """Return the first column that names each row once."""
    if sheet.rows > _MANY and "date" not in kinds:
        return None
    for at, one in enumerate(sheet.columns):
        if one.kind in kinds and len(set(one.values)) == sheet.rows and "" not in one.values:
            return at
    return None


def _alike(sheet: Sheet, places: Sequence[int]) -> list[int]:
    """Return the measures of the commonest unit, in order."""
    units = [sheet.columns[at].unit for at in places]
    if not units:
        return []
    unit = max(units, key=units.count)
    return [at for at, one in zip(places, units, strict=True) if one == unit]


def _adds_up(column: Column) -> bool:
    """Say whether the measure's values are amounts whose sum means something."""
    return not _NO_SUMS.search(column.name) and bool(_AMOUNTS.fullmatch(column.unit))


def _whole(column: Column, *, positive: bool = False) -> bool:
    return all(v is not None and (v > 0 or not positive) for v in column.values)


def _values(sheet: Sheet) -> dict[str, Any] | None:
    key = _key(sheet, ("text",))
    measures = _measures(sheet)
    if key is None or not measures or sheet.rows < _FEW:
        return None
    return {"names": key, "measures": measures}


def _series(sheet: Sheet) -> dict[str, Any] | None:
    key = _key(sheet, ("date",))
    measures = _alike(sheet, _measures(sheet))
    if key is None or not measures or sheet.rows < 4:
        return None
    return {"names": key, "measures": measures}


def _pair(sheet: Sheet) -> dict[str, Any] | None:
    key = _key(sheet, ("date", "text"))
    measures = _measures(sheet)
    if key is None or len(measures) < 2 or sheet.rows < 4:
        return None
    first = sheet.columns[measures[0]].unit
    others = [at for at in measures[1:] if sheet.columns[at].unit != first]
    return {"names": key, "measures": [measures[0], others[0]]} if others else None


def _stack(sheet: Sheet) -> dict[str, Any] | None:
    found = _several(sheet)
    if found is None or not all(_adds_up(sheet.columns[at]) for at in found["measures"]):
        return None
    return found


def _layers(sheet: Sheet) -> dict[str, Any] | None:
    found = _stack(sheet)
    return found if found and sheet.columns[found["names"]].kind == "date" else None


def _several(sheet: Sheet) -> dict[str, Any] | None:
    key = _key(sheet, ("date", "text"))
    measures = [at for at in _alike(sheet, _measures(sheet)) if _whole(sheet.columns[at])]
    if measures:
        most = max(max(sheet.columns[at].values) for at in measures)
        measures = [at for at in measures if min(sheet.columns[at].values) >= _SLIVER * most]
    if key is None or len(measures) < 2 or sheet.rows < _FEW:
        return None
    return {"names": key, "measures": measures}


def _shares(sheet: Sheet) -> dict[str, Any] | None:
    found = _several(sheet)
    if found is None or len(found["measures"]) > 6:
        return None
    columns = [sheet.columns[at].values for at in found["measures"]]
    sums = [sum(row) for row in zip(*columns, strict=True)]
    return found if all(abs(total - 100) < 0.051 for total in sums) else None


def _parts(sheet: Sheet) -> dict[str, Any] | None:
    key = _key(sheet, ("text",))
    if key is None or not 2 <= sheet.rows <= 8 or _stages(sheet) is not None:
        return None
    measures = [
        at
        for at in _measures(sheet)
        if _whole(sheet.columns[at], positive=True)
        and min(sheet.columns[at].values) >= 0.03 * sum(sheet.columns[at].values)
        and (_adds_up(sheet.columns[at]) or abs(sum(sheet.columns[at].values) - 100) < 0.11)
    ]
    return {"names": key, "measures": measures} if measures else None


def _stages(sheet: Sheet) -> dict[str, Any] | None:
    key = _key(sheet, ("text",))
    if key is None or not 3 <= sheet.rows <= 7:
        return None
    for at in _measures(sheet):
        values = sheet.columns[at].values
        if _whole(sheet.columns[at], positive=True) and list(values) == sorted(values)[::-1]:
            return {"names": key, "measures": [at]}
    return None


def _steps(sheet: Sheet) -> dict[str, Any] | None:
    key = _key(sheet, ("text",))
    if key is None or not 4 <= sheet.rows <= 10:
        return None
    for at in _measures(sheet):
        values = sheet.columns[at].values
        if not _whole(sheet.columns[at]) or min(values) >= 0 or values[-1] <= 0:
            continue
        if abs(sum(values[:-1]) - values[-1]) <= 0.02 * max(map(abs, values)):
            return {"names": key, "measures": [at]}
    return None


def _scores(sheet: Sheet) -> dict[str, Any] | None:
    key = _key(sheet, ("text",))
    measures = [at for at in _alike(sheet, _measures(sheet)) if _whole(sheet.columns[at])]
    if key is None or len(measures) < 2 or not _FEW <= sheet.rows <= 10:
        return None
    values = [value for at in measures for value in sheet.columns[at].values]
    fair = min(values) >= 0.1 * max(values)
    return {"names": key, "measures": measures} if fair else None


def _points(sheet: Sheet) -> dict[str, Any] | None:
    measures = [at for at in _measures(sheet) if len(set(sheet.columns[at].values)) >= 8]
    return {"names": -1, "measures": measures[:2]} if len(measures) >= 2 else None


def _bubbles(sheet: Sheet) -> dict[str, Any] | None:
    measures = [at for at in _measures(sheet) if len(set(sheet.columns[at].values)) >= 5]
    sized = [at for at in measures if _whole(sheet.columns[at], positive=True)]
    if len(measures) < 3 or not sized or sized[-1] in measures[:2]:
        return None
    return {"names": -1, "measures": [*measures[:2], sized[-1]]}


def _sample(sheet: Sheet) -> dict[str, Any] | None:
    if sheet.rows < 40:
        return None
    measures = [at for at in _measures(sheet) if len(set(sheet.columns[at].values)) >= 15]
    return {"names": -1, "measures": measures} if measures else None


def _groups(sheet: Sheet) -> dict[str, Any] | None:
    measures = [at for at in _measures(sheet) if len(set(sheet.columns[at].values)) >= 8]
    for at in _texts(sheet):
        names = sheet.columns[at].values
        counts = [names.count(name) for name in dict.fromkeys(names)]
        if measures and 2 <= len(counts) <= 7 and min(counts) >= 6:
            return {"names": at, "measures": measures}
    return None


def _prices(sheet: Sheet) -> dict[str, Any] | None:
    key = _key(sheet, ("date", "text"))
    found = [
        next((at for at in _measures(sheet) if _begins(sheet.columns[at], words)), None)
        for words in _PRICES
    ]
    if key is None or None in found or sheet.rows < 6:
        return None
    return {"names": key, "measures": found}


def _two_names(sheet: Sheet) -> tuple[int, int] | None:
    texts = _texts(sheet)
    return (texts[0], texts[1]) if len(texts) == 2 else None


def _tree(sheet: Sheet) -> dict[str, Any] | None:
    names = _two_names(sheet)
    measures = [at for at in _measures(sheet) if _whole(sheet.columns[at], positive=True)]
    if names is None or not measures or sheet.rows > _LEAVES or _is_flow(sheet, names):
        return None
    groups, leaves = (sheet.columns[at].values for at in names)
    if not 2 <= len(set(groups)) <= 6 or len(set(leaves) | set(groups)) != len(leaves) + len(
        set(groups)
    ):
        return None
    return {"names": names[1], "group": names[0], "measures": measures[:1]}


def _flow(sheet: Sheet) -> dict[str, Any] | None:
    names = _two_names(sheet)
    measures = [at for at in _measures(sheet) if _whole(sheet.columns[at], positive=True)]
    if names is None or not measures or not 2 <= sheet.rows <= 24 or not _is_flow(sheet, names):
        return None
    return {"names": names[1], "group": names[0], "measures": measures[:1]}


def _is_flow(sheet: Sheet, names: tuple[int, int]) -> bool:
    return all(_begins(sheet.columns[at], words) for at, words in zip(names, _FLOW, strict=True))


def _begins(column: Column, words: Sequence[str]) -> bool:
    return column.name.lower().startswith(tuple(words))


_FINDERS = {
    "values": _values,
    "series": _series,
    "pair": _pair,
    "several": _several,
    "stack": _stack,
    "layers": _layers,
    "shares": _shares,
    "parts": _parts,
    "stages": _stages,
    "steps": _steps,
    "scores": _scores,
    "points": _points,
    "bubbles": _bubbles,
    "sample": _sample,
    "groups": _groups,
    "prices": _prices,
    "tree": _tree,
    "flow": _flow,
}
