"""Boxes as texts: thousandths of width and height as GOT and Vary-toy write them, or pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Box = Sequence[int]
THOUSAND = 1000


def scaled(box: Box, row: Mapping[str, Any], unit: str) -> tuple[int, int, int, int] | None:
    """Return a box in a unit, or None where nothing is left of it or it leaves the picture.

    Args:
        box: x0, y0, x1, y1 in pixels, x1 and y1 exclusive.
        row: has the picture's width and height.
        unit: "thousandths" of width and height, rounded to the nearest, or "pixels".
    """
    sizes = (row["width"], row["height"]) * 2
    if not all(0 <= value <= size for value, size in zip(box, sizes, strict=True)):
        return None
    if unit == "thousandths":
        box = [
            (2 * THOUSAND * value + size) // (2 * size)
            for value, size in zip(box, sizes, strict=True)
        ]
    x0, y0, x1, y1 = box
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


def bracketed(box: Box) -> str:
    """Return "[x0,y0,x1,y1]", as GOT's requests write it."""
    return f"[{','.join(map(str, box))}]"


def padded(box: Box) -> str:
    """Return "[009, 552, 058, 737]", as Vary-toy's answers write it (its figure 3)."""
    return f"[{', '.join(f'{value:03d}' for value in box)}]"
