"""Draws a set page: grey where the template uses no colour, at the scale of the canvas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pymupdf
from pymupdf import mupdf

from dataengine.imaging import Pixels, drop_equal_channels
from pipelines.latex_pages.options import Canvas

POINTS_PER_INCH = 72.0


@dataclass(frozen=True, slots=True)
class Scale:
    """Size of the picture in pixels, and pixels per point in x and y."""

    width: int
    height: int
    x: float
    y: float


def page_scale(canvas: Canvas, width_pt: float, height_pt: float, *, crop: bool) -> Scale:
    """Return the size of the picture of a page or a crop; sides are whole pixels.

    A whole number of pixels is never the exact ratio of the page, so x and y differ in the fourth
    digit; boxes use the very scales that the raster used.
    """
    long_edge_pt = max(width_pt, height_pt)
    scale = canvas.long_edge / long_edge_pt
    if crop:
        scale = min(canvas.crop_dpi / POINTS_PER_INCH, canvas.crop_long_edge / long_edge_pt)
    width, height = max(1, round(width_pt * scale)), max(1, round(height_pt * scale))
    return Scale(width, height, width / width_pt, height / height_pt)


def draw(display_list: pymupdf.DisplayList, scale: Scale) -> Pixels:
    """Return the picture of a page, grey where nothing on it has colour."""
    colour = _has_colour(display_list)
    space = pymupdf.csRGB if colour else pymupdf.csGRAY
    pixmap = display_list.get_pixmap(
        matrix=pymupdf.Matrix(scale.x, scale.y), colorspace=space, alpha=0
    )
    shape = (pixmap.height, pixmap.width, *((3,) if colour else ()))
    pixels = np.asarray(_Samples(pixmap, shape))
    if pixels.shape[:2] != (scale.height, scale.width):
        pixels = _exactly(pixels, scale)
    return drop_equal_channels(pixels)


class _Samples:
    """Lends a pixmap's memory to numpy, and keeps it as long as an array looks at it."""

    def __init__(self, pixmap: pymupdf.Pixmap, shape: tuple[int, ...]) -> None:
        self._pixmap = pixmap
        self.__array_interface__ = {
            "data": (pixmap.samples_ptr, False),
            "shape": shape,
            "typestr": "|u1",
            "version": 3,
        }


def _has_colour(display_list: pymupdf.DisplayList) -> bool:
    # The plain wrapper of this function hands MuPDF a pointer that dies before the device is
    # closed; the out-parameters object below keeps it alive.
    answer = mupdf.ll_fz_new_test_device_outparams()
    device = mupdf.FzDevice(mupdf.ll_fz_new_test_device_outparams_fn(0.0, 0, None, answer))
    everywhere = mupdf.FzRect(mupdf.FzRect.Fixed_INFINITE)
    mupdf.fz_run_display_list(
        display_list.this, device, mupdf.FzMatrix(), everywhere, mupdf.FzCookie()
    )
    mupdf.fz_close_device(device)
    return bool(answer.is_color)


def _exactly(pixels: Pixels, scale: Scale) -> Pixels:
    """Cut or pad the pixel that rounding adds or takes at the right and lower edge."""
    whole = np.full((scale.height, scale.width, *pixels.shape[2:]), 255, np.uint8)
    height, width = min(scale.height, len(pixels)), min(scale.width, pixels.shape[1])
    whole[:height, :width] = pixels[:height, :width]
    return whole
