"""Colours and marks: turning a style's words into matplotlib's, and artists' looks into words."""

from __future__ import annotations

from typing import Any

from matplotlib.colors import to_rgb, to_rgba
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from pipelines.charts.colours import contrast_ratio, luminance
from pipelines.charts.drawing import Colour
from pipelines.charts.style.model import Style

MARKERS = {"circle": "o", "square": "s", "triangle": "^", "diamond": "D", "cross": "X", "": ""}
DASHES: dict[str, Any] = {"solid": "-", "dashed": "--", "dotted": ":"}
_MARKER_WORDS = {sign: word for word, sign in MARKERS.items()}
_DASH_WORDS = {"-": "", "--": "dashed", ":": "dotted"}

_LEAST_CONTRAST = 2.0
"""Between a thin line and what is under it, as the WCAG measure it."""


def cycle(values: tuple[str, ...], index: int, default: str = "") -> str:
    """Return the entry for a series, beginning again when there are too few."""
    return values[index % len(values)] if values else default


def colour_of(style: Style, index: int) -> str:
    """Return the palette's colour for a series or item."""
    return style.palette[index % len(style.palette)]


def over(colour: Any, background: Any) -> Colour:
    """Return what a colour with its opacity looks like on a background, 0 to 255."""
    red, green, blue, alpha = to_rgba(colour)
    under = to_rgb(background)
    mixed = [
        round(255 * (one * alpha + two * (1 - alpha)))
        for one, two in zip((red, green, blue), under, strict=True)
    ]
    return mixed[0], mixed[1], mixed[2]


def contrasting(colour: Any, background: Any = "#ffffff") -> str:
    """Return black or white, whichever can be read on a colour."""
    return "#000000" if luminance(over(colour, background)) > 0.22 else "#ffffff"


def standing_out(background: str, *colours: str) -> str:
    """Return the first colour that stands out from a background; if none does, black or white."""
    under = over(background, background)
    for colour in colours:
        if contrast_ratio(over(colour, background), under) >= _LEAST_CONTRAST:
            return colour
    return contrasting(background)


def hatch_colour(colour: str) -> str:
    """Return a tone for the hatches of a fill: darker, or lighter on dark fills."""
    rgb = to_rgb(colour)
    dark = contrasting(colour) == "#ffffff"
    made = [part + (1 - part) * 0.45 if dark else part * 0.55 for part in rgb]
    return "#" + "".join(f"{round(255 * part):02x}" for part in made)


def looks_of(artist: Any) -> str:
    """Return what tells an artist from others besides its colour, read from the artist."""
    if isinstance(artist, Patch):
        return artist.get_hatch() or ""
    if isinstance(artist, Line2D):
        words = (
            _MARKER_WORDS.get(str(artist.get_marker()), ""),
            _DASH_WORDS.get(str(artist.get_linestyle()), ""),
        )
        return " ".join(word for word in words if word)
    return ""
