"""All strings of a picture in reading order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal

from pipelines.charts.drawing import Box, Drawing, Mark, Text
from pipelines.charts.truth.places import Key

Direction = Literal["columns", "rows", ""]
_HEADS = ("title", "subtitle")
_FEET = ("source", "note")
_LEGEND = ("legend_title", "legend")
_BODY = ("label", "name")
_CAPTION = ("y_title",)
_RINGS = ("y_tick",)


def reading_order(
    drawing: Drawing,
    line: Callable[[Text], str],
    marks: Mapping[Key, Mark],
    direction: Direction,
) -> str:
    """Return every drawn string on a line of its own.

    First the titles; then the legend, if it stands above or left of the plot or in it; then panel
    by panel its title, the left axis (title, ticks from the top), what stands in it, the right
    axis, the lower axis (ticks in its order, title); then the legend, if it stands right of the
    plot or below; at last source and notes. The caption of a chart without axes (its "y_title")
    is read before the chart or after it, as it stands, and before or after the legend there.

    Args:
        drawing: of the chart.
        line: returns a text in one line.
        marks: of values; printed values are read where their marks stand.
        direction: whether marks are read by columns or by rows, "" for neither (charts without
            axes): then printed values, names and ticks of rings are read in rows from the top.
    """
    panels = sorted({one.panel for one in drawing.texts})
    by_panel = {panel: _Part(drawing, panel) for panel in panels}
    legend = _rows([one for one in drawing.texts if one.role in _LEGEND])
    caption = [] if direction else _rows(_of(drawing.texts, _CAPTION))
    before, after = _around_chart(drawing, legend, caption)
    x_titles = _of(drawing.texts, ("x_title",))
    last = x_titles if len(panels) > 1 and len(x_titles) == 1 else []
    apart = {one.role for one in (*caption, *last)}
    texts = [one for role in _HEADS for one in _rows(_of(drawing.texts, (role,)))]
    texts += before
    for part in by_panel.values():
        texts += part.read(marks, direction, apart)
    texts += last
    texts += after
    texts += _rows(_of(drawing.texts, _FEET))
    return "\n".join(line(one) for one in texts)


class _Part:
    """The texts of a panel."""

    def __init__(self, drawing: Drawing, panel: int) -> None:
        self._by_role: dict[str, list[Text]] = {}
        for one in drawing.texts:
            if one.panel == panel:
                self._by_role.setdefault(one.role, []).append(one)

    def read(
        self, marks: Mapping[Key, Mark], direction: Direction, without: Iterable[str]
    ) -> Iterator[Text]:
        """Yield its texts in order."""
        found = {role: texts for role, texts in self._by_role.items() if role not in without}
        yield from _rows(found.get("panel_title", ()))
        yield from _rows(found.get("y_title", ()))
        body = _BODY if direction else (*_RINGS, *_BODY)
        if direction:
            yield from sorted(found.get("y_tick", ()), key=_height)
        yield from _body([one for role in body for one in found.get(role, ())], marks, direction)
        yield from _rows(found.get("other", ()))
        yield from _rows(found.get("y2_title", ()))
        yield from sorted(found.get("y2_tick", ()), key=_height)
        yield from sorted(found.get("x_tick", ()), key=_along)
        yield from _rows(found.get("x_title", ()))


def _of(texts: Iterable[Text], roles: Iterable[str]) -> list[Text]:
    wanted = frozenset(roles)
    return [one for one in texts if one.role in wanted]


def _height(one: Text) -> float:
    return one.box[1] + one.box[3]


def _along(one: Text) -> float:
    """Return the place of a tick in its axis's own order, whatever its box looks like."""
    return float(one.item) if one.value is None else one.value


def _body(texts: Sequence[Text], marks: Mapping[Key, Mark], direction: Direction) -> Sequence[Text]:
    """Return printed values by their marks' places, names and others in rows."""
    if not direction:
        return _rows(texts)
    across = direction == "rows"
    keyed = []
    for one in texts:
        mark = marks.get((one.panel, max(one.series, 0), one.item))
        if mark is None:
            return _rows(texts)
        middle = (mark.box[across] + mark.box[across + 2]) / 2
        keyed.append((round(middle), one.box[not across] + one.box[2 + (not across)], one))
    return [one for *_, one in sorted(keyed, key=lambda each: each[:2])]


def _around_chart(
    drawing: Drawing, legend: Sequence[Text], caption: Sequence[Text]
) -> tuple[list[Text], list[Text]]:
    """Return what is read before the plots and what after, of legend and caption."""
    boxes = drawing.plots or [one.box for one in drawing.texts if one.role in (*_BODY, *_RINGS)]
    plot = _around(boxes) if boxes else None
    before: list[Sequence[Text]] = []
    after: list[Sequence[Text]] = []
    if legend:
        (before if plot is None or _leads(legend, plot) else after).append(legend)
    if caption:
        above = plot is not None and _middle(caption, 1) < (plot[1] + plot[3]) / 2
        side = before if above else after
        # A legend beside the chart comes before a caption under both.
        side.append(caption)
        side.sort(key=lambda texts: _middle(texts, 1))
    return [one for part in before for one in part], [one for part in after for one in part]


def _leads(legend: Sequence[Text], plot: Box) -> bool:
    """Say whether the legend is read before the plots."""
    _, _, right, bottom = _around([one.box for one in legend])
    x, y = _middle(legend, 0), _middle(legend, 1)
    return y < plot[1] or x < plot[0] or (right <= plot[2] and bottom <= plot[3])


def _middle(texts: Sequence[Text], at: int) -> float:
    return sum(one.box[at] + one.box[at + 2] for one in texts) / (2 * len(texts))


def _around(boxes: Sequence[Box]) -> Box:
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def _rows(texts: Sequence[Text]) -> list[Text]:
    """Return texts in rows from the top, each from the left.

    Texts are of one row if the middle of the one lies within the height of the row's first. Texts
    turned upright (titles of y axes) count as rows of their own at their middle.
    """
    if len(texts) < 2:
        return list(texts)
    rows: list[list[Text]] = []
    for one in sorted(texts, key=lambda one: (_height(one), one.box[0])):
        if rows and _level(rows[-1][0], one):
            rows[-1].append(one)
        else:
            rows.append([one])
    return [one for row in rows for one in sorted(row, key=lambda one: one.box[0])]


def _level(first: Text, one: Text) -> bool:
    upright = any(text.box[3] - text.box[1] > 4 * text.size_px for text in (first, one))
    return not upright and first.box[1] <= _height(one) / 2 <= first.box[3]
