"""The one interface of the two renderers, and the common paste onto a padded canvas."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import pymupdf

from dataengine.imaging import Pixels
from pipelines.pdf_pages.canvas import Placement

WHITE = 255


class Rasteriser(Protocol):
    """Draws pages of one document at a time."""

    def draw(self, page: DrawnPage, placement: Placement) -> Pixels:
        """Return the picture, grey where the page has no colour."""

    def forget(self) -> None:
        """Give back what belongs to the last document."""


class DrawnPage(Protocol):
    """What a rasteriser may ask of a page."""

    @property
    def data(self) -> bytes:
        """The document's bytes."""

    @property
    def number(self) -> int:
        """Page number from 0."""

    @property
    def display_list(self) -> pymupdf.DisplayList:
        """The interpreted page."""


def pad(pixels: Pixels, placement: Placement) -> Pixels:
    """Put the page's picture onto its white canvas."""
    if not placement.is_padded:
        return pixels
    canvas = np.full((placement.height, placement.width, *pixels.shape[2:]), WHITE, np.uint8)
    rows = slice(placement.top, placement.top + placement.page_height)
    columns = slice(placement.left, placement.left + placement.page_width)
    canvas[rows, columns] = pixels
    return canvas
