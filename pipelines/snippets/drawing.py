"""Draws a snippet: coverage by FreeType, then two colours by it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from dataengine.imaging import Pixels, drop_equal_channels
from pipelines.charts.colours import contrast_ratio
from pipelines.charts.drawing import Colour
from pipelines.snippets.faces import load
from pipelines.snippets.layout import Placed
from pipelines.snippets.options import Layout

BLACK, WHITE = (0, 0, 0), (255, 255, 255)
_TRIES = 300  # one pair in nine has a contrast of 4.5, one in 28 of 7


@dataclass(frozen=True, slots=True)
class Colours:
    """Of the text and of the ground behind it, as sRGB."""

    text: Colour
    ground: Colour

    @property
    def contrast(self) -> float:
        """Their contrast, 1 to 21 (WCAG 2.1)."""
        return contrast_ratio(self.text, self.ground)


def draw_colours(options: Layout, rng: np.random.Generator) -> Colours:
    """Draw colours of enough contrast; black on white where the options want none."""
    if options.colour:
        for text, ground in rng.integers(256, size=(_TRIES, 2, 3)).tolist():
            drawn = Colours(tuple(text), tuple(ground))
            if drawn.contrast >= options.min_contrast:
                return drawn
    return Colours(BLACK, WHITE)


def draw(placed: Placed, colours: Colours, width: int, height: int) -> Pixels:
    """Draw a text, black or coloured, on a canvas of so many pixels; grey where it can be."""
    canvas = Image.new("L", (width, height))
    pen = ImageDraw.Draw(canvas)
    font = load(placed.made, placed.size_px)
    for word in placed.words:
        pen.text((word.x, word.y), word.text, fill=255, font=font, anchor="ls")
    coverage: Pixels = np.asarray(canvas)
    if (colours.text, colours.ground) == (BLACK, WHITE):
        inverted: Pixels = 255 - coverage
        return inverted
    shades = _shades(colours)
    pixels: Pixels = np.empty((height, width, 3), np.uint8)
    pixels[:] = colours.ground
    x0, y0, x1, y1 = canvas.getbbox() or (0, 0, 0, 0)
    pixels[y0:y1, x0:x1] = shades[coverage[y0:y1, x0:x1]]
    return drop_equal_channels(pixels)


def _shades(colours: Colours) -> Pixels:
    """Return the colour of each coverage, (256, 3)."""
    share = np.arange(256)[:, None] / 255
    text, ground = np.array(colours.text), np.array(colours.ground)
    shades: Pixels = np.rint(ground + share * (text - ground)).astype(np.uint8)
    return shades
