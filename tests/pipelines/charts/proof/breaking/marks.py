"""Breaks of marks and of the legend in the picture, on the record or in the pixels alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipelines.charts.drawing import Box, Text
from pipelines.charts.truth.places import places
from tests.pipelines.charts.proof.breaking.pairs import (
    Pair,
    breaks,
    ground_of,
    paint,
    pick,
    redrawn,
    shifted,
    texts_of,
    with_text,
)


@breaks
def hidden_series(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """All marks of a series have gone from the picture."""
    series = sorted({mark.series for mark in pair.drawing.marks})
    if len(series) < 2:
        return None
    gone = pick(rng, series)
    made = redrawn(pair, marks=[one for one in pair.drawing.marks if one.series != gone])
    for one in pair.drawing.marks:
        if one.series == gone:
            paint(made.drawing, one.box, ground_of(pair, plot=True))
    return made


@breaks
def mark_unseen(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """A mark lies outside the plot or behind others, as the renderer itself says."""
    there = places(pair.spec)
    marks = list(pair.drawing.marks)
    choices = [
        at
        for at, one in enumerate(marks)
        if (one.panel, max(one.series, 0), one.item) in there
        and one.role != "node"
        and there[one.panel, max(one.series, 0), one.item].numbers[-1]
    ]
    at = pick(rng, choices)
    if at is None:
        return None
    marks[at] = replace(marks[at], visible=False)
    return redrawn(pair, marks=marks)


@breaks
def bar_painted_over(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """A bar, cell or slice is not in the pixels, though the record has it."""
    solid = ("bar", "cell", "funnel", "rectangle")
    choices = [
        one
        for one in pair.drawing.marks
        if one.role in solid and min(one.box[2] - one.box[0], one.box[3] - one.box[1]) >= 4
    ]
    one = pick(rng, choices)
    if one is None:
        return None
    made = redrawn(pair)
    paint(made.drawing, one.box, ground_of(pair, plot=True))
    return made


@breaks
def bar_shortened(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """A bar is shorter in the pixels than in the record."""
    return _bar_end(pair, rng, longer=False)


@breaks
def bar_lengthened(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """A bar is longer in the pixels than in the record."""
    return _bar_end(pair, rng, longer=True)


def _bar_end(pair: Pair, rng: np.random.Generator, *, longer: bool) -> Pair | None:
    choices = [
        one
        for one in pair.drawing.marks
        if one.role == "bar"
        and min(one.box[2] - one.box[0], one.box[3] - one.box[1]) > 12
        and one.colour is not None
    ]
    one = pick(rng, choices)
    if one is None:
        return None
    along = 0 if pair.spec.about.horizontal else 1
    base, tip = one.measures[:2]
    off = (1 if tip > base else -1) * (10.0 if longer else -min(10.0, abs(tip - base) / 2))
    box = list(one.box)
    box[along], box[along + 2] = sorted((tip, tip + off))
    made = redrawn(pair)
    paint(made.drawing, tuple(box), one.colour if longer else ground_of(pair, plot=True))
    return made


@breaks
def slice_unseen(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """A slice has the ground's colour in the pixels."""
    choices = [one for one in pair.drawing.marks if one.role in ("slice", "sector") and one.colour]
    one = pick(rng, choices)
    if one is None:
        return None
    made = redrawn(pair)
    pixels = made.drawing.pixels
    near = np.abs(pixels.astype(np.int16) - np.array(one.colour, np.int16)).sum(2) < 60
    x0, y0, x1, y1 = (round(side) for side in one.box)
    inside = np.zeros_like(near)
    inside[y0 : y1 + 1, x0 : x1 + 1] = True
    pixels[near & inside] = ground_of(pair)
    return made


@breaks
def mark_moved(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """A mark ends some pixels off the place of its value."""
    choices = [
        at
        for at, one in enumerate(pair.drawing.marks)
        if one.role in ("bar", "point", "box", "candle", "spoke") and len(one.measures) > 1
    ]
    at = pick(rng, choices)
    if at is None:
        return None
    marks = list(pair.drawing.marks)
    part = 0 if marks[at].role == "spoke" else 1
    measures = list(marks[at].measures)
    measures[part] += float(rng.choice((-1, 1)) * rng.uniform(3, 20))
    marks[at] = replace(marks[at], measures=tuple(measures))
    return redrawn(pair, marks=marks)


@breaks
def legend_colour(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """An entry of the legend has a colour that its marks have not."""
    if not pair.drawing.legend:
        return None
    at = int(rng.integers(len(pair.drawing.legend)))
    entries = list(pair.drawing.legend)
    old = entries[at].colour or (0, 0, 0)
    shift = rng.choice((-1, 1), 3) * rng.integers(70, 120, 3)
    red, green, blue = (
        int(part + s) if 0 <= part + s <= 255 else int(part - s)
        for part, s in zip(old, shift, strict=True)
    )
    entries[at] = replace(entries[at], colour=(red, green, blue))
    return redrawn(pair, legend=entries)


@breaks
def legend_swapped(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """Two names of the legend stand at each other's swatches."""
    entries = texts_of(pair, "legend")
    if len(entries) < 2:
        return None
    a, b = (int(one) for one in rng.choice(entries, 2, replace=False))
    boxes = pair.drawing.texts[a].box, pair.drawing.texts[b].box
    kind = pair.spec.kind
    if not pair.drawing.legend or kind in ("waterfall", "candlestick"):
        return None
    first = with_text(pair, a, box=_placed(pair.drawing.texts[a], boxes[1]))
    return with_text(first, b, box=_placed(pair.drawing.texts[b], boxes[0]))


def _placed(text: Text, at: Box) -> Box:
    return shifted(text.box, at[0] - text.box[0], at[1] - text.box[1])


@breaks
def swatches_swapped(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """Two swatches of the legend have changed their colours."""
    entries = list(pair.drawing.legend)
    if len(entries) < 2 or pair.spec.kind in ("waterfall", "candlestick"):
        return None
    a, b = (int(one) for one in rng.choice(len(entries), 2, replace=False))
    if entries[a].colour == entries[b].colour:
        return None
    entries[a], entries[b] = (
        replace(entries[a], colour=entries[b].colour, looks=entries[b].looks),
        replace(entries[b], colour=entries[a].colour, looks=entries[a].looks),
    )
    return redrawn(pair, legend=entries)
