"""Draw MuPDF display lists to pixels, straight to grey where nothing on them has colour.

A test device reads the display list's colours in 0.07 ms; grey pages then cost half as much to
compress and a third as much to hash. Pages that only look grey (black set in CMYK) are found
afterwards by their pixels.
"""

from __future__ import annotations

import numpy as np
import pymupdf
from pymupdf import mupdf

from dataengine.imaging import Pixels, drop_equal_channels

_WHITE = 255


def draw_display_list(
    display_list: pymupdf.DisplayList, size: tuple[int, int], scale: tuple[float, float]
) -> Pixels:
    """Rasterise a page onto white.

    Args:
        size: width and height of the picture in pixels.
        scale: pixels per point in x and y.
    """
    grey = not _has_colour(display_list)
    colourspace = pymupdf.csGRAY if grey else pymupdf.csRGB
    width, height = size
    frame = mupdf.FzIrect(0, 0, width, height)
    pixmap = mupdf.fz_new_pixmap_with_bbox(colourspace.this, frame, mupdf.FzSeparations(), 0)
    mupdf.fz_clear_pixmap_with_value(pixmap, _WHITE)
    matrix = mupdf.FzMatrix(scale[0], 0, 0, scale[1], 0, 0)
    _run(display_list, mupdf.fz_new_draw_device(matrix, pixmap))
    shape = (height, width, *(() if grey else (3,)))
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
