"""Draws a set page: grey where the template uses no colour, at the scale of the canvas."""

from __future__ import annotations

from dataclasses import dataclass

import pymupdf

from dataengine.display_list import draw_display_list
from dataengine.imaging import Pixels
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
    return draw_display_list(display_list, (scale.width, scale.height), (scale.x, scale.y))
