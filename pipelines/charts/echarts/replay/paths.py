"""Paths of the record as Skia paths."""

from __future__ import annotations

import math
from typing import Any

import skia

_TURN = 2 * math.pi
_DEGREES = 180 / math.pi


def is_rectangle(row: list[Any]) -> bool:
    """Return whether a path is one upright rectangle and nothing else."""
    return len(row) == 5 and row[0] == 5


def make_path(row: list[Any], even_odd: bool = False) -> skia.Path:
    """Return the path that a row describes (see `recorder.js` for the numbers)."""
    if len(row) == 5 and row[0] == 5:
        _, x, y, width, height = row
        return skia.Path.Rect(skia.Rect(*_sorted(x, y, x + width, y + height)))
    builder = skia.PathBuilder()
    move, line = builder.moveTo, builder.lineTo
    index, end = 0, len(row)
    # Where the current point is; Skia's builder does not tell.
    x = y = start_x = start_y = 0.0
    open_ = False
    while index < end:
        verb = row[index]
        if verb == 1:
            x, y = row[index + 1], row[index + 2]
            line(x, y)
            index += 3
        elif verb == 0:
            x, y = start_x, start_y = row[index + 1], row[index + 2]
            move(x, y)
            open_ = True
            index += 3
        elif verb == 2:
            x1, y1, x2, y2, x, y = row[index + 1 : index + 7]
            if not open_:
                move(x1, y1)
                start_x, start_y, open_ = x1, y1, True
            builder.cubicTo(x1, y1, x2, y2, x, y)
            index += 7
        elif verb == 3:
            x1, y1, x, y = row[index + 1 : index + 5]
            if not open_:
                move(x1, y1)
                start_x, start_y, open_ = x1, y1, True
            builder.quadTo(x1, y1, x, y)
            index += 5
        elif verb == 4:
            cx, cy, radius, begin, until, backwards = row[index + 1 : index + 7]
            first, x, y = _arc(builder, cx, cy, radius, radius, begin, until, backwards, open_)
            if not open_:
                (start_x, start_y), open_ = first, True
            index += 7
        elif verb == 5:
            left, top, width, height = row[index + 1 : index + 5]
            move(left, top)
            line(left + width, top)
            line(left + width, top + height)
            line(left, top + height)
            builder.close()
            x, y, start_x, start_y, open_ = left, top, left, top, True
            move(x, y)
            index += 5
        elif verb == 6:
            if open_:
                builder.close()
                x, y = start_x, start_y
            index += 1
        elif verb == 7:
            path = _ellipse(*row[index + 1 : index + 9])
            if open_:
                builder = _appended(builder, path)
            else:
                builder = skia.PathBuilder(path)
            move, line = builder.moveTo, builder.lineTo
            last = path.getPoint(path.countPoints() - 1)
            x, y, open_ = last.x(), last.y(), True
            index += 9
        elif verb == 8:
            x1, y1, x2, y2, radius = row[index + 1 : index + 6]
            if not open_:
                move(x1, y1)
                x, y, start_x, start_y, open_ = x1, y1, x1, y1, True
            x, y = _tangent_arc(builder, (x, y), (x1, y1), (x2, y2), radius)
            index += 6
        else:
            raise ValueError(f"no path verb {verb!r}")
    path = builder.detach()
    if even_odd:
        path.setFillType(skia.PathFillType.kEvenOdd)
    return path


def _sorted(x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _sweep(begin: float, until: float, backwards: float) -> float:
    """Return the angle that an arc turns through, as a canvas counts it."""
    sweep = float(until - begin)
    if backwards:
        if sweep <= -_TURN:
            return -_TURN
        return sweep % _TURN - _TURN if sweep > 0 else sweep
    if sweep >= _TURN:
        return _TURN
    return sweep % _TURN if sweep < 0 else sweep


def _arc(
    builder: skia.PathBuilder,
    cx: float,
    cy: float,
    rx: float,
    ry: float,
    begin: float,
    until: float,
    backwards: float,
    open_: bool,
) -> tuple[tuple[float, float], float, float]:
    """Append an arc; return its first point and its last."""
    sweep = _sweep(begin, until, backwards)
    first = (cx + rx * math.cos(begin), cy + ry * math.sin(begin))
    oval = skia.Rect.MakeLTRB(cx - rx, cy - ry, cx + rx, cy + ry)
    if rx == 0 or ry == 0 or sweep == 0:
        (builder.lineTo if open_ else builder.moveTo)(*first)
    elif abs(sweep) >= _TURN:
        # Skia drops a whole turn: two halves.
        half = math.copysign(180, sweep)
        builder.arcTo(oval, begin * _DEGREES, half, not open_)
        builder.arcTo(oval, begin * _DEGREES + half, half, False)
    else:
        builder.arcTo(oval, begin * _DEGREES, sweep * _DEGREES, not open_)
    final = begin + sweep
    return first, cx + rx * math.cos(final), cy + ry * math.sin(final)


def _ellipse(
    x: float,
    y: float,
    rx: float,
    ry: float,
    turn: float,
    begin: float,
    until: float,
    backwards: float,
) -> skia.Path:
    builder = skia.PathBuilder()
    _arc(builder, 0, 0, rx, ry, begin, until, backwards, False)
    path = builder.detach()
    path.transform(skia.Matrix.RotateDeg(turn * _DEGREES).postTranslate(x, y))
    return path


def _appended(builder: skia.PathBuilder, path: skia.Path) -> skia.PathBuilder:
    whole = skia.Path(builder.detach())
    whole.addPath(path, skia.Path.kExtend_AddPathMode)
    return skia.PathBuilder(whole)


def _tangent_arc(
    builder: skia.PathBuilder,
    start: tuple[float, float],
    corner: tuple[float, float],
    until: tuple[float, float],
    radius: float,
) -> tuple[float, float]:
    """Append a line and the arc that rounds a corner off; return where it ends."""
    ax, ay = start[0] - corner[0], start[1] - corner[1]
    bx, by = until[0] - corner[0], until[1] - corner[1]
    a, b = math.hypot(ax, ay), math.hypot(bx, by)
    cross = ax * by - ay * bx
    if radius == 0 or a == 0 or b == 0 or abs(cross) < 1e-9 * a * b:
        builder.lineTo(*corner)
        return corner
    angle = math.acos(max(-1.0, min(1.0, (ax * bx + ay * by) / (a * b))))
    along = radius / math.tan(angle / 2)
    builder.arcTo(skia.Point(*corner), skia.Point(*until), radius)
    return corner[0] + bx / b * along, corner[1] + by / b * along
