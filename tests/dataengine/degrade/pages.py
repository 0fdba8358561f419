"""Pages to wear in tests: rows as the reader gives them, drawn here, with exact boxes."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from dataengine.fonts import caption_font
from dataengine.imaging import Encoding, encode_image

LINES = (
    "The bridge was closed in March 1874.",
    "Nine hundred and twelve people crossed",
    "it on a single day, said the keeper;",
    "桥于一八七四年三月关闭，无人过河。",
    "e = mc - 2, 3 : 4, 17.5 % and i.j.k.",
)


def page_row(
    size: tuple[int, int] = (420, 560),
    *,
    name: str = "page-1-000000001",
    kind: str = "page",
    text_px: int = 18,
    colour: bool = False,
    ink: int = 20,
    paper: int = 250,
) -> dict[str, Any]:
    """Return a row with lines of text and their boxes."""
    mode, shade = ("RGB", (ink, ink, ink)) if colour else ("L", ink)
    image = Image.new(mode, size, (paper,) * 3 if colour else paper)
    draw = ImageDraw.Draw(image)
    font = caption_font(text_px)
    regions = []
    y = 30
    for number in range((size[1] - 60) // (2 * text_px)):
        text = LINES[number % len(LINES)]
        draw.text((30, y), text, fill=shade, font=font)
        box = [round(edge) for edge in draw.textbbox((30, y), text, font=font)]
        regions.append({"level": "line", "bbox": box, "text": text})
        y += 2 * text_px
    return row_of(np.asarray(image), regions, name=name, kind=kind)


def row_of(
    pixels: Any,
    regions: Sequence[Mapping[str, Any]],
    *,
    name: str = "page-1-000000001",
    kind: str = "page",
) -> dict[str, Any]:
    """Return a row with a picture and regions."""
    return {
        "id": name,
        "kind": kind,
        "image": {"bytes": encode_image(pixels, Encoding()), "path": f"{name}.png"},
        "width": pixels.shape[1],
        "height": pixels.shape[0],
        "regions": list(regions),
    }


def stored(image: Image.Image, file_format: str = "PNG") -> dict[str, Any]:
    """Return a row with a picture as Pillow writes it, without regions."""
    buffer = io.BytesIO()
    image.save(buffer, file_format)
    path = f"x.{file_format.lower()}"
    return {
        "id": "x-1-000000000",
        "kind": "page",
        "image": {"bytes": buffer.getvalue(), "path": path},
        "regions": None,
    }
