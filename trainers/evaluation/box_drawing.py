"""Boxes drawn over a picture: those of the target and those that a model gave."""

from __future__ import annotations

from typing import Literal

from PIL import Image, ImageDraw

from trainers.evaluation.metrics.boxes import MAX_BOXES, Box, parse_boxes

Unit = Literal["", "thousandths", "pixels"]
"""Of boxes in answers; "" where they are not known to be boxes of the picture."""

TARGET, PREDICTION = (26, 127, 55), (209, 87, 11)
"""Green and orange."""

_THOUSAND = 1000


def with_boxes(
    picture: Image.Image, size: tuple[int, int], unit: Unit, target: str, prediction: str
) -> Image.Image:
    """Return a copy of a picture with the boxes of both answers.

    Args:
        picture: it may be smaller than what the boxes lie in.
        size: width and height that boxes in pixels are measured in.
        unit: "thousandths" of width and height, or "pixels".
    """
    drawn = picture.convert("RGB")
    canvas = ImageDraw.Draw(drawn)
    whole = (_THOUSAND, _THOUSAND) if unit == "thousandths" else size
    line = max(1, round(max(drawn.size) / 400))
    for text, colour in ((target, TARGET), (prediction, PREDICTION)):
        for box in parse_boxes(text)[:MAX_BOXES]:
            corners = _scaled(box, drawn.size, whole)
            if corners is not None:
                canvas.rectangle(corners, outline=colour, width=line)
    return drawn


def _scaled(
    box: Box, size: tuple[int, int], whole: tuple[int, int]
) -> tuple[float, float, float, float] | None:
    """Return the corners on the picture; None where nothing of the box lies on it."""
    across, down = size[0] / whole[0], size[1] / whole[1]
    x0, x1 = (min(max(value * across, 0.0), size[0] - 1.0) for value in (box.x0, box.x1))
    y0, y1 = (min(max(value * down, 0.0), size[1] - 1.0) for value in (box.y0, box.y1))
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None
