"""Breaks of texts in the picture, on the record or in the pixels alone."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np

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
    without,
)


@breaks
def clipped_title(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """A text runs over the edge of the picture."""
    at = pick(rng, texts_of(pair, "title", "subtitle", "source", "x_title", "legend", "x_tick"))
    if at is None:
        return None
    one = pair.drawing.texts[at]
    right = rng.random() < 0.5
    width = pair.drawing.pixels.shape[1]
    off = (width - one.box[2] if right else -one.box[0]) + (1 if right else -1) * rng.uniform(4, 40)
    return with_text(pair, at, box=shifted(one.box, off), corners=None)


@breaks
def cut_title(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """Part of a text is not in the pixels."""
    choices = [
        at
        for at, one in enumerate(pair.drawing.texts)
        if one.corners is None and one.box[2] - one.box[0] > 8 * one.size_px
    ]
    at = pick(rng, choices)
    if at is None:
        return None
    x0, y0, x1, y1 = pair.drawing.texts[at].box
    made = redrawn(pair)
    share = rng.uniform(0.3, 0.6)
    half = (
        (x0 + (x1 - x0) * share, y0, x1, y1)
        if rng.random() < 0.5
        else (x0, y0, x1 - (x1 - x0) * share, y1)
    )
    paint(made.drawing, half, ground_of(pair))
    return made


@breaks
def missing_glyphs(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """The font lacks a character."""
    at = int(rng.integers(len(pair.drawing.texts)))
    return with_text(pair, at, missing=pair.drawing.texts[at].string[:1])


@breaks
def covered_text(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """Something lies over a text, as the renderer itself says."""
    return with_text(pair, int(rng.integers(len(pair.drawing.texts))), hidden="covered")


@breaks
def overlapping(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """Two labels, ticks or other texts stand on one another."""
    choices = [at for at, one in enumerate(pair.drawing.texts) if one.corners is None]
    if len(choices) < 2:
        return None
    a, b = (pair.drawing.texts[choices[at]] for at in rng.choice(len(choices), 2, replace=False))
    at = pair.drawing.texts.index(a)
    off = rng.uniform(-0.3, 0.3) * a.size_px
    move = (
        (b.box[0] + b.box[2] - a.box[0] - a.box[2]) / 2 + off,
        (b.box[1] + b.box[3] - a.box[1] - a.box[3]) / 2 + off,
    )
    return with_text(pair, at, box=shifted(a.box, *move))


@breaks
def dropped_category(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """The name of a category is not drawn."""
    if getattr(pair.spec.data, "dates", ()):
        return None
    choices = [
        at
        for at in texts_of(pair, "x_tick", "y_tick", "name")
        if pair.drawing.texts[at].value is None
    ]
    at = pick(rng, choices)
    if at is None or (pair.drawing.texts[at].role == "name" and _named_again(pair, at)):
        return None
    return without(pair, at)


def _named_again(pair: Pair, at: int) -> bool:
    item = pair.drawing.texts[at].item
    return any(one.item == item and one.role in ("legend", "label") for one in pair.drawing.texts)


@breaks
def dropped_title(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """A title, subtitle, source or axis title is not drawn."""
    choices = texts_of(
        pair, "title", "subtitle", "source", "note", "x_title", "y_title", "y2_title",
        "panel_title", "legend_title",
    )  # fmt: skip
    at = pick(rng, choices)
    if at is None or pair.drawing.texts[at].role == "legend_title":
        return None
    if pair.spec.about.shape == "panels" and pair.drawing.texts[at].role.endswith("_title"):
        role = pair.drawing.texts[at].role
        if role != "panel_title" and len(texts_of(pair, role)) > 1:
            return None
    return without(pair, at)


@breaks
def dropped_label(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """A printed value is not drawn."""
    at = pick(rng, texts_of(pair, "label"))
    return without(pair, at) if at is not None else None


@breaks
def dropped_legend(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """An entry of a legend that is needed is not drawn."""
    entries = texts_of(pair, "legend")
    if len(entries) < 2:
        return None
    return without(pair, pick(rng, entries))


@breaks
def labels_swapped(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """Two printed values have changed places."""
    labels = texts_of(pair, "label")
    strings = {at: pair.drawing.texts[at].string for at in labels}
    if len(set(strings.values())) < 2:
        return None
    a, b = (int(one) for one in rng.choice(labels, 2, replace=False))
    while strings[a] == strings[b]:
        a, b = (int(one) for one in rng.choice(labels, 2, replace=False))
    return with_text(with_text(pair, a, string=strings[b]), b, string=strings[a])


@breaks
def label_other(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """A printed value has another digit."""
    at = pick(rng, texts_of(pair, "label"))
    if at is None:
        return None
    text = pair.drawing.texts[at].string
    digits = [place for place, char in enumerate(text) if char.isdigit()]
    place = pick(rng, digits)
    if place is None:
        return None
    other = str((int(text[place]) + int(rng.integers(1, 10))) % 10)
    return with_text(pair, at, string=text[:place] + other + text[place + 1 :])


@breaks
def wrong_tick(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """A tick has another number than its place."""
    choices = [at for at, one in enumerate(pair.drawing.texts) if one.value is not None]
    ticks = [at for at in choices if pair.drawing.texts[at].role != "other"]
    at = pick(rng, ticks)
    if at is None:
        return None
    others = [
        pair.drawing.texts[one].string
        for one in ticks
        if pair.drawing.texts[one].role == pair.drawing.texts[at].role
        and pair.drawing.texts[one].string != pair.drawing.texts[at].string
    ]
    other = pick(rng, others)
    return with_text(pair, at, string=other) if other is not None else None


@breaks
def wrong_unit_drawn(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """The picture prints another unit than the chart's: on its ticks or its labels."""
    roles = ("label",) if pair.spec.labels != "none" else ("x_tick", "y_tick", "y2_tick")
    texts = list(pair.drawing.texts)
    hit = False
    for at, one in enumerate(texts):
        number = one.value is not None or (one.role == "label" and pair.spec.labels != "name")
        if one.role in roles and number:
            swapped = one.string.replace("万", "亿") if "万" in one.string else one.string + "k"
            texts[at] = replace(one, string=swapped)
            hit = True
    return redrawn(pair, texts=texts) if hit else None


@breaks
def painted_over(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """A text is not in the pixels, though the record has it."""
    at = int(rng.integers(len(pair.drawing.texts)))
    made = redrawn(pair)
    paint(made.drawing, pair.drawing.texts[at].box, ground_of(pair))
    return made


@breaks
def painted_dark(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """A text stands on its own colour."""
    at = int(rng.integers(len(pair.drawing.texts)))
    made = redrawn(pair)
    paint(made.drawing, pair.drawing.texts[at].box, pair.drawing.texts[at].colour)
    return made


@breaks
def extra_text(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """The picture has a text that the chart does not hold."""
    at = int(rng.integers(len(pair.drawing.texts)))
    one = pair.drawing.texts[at]
    other = replace(one, string="Draft", value=None)
    roles = ("other", "label", "note", "x_tick", "legend", one.role)
    other = replace(other, role=pick(rng, list(roles)))
    return redrawn(pair, texts=[*pair.drawing.texts, other])


@breaks
def repeated_text(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """A text stands in the picture twice."""
    at = int(rng.integers(len(pair.drawing.texts)))
    one = copy.copy(pair.drawing.texts[at])
    down = 1.2 * one.size_px
    return redrawn(pair, texts=[*pair.drawing.texts, replace(one, box=shifted(one.box, 0, down))])


@breaks
def tiny_text(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """A text is too small to be read."""
    at = int(rng.integers(len(pair.drawing.texts)))
    return with_text(pair, at, size_px=float(rng.uniform(3, 7)))
