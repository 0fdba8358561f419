"""Replays the rows of a recorded canvas and notes every text and shape."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
import skia

from pipelines.charts.echarts.recording import (
    FILL,
    IMAGE,
    STROKE,
    Box,
    ChartFault,
    DrawnText,
    Shapes,
)
from pipelines.charts.echarts.replay.notes import Matrix, ShapeNotes, drawn_text
from pipelines.charts.echarts.replay.paints import Brushes, make_matrix
from pipelines.charts.echarts.replay.paths import is_rectangle, make_path
from pipelines.charts.echarts.replay.sheet import Sheet, three_channels
from pipelines.charts.echarts.replay.text import Typesetter

IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
MAX_SIDE = 8192
MAX_BLUR_PX = 500

_ALIGN = {"center": 0.5, "right": 1.0, "end": 1.0}


class Replay:
    """One chart's canvases, painted one after another."""

    def __init__(self, canvases: list[Any], typesetter: Typesetter, sheet: Sheet) -> None:
        """Take the canvases of a record: [width, height, rows] each, the chart's first."""
        self._sheet = sheet
        self._canvases = canvases
        self._typesetter = typesetter
        self._images: dict[int, skia.Image] = {}
        self._texts: list[DrawnText] = []
        self._shapes = ShapeNotes()

    def paint(self, background: int) -> tuple[npt.NDArray[np.uint8], list[DrawnText], Shapes]:
        """Return the chart's pixels, (height, width, 3), its texts and shapes."""
        width, height, rows = self._canvases[0]
        pixels = self._sheet.cut(width, height)
        surface = skia.Surface(pixels, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)
        canvas = surface.getCanvas()
        canvas.clear(background | 0xFF000000)
        self._play(canvas, rows, width, height, notes=True)
        return three_channels(pixels), self._texts, self._shapes.arrays()

    def _image_of(self, number: int) -> skia.Image:
        image = self._images.get(number)
        if image is None:
            if not 0 < number < len(self._canvases):
                raise ChartFault("error", "a pattern of itself")
            width, height, rows = self._canvases[number]
            # Emptied first, so that a canvas that paints itself ends.
            self._canvases[number] = [1, 1, []]
            if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
                raise ChartFault("size", "a pattern is too large")
            surface = skia.Surface(math.ceil(width), math.ceil(height))
            # Its memory is what was there before: nothing else empties it.
            surface.getCanvas().clear(0)
            self._play(surface.getCanvas(), rows, width, height, notes=False)
            image = self._images[number] = surface.makeImageSnapshot()
        return image

    def _play(
        self,
        canvas: skia.Canvas,
        rows: list[list[Any]],
        width: float,
        height: float,
        *,
        notes: bool,
    ) -> None:
        brushes = Brushes(self._image_of)
        shapes = self._shapes
        matrix: Matrix = IDENTITY
        clip: Box = (0.0, 0.0, float(width), float(height))
        stack: list[tuple[Matrix, Box]] = []
        # A fill and a stroke of one path follow each other.
        last: list[Any] | None = None
        path = skia.Path()
        for order, row in enumerate(rows):
            code = row[0]
            if code == 5:
                _, points, source, alpha, extra, line, cap, join, miter, dash, offset = row
                if points != last:
                    path, last = make_path(points), points
                blend = extra[4] if extra else "source-over"
                paint = brushes.stroke(source, alpha, blend, line, cap, join, miter, dash, offset)
                box = _mapped(matrix, path.getBounds(), line / 2)
                if not extra:
                    canvas.drawPath(path, paint)
                else:
                    with _shadow(canvas, extra, matrix, box):
                        canvas.drawPath(path, paint)
                if notes:
                    shapes.add(order, box, clip, source, alpha, STROKE, solid=False)
            elif code == 4:
                _, points, source, alpha, extra, even_odd = row
                path, last = make_path(points, bool(even_odd)), None if even_odd else points
                paint = brushes.fill(source, alpha, extra[4] if extra else "source-over")
                box = _mapped(matrix, path.getBounds(), 0)
                if not extra:
                    canvas.drawPath(path, paint)
                else:
                    with _shadow(canvas, extra, matrix, box):
                        canvas.drawPath(path, paint)
                if notes:
                    solid = is_rectangle(points) and not (matrix[1] or matrix[2])
                    shapes.add(order, box, clip, source, alpha, FILL, solid=solid)
            elif code in (6, 7):
                self._text(canvas, brushes, row, matrix, clip, order, notes=notes)
            elif code == 2:
                matrix = (row[1], row[2], row[3], row[4], row[5], row[6])
                canvas.setMatrix(make_matrix(row[1:7]))
            elif code == 0:
                stack.append((matrix, clip))
                canvas.save()
            elif code == 1:
                matrix, clip = stack.pop()
                canvas.restore()
            elif code == 3:
                region = make_path(row[1], bool(row[2]))
                canvas.clipPath(region, skia.ClipOp.kIntersect, True)
                clip = _common(clip, _mapped(matrix, region.getBounds(), 0))
            elif code == 8:
                _clear(canvas, row[1:5], notes)
            elif code == 9:
                self._image(canvas, row, matrix, clip, order, notes=notes)
            else:
                raise ValueError(f"no row {code!r}")

    def _text(
        self,
        canvas: skia.Canvas,
        brushes: Brushes,
        row: list[Any],
        matrix: Matrix,
        clip: Box,
        order: int,
        *,
        notes: bool,
    ) -> None:
        _, string, x, y, source, alpha, extra, size, bold, italic, align, baseline = row[:12]
        line = self._typesetter.line(string, size, bool(bold), bool(italic))
        x -= line.width * _ALIGN.get(align, 0.0)
        y += size * self._typesetter.rise(baseline, bool(bold))
        blend = extra[4] if extra else "source-over"
        if row[0] == 6:
            paint = brushes.fill(source, alpha, blend)
        else:
            width, join, miter = row[12:]
            paint = brushes.stroke(source, alpha, blend, width, "butt", join, miter, 0, 0)
        text = drawn_text(string, line, (x, y), matrix, clip, order, (source, alpha), size, bold)
        if line.blob is not None:
            if not extra:
                canvas.drawTextBlob(line.blob, x, y, paint)
            else:
                with _shadow(canvas, extra, matrix, text.box):
                    canvas.drawTextBlob(line.blob, x, y, paint)
        if notes:
            self._note_text(text, stroked=row[0] == 7)

    def _note_text(self, text: DrawnText, *, stroked: bool) -> None:
        """Keep one of the outline and the inside of a text: the inside, which has its colour."""
        last = self._texts[-1] if self._texts else None
        twin = last and text.order - last.order == 1 and last.string == text.string
        if not twin or last is None or last.box != text.box:
            self._texts.append(text)
        elif not stroked:
            self._texts[-1] = text

    def _image(
        self,
        canvas: skia.Canvas,
        row: list[Any],
        matrix: Matrix,
        clip: Box,
        order: int,
        *,
        notes: bool,
    ) -> None:
        _, number, sx, sy, sw, sh, x, y, width, height, alpha, extra = row
        image = self._image_of(number)
        paint = skia.Paint(AntiAlias=True)
        paint.setAlphaf(alpha)
        source = skia.Rect.MakeXYWH(sx, sy, sw, sh)
        target = skia.Rect.MakeXYWH(x, y, width, height)
        sampling = skia.SamplingOptions(skia.FilterMode.kLinear)
        box = _mapped(matrix, target, 0)
        with _shadow(canvas, extra, matrix, box):
            canvas.drawImageRect(image, source, target, sampling, paint)
        if notes:
            self._shapes.add(order, box, clip, 0xFF808080, alpha, IMAGE, solid=False)


@contextmanager
def _shadow(canvas: skia.Canvas, extra: Any, matrix: Matrix, box: Box) -> Iterator[None]:
    """Give what is drawn in the block its shadow, if it has one; `box` is where it is drawn."""
    if not extra or not extra[3]:
        yield
        return
    blur, dx, dy, colour, _ = extra
    # Shadows are offset and blurred in pixels of the picture, whatever the transform.
    sigma = min(max(blur, 0), MAX_BLUR_PX) / 2
    filters = skia.ImageFilters.DropShadow(dx, dy, sigma, sigma, colour)
    # Layers of the whole picture would take 40 ms each.
    bounds = skia.Rect.MakeLTRB(box[0] - 3, box[1] - 3, box[2] + 3, box[3] + 3)
    canvas.save()
    canvas.resetMatrix()
    canvas.saveLayer(bounds, skia.Paint(ImageFilter=filters))
    canvas.setMatrix(make_matrix(list(matrix)))
    try:
        yield
    finally:
        canvas.restore()
        canvas.restore()


def _clear(canvas: skia.Canvas, row: list[float], notes: bool) -> None:
    """Clear a rectangle; on the chart's own canvas there is a ground below, which stays."""
    if not notes:
        paint = skia.Paint(BlendMode=skia.BlendMode.kClear)
        canvas.drawRect(skia.Rect.MakeXYWH(*row), paint)


def _mapped(matrix: Matrix, box: skia.Rect, out: float) -> Box:
    """Return the axis-aligned box of a rectangle, grown by `out` first, in the picture."""
    left, top, right, bottom = box.fLeft - out, box.fTop - out, box.fRight + out, box.fBottom + out
    a, b, c, d, e, f = matrix
    if not b and not c:
        x0, x1 = a * left + e, a * right + e
        y0, y1 = d * top + f, d * bottom + f
        return (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    xs = [a * x + c * y + e for x in (left, right) for y in (top, bottom)]
    ys = [b * x + d * y + f for x in (left, right) for y in (top, bottom)]
    return (min(xs), min(ys), max(xs), max(ys))


def _common(one: Box, other: Box) -> Box:
    left, top = max(one[0], other[0]), max(one[1], other[1])
    return (left, top, max(left, min(one[2], other[2])), max(top, min(one[3], other[3])))
