"""Colours derived from others: tints of a colour, and inks and fills that stand out."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.charts.colours import contrast_ratio, luminance, rgb
from pipelines.charts.colours import distance as rgb_distance

READABLE = 3.0
"""Contrast that large text needs (WCAG 2.1, 1.4.3)."""
_SEEN = 20.0
"""CIE 1976 distance at which a filled area stands out from the ground."""
_STEPS = (0.12, 0.26, 0.4, 0.54, 0.68)
_TWO_APART = 45.0


def contrast(colour: str) -> str:
    """Return black or white, whichever stands out more from a "#rrggbb"."""
    return "#000000" if luminance(rgb(colour)) > 0.179 else "#ffffff"


def ratio(one: str, other: str) -> float:
    """Return the contrast of two "#rrggbb", 1 to 21 (WCAG 2.1)."""
    return contrast_ratio(rgb(one), rgb(other))


def distance(one: str, other: str) -> float:
    """Return the CIE 1976 distance of two "#rrggbb"."""
    return rgb_distance(rgb(one), rgb(other))


def mixed(one: str, other: str, share: float) -> str:
    """Return a colour between two, `share` of the way to the other."""
    pairs = zip(rgb(one), rgb(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def off_ground(colour: str, ground: str) -> str:
    """Return a colour, made darker or lighter as far as it needs to stand out from the ground."""
    away = contrast(ground)
    for step in range(11):
        made = mixed(colour, away, step / 10)
        if distance(made, ground) >= _SEEN:
            return made
    return away


def tint(colour: str, step: int, ground: str) -> str:
    """Return a paler shade of a colour, the further the step the paler, off the ground."""
    share = _STEPS[step % len(_STEPS)]
    while share > 0.05:
        made = mixed(colour, "#ffffff", share)
        if distance(made, ground) >= _SEEN:
            return made
        share *= 0.75
    return off_ground(colour, ground)


def two_apart(palette: Sequence[str], ground: str) -> tuple[str, str]:
    """Return two colours of a palette that nobody takes for each other, nor for the ground."""
    seen = [one for one in palette if distance(one, ground) >= _SEEN] or [contrast(ground)]
    first, others = seen[0], seen[1:]
    for other in others:
        if distance(first, other) >= _TWO_APART:
            return first, other
    made = ("#000000", "#ffffff", mixed(contrast(ground), ground, 0.45))
    others += [other for other in made if distance(other, ground) >= _SEEN]
    second = max(others, key=lambda other: distance(first, other))
    return first, second
