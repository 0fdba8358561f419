"""Pairs of a chart and its picture, how they are judged, and what breaks have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pipelines.charts.drawing import Box, Drawing
from pipelines.charts.options import Proof
from pipelines.charts.proof.prove import Disproved, Proved, prove
from pipelines.charts.spec.model import Spec
from pipelines.charts.style.model import Style
from pipelines.charts.truth.reading import Truth, read_truth

LIMITS = Proof()


@dataclass
class Pair:
    """A chart, its picture, and what is done to its ground truth before it is proven."""

    spec: Spec
    style: Style
    drawing: Drawing
    spoil: Callable[[Truth], None] | None = None


def judge(pair: Pair) -> Proved | Disproved:
    """Read and prove a pair as the pipeline does."""
    truth = read_truth(pair.spec, pair.drawing)
    if isinstance(truth, Disproved):
        return truth
    if pair.spoil is not None:
        pair.spoil(truth)
    return prove(pair.spec, pair.style, pair.drawing, truth, LIMITS)


Break = Callable[[Pair, np.random.Generator], Pair | None]
BREAKS: dict[str, Break] = {}


def breaks(made: Break) -> Break:
    """Enter a function among the breaks."""
    BREAKS[made.__name__] = made
    return made


def redrawn(pair: Pair, **fields: Any) -> Pair:
    """Return the pair with a picture of its own, some of its record replaced."""
    drawing = replace(pair.drawing, pixels=pair.drawing.pixels.copy(), **fields)
    return Pair(pair.spec, pair.style, drawing)


def paint(drawing: Drawing, box: Box, colour: tuple[int, int, int]) -> None:
    """Fill a box of the pixels."""
    x0, y0, x1, y1 = (round(one) for one in box)
    drawing.pixels[max(0, y0 - 1) : y1 + 1, max(0, x0 - 1) : x1 + 1] = colour


def ground_of(pair: Pair, *, plot: bool = False) -> tuple[int, int, int]:
    """Return the colour behind the texts, or behind the marks."""
    frame = pair.style.frame
    colour = frame.plot_background if plot else frame.background
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def texts_of(pair: Pair, *roles: str) -> list[int]:
    """Return the numbers of the texts of some roles."""
    return [at for at, one in enumerate(pair.drawing.texts) if one.role in roles]


def pick(rng: np.random.Generator, choices: list[Any]) -> Any:
    """Return one of some choices, None if there are none."""
    return choices[int(rng.integers(len(choices)))] if choices else None


def without(pair: Pair, at: int) -> Pair:
    """Return the pair without a text, on the record and in the pixels."""
    texts = list(pair.drawing.texts)
    gone = texts.pop(at)
    made = redrawn(pair, texts=texts)
    paint(made.drawing, gone.box, ground_of(pair))
    return made


def with_text(pair: Pair, at: int, **fields: Any) -> Pair:
    """Return the pair with fields of one text replaced on the record."""
    texts = list(pair.drawing.texts)
    texts[at] = replace(texts[at], **fields)
    return redrawn(pair, texts=texts)


def shifted(box: Box, right: float, down: float = 0.0) -> Box:
    """Return a box elsewhere."""
    return box[0] + right, box[1] + down, box[2] + right, box[3] + down
