"""Yardsticks for `dataengine bench`: the paper's way of making pages, and the floor below any way.

The paper's way opens the file for every page, extracts its text and has pdf2image draw the page in
a process of its own; Pillow writes the PNG. The floor draws the same pages at 1024 px with the
document held open and writes the cheapest PNG: no text, no boxes, no proof.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pymupdf
from pdf2image import convert_from_path
from PIL import Image

from dataengine.imaging import Encoding, encode_image

PAPER_DPI = 200
TRAINING_SIZE = (1024, 1024)
_PNG = Encoding(format="png")


def paper_page(path: Path, number: int) -> tuple[bytes, str]:
    """Render a page (from 0) as the paper does, at 200 dpi; return PNG and text."""
    pictures = convert_from_path(path, dpi=PAPER_DPI, first_page=number + 1, last_page=number + 1)
    return _pillow_png(pictures[0]), _text(path, number)


def paper_page_at_training_size(path: Path, number: int) -> tuple[bytes, str]:
    """The same with the picture drawn at 1024 x 1024 pixels at once."""
    pictures = convert_from_path(
        path, size=TRAINING_SIZE, first_page=number + 1, last_page=number + 1
    )
    return _pillow_png(pictures[0]), _text(path, number)


class Floor:
    """Bare rasterisation of one document."""

    def __init__(self, path: Path) -> None:
        self._pdf = pymupdf.open(path)

    def page(self, number: int) -> bytes:
        """Return the page's PNG, long edge 1024 px."""
        page = self._pdf.load_page(number)
        zoom = max(TRAINING_SIZE) / max(page.rect.width, page.rect.height)
        pixmap = page.get_pixmap(matrix=pymupdf.Matrix(zoom, zoom), alpha=False)
        pixels = np.frombuffer(pixmap.samples_mv, np.uint8)
        return encode_image(pixels.reshape(pixmap.h, pixmap.w, 3), _PNG)

    def close(self) -> None:
        """Close the document."""
        self._pdf.close()


def floor_page(path: Path, number: int) -> bytes:
    """Render one page the bare way, opening the file for it."""
    floor = Floor(path)
    png = floor.page(number)
    floor.close()
    return png


def _text(path: Path, number: int) -> str:
    with pymupdf.open(path) as pdf:
        return str(pdf.load_page(number).get_text())


def _pillow_png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()
