"""Draw pages with MuPDF, straight to grey where the page has no colour.

A test device reads the display list's colours in 0.07 ms; grey pages then cost half as much to
compress and a third as much to hash. Pages that only look grey (black set in CMYK) are found
afterwards by their pixels.
"""

from __future__ import annotations

import numpy as np
import pymupdf
from pymupdf import mupdf

from dataengine.imaging import Pixels, drop_equal_channels
from pipelines.pdf_pages.canvas import Placement
from pipelines.pdf_pages.raster import WHITE, DrawnPage, pad


class MupdfRasteriser:
    """Draws from the display list that the text was read from."""

    def draw(self, page: DrawnPage, placement: Placement) -> Pixels:
        """Return the picture."""
        return pad(draw_display_list(page.display_list, placement), placement)

    def forget(self) -> None:
        """Nothing is kept."""


def draw_display_list(display_list: pymupdf.DisplayList, placement: Placement) -> Pixels:
    """Rasterise the page's part of the canvas."""
    grey = not _has_colour(display_list)
    colourspace = pymupdf.csGRAY if grey else pymupdf.csRGB
    frame = mupdf.FzIrect(0, 0, placement.page_width, placement.page_height)
    pixmap = mupdf.fz_new_pixmap_with_bbox(colourspace.this, frame, mupdf.FzSeparations(), 0)
    mupdf.fz_clear_pixmap_with_value(pixmap, WHITE)
    matrix = mupdf.FzMatrix(placement.scale_x, 0, 0, placement.scale_y, 0, 0)
    _run(display_list, mupdf.fz_new_draw_device(matrix, pixmap))
    shape = (placement.page_height, placement.page_width, *(() if grey else (3,)))
    return drop_equal_channels(np.asarray(_Samples(pixmap, shape)))


class _Samples:
    """Lends a pixmap's memory to numpy, and keeps it as long as an array looks at it.

    A copy takes 0.08 ms a page.
    """

    def __init__(self, pixmap: mupdf.FzPixmap, shape: tuple[int, ...]) -> None:
        self._pixmap = pixmap
        self.__array_interface__ = {
            "data": (mupdf.fz_pixmap_samples_int(pixmap), False),
            "shape": shape,
            "typestr": "|u1",
            "version": 3,
        }


def _has_colour(display_list: pymupdf.DisplayList) -> bool:
    # The plain wrapper of this function hands MuPDF a pointer that dies before the device is
    # closed; the out-parameters object below keeps it alive.
    answer = mupdf.ll_fz_new_test_device_outparams()
    device = mupdf.FzDevice(mupdf.ll_fz_new_test_device_outparams_fn(0.0, 0, None, answer))
    _run(display_list, device)
    return bool(answer.is_color)


def _run(display_list: pymupdf.DisplayList, device: mupdf.FzDevice) -> None:
    everywhere = mupdf.FzRect(mupdf.FzRect.Fixed_INFINITE)
    mupdf.fz_run_display_list(
        display_list.this, device, mupdf.FzMatrix(), everywhere, mupdf.FzCookie()
    )
    mupdf.fz_close_device(device)
