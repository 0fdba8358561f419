"""Fills and strokes: colours, gradients, patterns, dashes, composite operations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import skia

_CAPS = {
    "butt": skia.Paint.kButt_Cap,
    "round": skia.Paint.kRound_Cap,
    "square": skia.Paint.kSquare_Cap,
}
_JOINS = {
    "miter": skia.Paint.kMiter_Join,
    "round": skia.Paint.kRound_Join,
    "bevel": skia.Paint.kBevel_Join,
}
_BLENDS = {
    "source-over": skia.BlendMode.kSrcOver,
    "source-in": skia.BlendMode.kSrcIn,
    "source-out": skia.BlendMode.kSrcOut,
    "source-atop": skia.BlendMode.kSrcATop,
    "destination-over": skia.BlendMode.kDstOver,
    "destination-in": skia.BlendMode.kDstIn,
    "destination-out": skia.BlendMode.kDstOut,
    "destination-atop": skia.BlendMode.kDstATop,
    "lighter": skia.BlendMode.kPlus,
    "copy": skia.BlendMode.kSrc,
    "xor": skia.BlendMode.kXor,
    "multiply": skia.BlendMode.kMultiply,
    "screen": skia.BlendMode.kScreen,
    "overlay": skia.BlendMode.kOverlay,
    "darken": skia.BlendMode.kDarken,
    "lighten": skia.BlendMode.kLighten,
}
_TILES = {
    "repeat": (skia.TileMode.kRepeat, skia.TileMode.kRepeat),
    "repeat-x": (skia.TileMode.kRepeat, skia.TileMode.kDecal),
    "repeat-y": (skia.TileMode.kDecal, skia.TileMode.kRepeat),
    "no-repeat": (skia.TileMode.kDecal, skia.TileMode.kDecal),
}

ImageOf = Callable[[int], skia.Image]


class Brushes:
    """The paints of one replay, used again from row to row."""

    def __init__(self, image_of: ImageOf) -> None:
        """Make them; `image_of` returns the picture of another canvas of the record."""
        self._image_of = image_of
        self._fill = skia.Paint(AntiAlias=True)
        self._stroke = skia.Paint(AntiAlias=True, Style=skia.Paint.kStroke_Style)

    def fill(self, source: Any, alpha: float, blend: str = "source-over") -> skia.Paint:
        """Return the paint of a fill; it holds until the next is asked for."""
        if isinstance(source, int) and blend == "source-over":
            return _coloured(self._fill, source, alpha)
        return self._special(skia.Paint(AntiAlias=True), source, alpha, blend)

    def stroke(
        self,
        source: Any,
        alpha: float,
        blend: str,
        width: float,
        cap: str,
        join: str,
        miter: float,
        dash: list[float] | int,
        offset: float,
    ) -> skia.Paint:
        """Return the paint of a stroke; it holds until the next is asked for."""
        if isinstance(source, int) and blend == "source-over" and not dash:
            paint = _coloured(self._stroke, source, alpha)
        else:
            fresh = skia.Paint(AntiAlias=True, Style=skia.Paint.kStroke_Style)
            paint = self._special(fresh, source, alpha, blend)
            if isinstance(dash, list):
                paint.setPathEffect(skia.DashPathEffect.Make(dash, offset or 0))
        paint.setStrokeWidth(width)
        paint.setStrokeCap(_CAPS.get(cap, skia.Paint.kButt_Cap))
        paint.setStrokeJoin(_JOINS.get(join, skia.Paint.kMiter_Join))
        paint.setStrokeMiter(miter)
        return paint

    def _special(self, paint: skia.Paint, source: Any, alpha: float, blend: str) -> skia.Paint:
        """Load a paint of its own: Skia's binding cannot take a shader off a paint again."""
        paint.setBlendMode(_BLENDS.get(blend, skia.BlendMode.kSrcOver))
        if isinstance(source, int):
            return _coloured(paint, source, alpha)
        paint.setAlphaf(alpha)
        paint.setShader(self._shader(source))
        return paint

    def _shader(self, source: list[Any]) -> skia.Shader:
        kind = source[0]
        if kind == "p":
            _, canvas, repetition, matrix = source
            return self._image_of(canvas).makeShader(
                *_TILES.get(repetition, _TILES["repeat"]),
                skia.SamplingOptions(skia.FilterMode.kLinear),
                make_matrix(matrix) if matrix else None,
            )
        colours, offsets = _stops(source[-1])
        if kind == "l":
            _, x0, y0, x1, y1, _ = source
            ends = [skia.Point(x0, y0), skia.Point(x1, y1)]
            return skia.GradientShader.MakeLinear(ends, colours, offsets)
        _, x0, y0, r0, x1, y1, r1, _ = source
        return skia.GradientShader.MakeTwoPointConical(
            skia.Point(x0, y0), r0, skia.Point(x1, y1), r1, colours, offsets
        )


def _coloured(paint: skia.Paint, colour: int, alpha: float) -> skia.Paint:
    if alpha != 1:
        colour = (round((colour >> 24) * alpha) << 24) | (colour & 0xFFFFFF)
    paint.setColor(colour)
    return paint


def make_matrix(row: list[float]) -> skia.Matrix:
    """Return a canvas' a, b, c, d, e, f as a matrix."""
    a, b, c, d, e, f = row
    return skia.Matrix.MakeAll(a, c, e, b, d, f, 0, 0, 1)


def first_colour(source: Any) -> int:
    """Return the colour that stands for a paint, alpha first."""
    if isinstance(source, int):
        return source
    stops = source[-1] if source[0] in ("l", "r") else None
    return stops[0][1] if stops else 0xFF808080


def _stops(rows: list[list[Any]]) -> tuple[list[int], list[float]]:
    """Return colours and offsets in order, at least two and reaching from 0 to 1."""
    if not rows:
        return [0, 0], [0.0, 1.0]
    ordered = sorted(rows, key=lambda stop: stop[0])
    if ordered[0][0] > 0:
        ordered.insert(0, [0.0, ordered[0][1]])
    if ordered[-1][0] < 1 or len(ordered) == 1:
        ordered.append([1.0, ordered[-1][1]])
    return [stop[1] for stop in ordered], [stop[0] for stop in ordered]
