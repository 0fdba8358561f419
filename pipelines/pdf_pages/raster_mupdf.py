"""Draw pages with MuPDF, from the display list that the text was read from."""

from __future__ import annotations

import pymupdf

from dataengine import display_list as engine
from dataengine.imaging import Pixels
from pipelines.pdf_pages.canvas import Placement
from pipelines.pdf_pages.raster import DrawnPage, pad


class MupdfRasteriser:
    """Draws from the display list that the text was read from."""

    def draw(self, page: DrawnPage, placement: Placement) -> Pixels:
        """Return the picture."""
        return pad(draw_display_list(page.display_list, placement), placement)

    def forget(self) -> None:
        """Nothing is kept."""


def draw_display_list(display_list: pymupdf.DisplayList, placement: Placement) -> Pixels:
    """Rasterise the page's part of the canvas."""
    size = (placement.page_width, placement.page_height)
    return engine.draw_display_list(display_list, size, (placement.scale_x, placement.scale_y))
