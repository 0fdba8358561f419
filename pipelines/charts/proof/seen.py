"""The pixels show every mark: its colour is in it, up to its end and not beyond."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.charts.drawing import Colour, Drawing, Mark
from pipelines.charts.proof.verdict import Fault
from pipelines.charts.truth.reading import Truth

Spots = list[tuple[float, float]]

_NEAR = 84
"""Greatest difference from a mark's colour, summed over the channels."""
_THIN = 0.6
"""The same for vertices of thin lines, of the difference between the mark and the plot's ground."""
_EQUAL = 12
_SPOTS = tuple((x, y) for x in (0.5, 0.13, 0.3, 0.81) for y in (0.5, 0.2, 0.84))
_AROUND = tuple((x, y) for x in (-1.5, 0.0, 1.5) for y in (-1.5, 0.0, 1.5))
_ACROSS = (0.5, 0.13, 0.24, 0.37, 0.61, 0.74, 0.88)
_INSIDE_PX, _BEYOND_PX = (1.6, 4.2), (3.5,)
"""How far from a bar's end to look; outlines and hatches may lie over one of the places."""
_LEAST_LONG_PX, _LEAST_WIDE_PX = 8.0, 4.0
_LEAST_SHARE = 0.5
_POINTS = ("point", "spoke")
_AREAS = ("bar", "cell", "rectangle", "funnel")
_ROUND = ("slice", "sector")


@dataclass(frozen=True, slots=True)
class _Look:
    """Places to look at for a mark: one of them has its colour or, `beyond` it, not all have."""

    mark: Mark
    spots: Spots
    room: float
    beyond: bool = False


def check_seen(drawing: Drawing, truth: Truth, ground: Colour) -> float:
    """Check marks against the pixels; return the share of marks that are seen.

    Bars, cells and slices must each show their colour in some spot of them, bars at their tips too
    and not beyond. Vertices of lines and points of a cloud may lie under others, but no more than
    half of a series.

    Args:
        drawing: of the chart.
        truth: of the same drawing.
        ground: colour of the plot area.

    Raises:
        Fault: mark-missing, mark-hidden, mark-mismatch.
    """
    found = truth.findings
    marks = [found.marks[key] for key in found.places]
    marks += [
        one
        for one in drawing.marks
        if one.role == "sector" and (one.panel, max(one.series, 0), one.item) not in found.places
    ]
    seen_marks = (mark for mark in marks if mark.colour is not None and mark.visible)
    upright = not truth.spec.about.horizontal
    looks = [look for mark in seen_marks for look in _looks(mark, ground, upright)]
    if not looks:
        return 1.0
    height, width, _ = drawing.pixels.shape
    counts = np.array([len(look.spots) for look in looks])
    places = np.array([spot for look in looks for spot in look.spots]).astype(np.intp)
    xs, ys = places[:, 0].clip(0, width - 1), places[:, 1].clip(0, height - 1)
    pixels = drawing.pixels[ys, xs].astype(np.int16)
    colours = np.array([look.mark.colour for look in looks], np.int16)
    away = np.abs(pixels - np.repeat(colours, counts, axis=0)).sum(1)
    starts = np.cumsum(counts) - counts
    nearest, farthest = np.minimum.reduceat(away, starts), np.maximum.reduceat(away, starts)
    return _judge(looks, nearest.tolist(), farthest.tolist())


def check_swatches(drawing: Drawing, ground: Colour) -> None:
    """Check that the legend's swatches have the colours of their entries in the pixels.

    Args:
        drawing: of the chart.
        ground: colour behind the legend.

    Raises:
        Fault: legend-mismatch.
    """
    for one in drawing.legend:
        if one.colour is None:
            continue
        x0, y0, x1, y1 = one.box
        left, top = max(0, int(x0) - 1), max(0, int(y0) - 1)
        pixels = drawing.pixels[top : max(0, int(y1) + 2), left : max(0, int(x1) + 2)]
        away = np.abs(pixels.astype(np.int16) - np.array(one.colour, np.int16)).sum(2)
        if not away.size or away.min() > _room(one.colour, ground):
            raise Fault(
                "legend-mismatch",
                f"the pixels do not show the swatch of entry {one.series}, {one.item}",
            )


def _judge(looks: Sequence[_Look], nearest: Sequence[int], farthest: Sequence[int]) -> float:
    series: dict[tuple[int, int], list[bool]] = {}
    for look, near, far in zip(looks, nearest, farthest, strict=True):
        mark, shown = look.mark, near <= look.room
        if look.beyond:
            if far <= look.room:
                raise Fault(
                    "mark-mismatch", f"the bar {mark.series}, {mark.item} goes on beyond its end"
                )
            continue
        if mark.role in _POINTS:
            series.setdefault((mark.panel, mark.series), []).append(shown)
        elif not shown and not _tiny(mark):
            raise Fault(
                "mark-missing",
                f"the pixels do not show the {mark.role} {mark.series}, {mark.item} or its end",
            )
    for (_, number), shown_ones in series.items():
        if sum(shown_ones) < _LEAST_SHARE * len(shown_ones):
            raise Fault(
                "mark-hidden", f"{sum(shown_ones)} of {len(shown_ones)} points of {number} are seen"
            )
    every = [shown for shown_ones in series.values() for shown in shown_ones]
    return round(sum(every) / len(every), 3) if every else 1.0


def _tiny(mark: Mark) -> bool:
    return min(mark.box[2] - mark.box[0], mark.box[3] - mark.box[1]) < 3.0


def _looks(mark: Mark, ground: Colour, upright: bool) -> Iterator[_Look]:
    x0, y0, x1, y1 = mark.box
    wide, tall = x1 - x0, y1 - y0
    if mark.role in _AREAS:
        yield _Look(mark, [(x0 + wide * fx, y0 + tall * fy) for fx, fy in _SPOTS], _NEAR)
        if mark.role == "bar":
            yield from _tip(mark, upright)
    elif mark.role in _POINTS:
        assert mark.colour is not None
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        yield _Look(mark, [(x + dx, y + dy) for dx, dy in _AROUND], _room(mark.colour, ground))
    elif mark.role in _ROUND:
        yield _Look(mark, _in_slice(mark), _NEAR)


def _tip(mark: Mark, upright: bool) -> Iterator[_Look]:
    x0, y0, x1, y1 = mark.box
    base, tip = mark.measures[:2]
    low, high = (x0, x1) if upright else (y0, y1)
    if abs(tip - base) < _LEAST_LONG_PX or high - low < _LEAST_WIDE_PX:
        return
    sign = 1 if tip > base else -1
    across = [low + (high - low) * share for share in _ACROSS]
    ways = ((-sign, _INSIDE_PX, _NEAR, False), (sign, _BEYOND_PX, _EQUAL, True))
    for way, depths, room, beyond in ways:
        ends = [tip + way * depth for depth in depths]
        spots = [(side, at) if upright else (at, side) for side in across for at in ends]
        yield _Look(mark, spots, room, beyond)


def _room(colour: Colour, ground: Colour) -> float:
    away = sum(abs(a - b) for a, b in zip(colour, ground, strict=True))
    return max(_NEAR if away > 2 * _NEAR else 0, _THIN * away)


def _in_slice(mark: Mark) -> Spots:
    """Return places in a part of a ring."""
    start, end, inner, outer = mark.measures[:4]
    x, y = middle_of(mark)
    spots = []
    for share in _ACROSS:
        for depth in (0.35, 0.6, 0.9):
            dx, dy = turn(start + (end - start) * share, inner + (outer - inner) * depth)
            spots.append((x + dx, y + dy))
    return spots


def middle_of(mark: Mark) -> tuple[float, float]:
    """Return the centre of a slice or sector; it follows from its box and angles."""
    start, end, inner, outer = mark.measures[:4]
    corners = [turn(angle, radius) for angle in (start, end) for radius in (inner, outer)]
    quarter = math.ceil(start / (math.pi / 2))
    while quarter * math.pi / 2 <= end:
        corners.append(turn(quarter * math.pi / 2, outer))
        quarter += 1
    x = mark.box[0] - min(corner[0] for corner in corners)
    y = mark.box[1] - min(corner[1] for corner in corners)
    return x, y


def turn(angle: float, radius: float) -> tuple[float, float]:
    """Return a place on a circle, the angle clockwise from twelve o'clock."""
    return radius * math.sin(angle), -radius * math.cos(angle)
