"""Series and items can be told apart: the legend looks like the marks, and no two look alike."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence

from pipelines.charts.colours import distance, rgb
from pipelines.charts.drawing import Colour, Drawing, LegendEntry, Mark, Text
from pipelines.charts.proof.verdict import Fault
from pipelines.charts.spec.model import Spec, Table
from pipelines.charts.style.model import Style
from pipelines.charts.truth.naming import BY_ITEM, meant_series
from pipelines.charts.truth.reading import Findings, Truth

SAME = 9.0
"""Greatest CIE 1976 distance between a legend's swatch and its marks."""
APART = 20.0
"""Least distance between two series or items that only the colours of a legend tell apart."""
_FAINT = 6.0
_PALER = (0.85, 0.7, 0.55, 0.4)
"""How opaque marks may be where the legend's swatch is quite so."""
_LEAST_BAR_PX = 1.0
_LEAST_SLICE = 0.02
_SAME_PLACE_PX = 2.0

Look = tuple[Colour, str]


def check_distinct(spec: Spec, style: Style, drawing: Drawing, truth: Truth) -> float:
    """Check colours, looks and visibility; return the least distance between two looks.

    Raises:
        Fault: legend-mismatch, alike, mark-too-small, mark-hidden, mark-missing.
    """
    found = truth.findings
    _check_sizes(spec, found)
    _check_faint(style, found)
    by_item = _by_item(spec)
    looks = _looks(found, by_item)
    # Only bubbles are drawn so that others shine through.
    ground = rgb(style.frame.plot_background) if spec.kind == "bubble" else None
    _check_legend(drawing, looks, by_item, ground)
    if spec.kind == "candlestick":
        _check_candles(drawing.legend)
    if by_item:
        needed = bool(drawing.legend) and not _named_beside(truth)
    else:
        several = len(meant_series(spec)) > 1 or spec.kind == "candlestick"
        needed = by_item is False and several
    least = _least_distance(looks) if needed else 100.0
    if least < APART:
        raise Fault("alike", f"two {'items' if by_item else 'series'} are {least:.0f} apart")
    _check_behind(spec, found)
    return round(least, 1)


def _by_item(spec: Spec) -> bool | None:
    """Say whether colours tell items (True) or series (False) apart, or neither (None)."""
    if spec.kind in BY_ITEM:
        return True
    if spec.kind in ("heatmap", "sankey", "waterfall"):
        return None
    return False


def _looks(found: Findings, by_item: bool | None) -> dict[int, list[Look]]:
    looks: dict[int, dict[Look, None]] = {}
    if by_item is None:
        return {}
    for key in found.places:
        mark = found.marks[key]
        if mark.colour is not None:
            index = key[2] if by_item else key[1]
            if mark.role == "candle":
                opened, closed = found.places[key].numbers[:2]
                index = int(closed < opened)
            looks.setdefault(index, {})[mark.colour, mark.looks] = None
    return {index: list(each) for index, each in looks.items()}


def _named_beside(truth: Truth) -> bool:
    sheet = truth.findings.sheet
    if sheet.texts("name"):
        return True
    return truth.spec.labels.startswith("name") and len(sheet.labels) >= len(truth.entries)


def _check_legend(
    drawing: Drawing, looks: Mapping[int, list[Look]], by_item: bool | None, ground: Colour | None
) -> None:
    if by_item is None or not drawing.legend:
        return
    texts = {}
    for one in drawing.texts:
        if one.role == "legend":
            texts[one.item if by_item and one.item >= 0 else max(one.series, 0)] = one
    if texts.keys() and len(drawing.legend) < len(texts):
        raise Fault("legend-missing", f"{len(texts)} names have {len(drawing.legend)} swatches")
    for entry in drawing.legend:
        index = entry.item if by_item and entry.item >= 0 else max(entry.series, 0)
        marks = looks.get(index)
        if not marks:
            continue
        _check_entry(entry, looks, index, ground)
        _check_beside(entry, index, texts, drawing.legend)


def _check_candles(entries: Sequence[LegendEntry]) -> None:
    """Check that the two entries differ, though no candle may have the one colour or the other."""
    colours = [one.colour for one in entries]
    if len(colours) != 2 or None in colours:
        raise Fault("legend-mismatch", f"the legend of candles has {len(colours)} entries")
    first, second = (colour for colour in colours if colour is not None)
    if distance(first, second) < APART and entries[0].looks == entries[1].looks:
        raise Fault("alike", f"rising and falling are {distance(first, second):.0f} apart")


def _check_entry(
    entry: LegendEntry, looks: Mapping[int, list[Look]], index: int, ground: Colour | None
) -> None:
    if entry.colour is None:
        raise Fault("legend-mismatch", f"the legend's entry {index} has no colour")
    off = {at: _closest(entry.colour, each, ground) for at, each in looks.items()}
    if off[index] > SAME:
        raise Fault(
            "legend-mismatch", f"the legend's entry {index} is {off[index]:.0f} off its marks"
        )


def _closest(colour: Colour, looks: Iterable[Look], ground: Colour | None) -> float:
    """Return how near a swatch comes to marks of its colour, or of a paler one of it."""
    nearest = min(distance(colour, one) for one, _ in looks)
    if nearest <= SAME or ground is None:
        return nearest
    paler = [_mixed(colour, ground, share) for share in _PALER]
    return min(distance(one, mark) for mark, _ in looks for one in paler)


@functools.lru_cache(maxsize=4096)
def _mixed(colour: Colour, ground: Colour, share: float) -> Colour:
    red, green, blue = (
        round(share * a + (1 - share) * b) for a, b in zip(colour, ground, strict=True)
    )
    return red, green, blue


def _check_beside(
    entry: LegendEntry, index: int, texts: Mapping[int, Text], entries: Iterable[LegendEntry]
) -> None:
    """Check that the swatch next to a name is its own."""
    text = texts.get(index)
    if text is None:
        raise Fault("legend-missing", f"the legend's entry {index} has no name")
    own = _gap(entry, text)
    for other in entries:
        if other is not entry and _gap(other, text) < own:
            raise Fault("legend-mismatch", f"{text.string!r} stands at another entry's swatch")


def _gap(entry: LegendEntry, text: Text) -> float:
    dx = max(entry.box[0] - text.box[2], text.box[0] - entry.box[2], 0.0)
    dy = abs((entry.box[1] + entry.box[3]) - (text.box[1] + text.box[3])) / 2
    return dx + 2 * dy


def _least_distance(looks: Mapping[int, list[Look]]) -> float:
    least = 100.0
    every = list(looks.values())
    for at, one in enumerate(every):
        for other in every[:at]:
            for colour, style in one:
                for colour2, style2 in other:
                    if style == style2 and (away := distance(colour, colour2)) < least:
                        least = away
    return least


def _check_sizes(spec: Spec, found: Findings) -> None:
    for key, place in found.places.items():
        mark = found.marks[key]
        if mark.role == "bar":
            length = abs(mark.measures[1] - mark.measures[0])
            if length < _LEAST_BAR_PX and place.numbers[0] != 0:
                raise Fault("mark-too-small", f"the bar of {place.numbers[0]:g} is {length:.1f} px")
        elif mark.role == "slice" and spec.kind != "rose":
            share = (mark.measures[1] - mark.measures[0]) / 6.283185307179586
            if share < _LEAST_SLICE:
                raise Fault("mark-too-small", f"a slice has {share:.1%} of the circle")


def _check_faint(style: Style, found: Findings) -> None:
    ground = rgb(style.frame.plot_background)
    seen: set[Colour | None] = set()
    for key in found.places:
        mark: Mark = found.marks[key]
        if mark.colour in seen or mark.role == "cell":
            continue
        seen.add(mark.colour)
        if mark.colour is None:
            if mark.role != "spoke" and found.places[key].numbers[0] != 0:
                raise Fault("mark-missing", f"the mark at {key} has no colour")
        elif not style.edge and distance(mark.colour, ground) < _FAINT:
            raise Fault("mark-missing", f"the mark at {key} is as good as invisible")


def _check_behind(spec: Spec, found: Findings) -> None:
    """Check that no two lines run in the same places all along."""
    if spec.about.family not in ("line", "mixed") or not isinstance(spec.data, Table):
        return
    lines: dict[int, dict[int, float]] = {}
    for key in found.places:
        mark = found.marks[key]
        if mark.role == "point":
            lines.setdefault(key[1], {})[key[2]] = mark.measures[1]
    every = list(lines.values())
    for at, one in enumerate(every):
        for other in every[:at]:
            shared = [item for item in one if item in other]
            if shared and all(abs(one[i] - other[i]) <= _SAME_PLACE_PX for i in shared):
                raise Fault("mark-hidden", "two lines run in the same places")
