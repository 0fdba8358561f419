"""Ties the strings of the chart's model to those that were painted, and sees which are hidden."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pipelines.charts.drawing import Box, Text
from pipelines.charts.echarts.recording import STROKE, DrawnText, Recording

_OPAQUE = 0.5
_NEARER = 0.55
_LEAST_INK = 0.04


def read_texts(
    recording: Recording, owners: list[Any], rows: list[Any], numbers: Mapping[str, int]
) -> list[Text]:
    """Return every painted string with what it is; lines of one label are one text.

    Args:
        recording: what was painted.
        owners, rows: of the readback: see `readback.js`.
        numbers: of the nodes of a tree or flow, which it knows by name.
    """
    groups: dict[int, list[tuple[DrawnText, float]]] = {}
    strangers: list[DrawnText] = []
    lost: set[int] = set()
    at = 0
    for owner, string, x, y, line in rows:
        found = _find(recording.texts, at, string, x, y)
        if found < 0:
            lost.add(owner)
            continue
        strangers += recording.texts[at:found]
        groups.setdefault(owner, []).append((recording.texts[found], line))
        at = found + 1
    strangers += recording.texts[at:]
    texts = [
        (pieces[0][0].order, _join(pieces, owners[owner], owner in lost, numbers))
        for owner, pieces in groups.items()
    ]
    texts += [
        (one.order, _join([(one, 0.0)], ["", -1, -1, 0, None], False, numbers))
        for one in strangers
        if one.string.strip()
    ]
    texts.sort(key=lambda pair: pair[0])
    return _mark_covered(recording, texts)


def _find(drawn: Sequence[DrawnText], start: int, string: str, x: float, y: float) -> int:
    """Return which painted string is the one anchored at a point, -1 for none."""
    for at in range(start, len(drawn)):
        one = drawn[at]
        if one.string == string:
            slack = 1.5 * one.size_px
            x0, y0, x1, y1 = one.box
            if x0 - slack <= x <= x1 + slack and y0 - slack <= y <= y1 + slack:
                return at
    return -1


def _join(
    pieces: list[tuple[DrawnText, float]], owner: list[Any], lost: bool, numbers: Mapping[str, int]
) -> Text:
    role, series, item, panel, value = owner
    if isinstance(item, str):
        item = numbers.get(item, -1)
    first = pieces[0][0]
    string, last = "", pieces[0][1]
    for piece, line in pieces:
        string += ("\n" if line != last else "") + piece.string
        last = line
    drawn = [piece for piece, _ in pieces]
    corners = None
    if first.angle:
        corners = first.corners if len(drawn) == 1 else _enclose(drawn, first.angle)
    boxes = [one.box for one in drawn if one.box[2] > one.box[0]] or [first.box]
    box: Box = (
        min(one[0] for one in boxes),
        min(one[1] for one in boxes),
        max(one[2] for one in boxes),
        max(one[3] for one in boxes),
    )
    clipped = lost or any(one.clipped for one in drawn)
    return Text(
        string,
        role or "other",
        box,
        first.size_px,
        first.colour,
        corners,
        panel,
        series,
        item,
        value,
        "".join(one.missing for one in drawn),
        "clipped" if clipped else "",
    )


def _enclose(drawn: list[DrawnText], angle: float) -> tuple[tuple[float, float], ...]:
    """Return the rectangle in the texts' own direction that encloses all of them."""
    turn = math.radians(angle)
    cos, sin = math.cos(turn), math.sin(turn)
    points = [(x * cos + y * sin, y * cos - x * sin) for one in drawn for x, y in one.corners]
    us, vs = [u for u, _ in points], [v for _, v in points]
    around = ((min(us), min(vs)), (max(us), min(vs)), (max(us), max(vs)), (min(us), max(vs)))
    return tuple((u * cos - v * sin, u * sin + v * cos) for u, v in around)


def _mark_covered(recording: Recording, texts: list[tuple[int, Text]]) -> list[Text]:
    shapes = recording.shapes
    if not texts or not len(shapes):
        return [text for _, text in texts]
    opaque = shapes.alpha > _OPAQUE
    order, box = shapes.order[opaque], shapes.box[opaque]
    clip = shapes.clip[opaque]
    low, high = np.maximum(box[:, :2], clip[:, :2]), np.minimum(box[:, 2:], clip[:, 2:])
    solid = (shapes.solid & (shapes.kind != STROKE))[opaque]
    orders = np.array([at for at, _ in texts])
    boxes = np.array([text.box for _, text in texts])
    inside = (low[None] < boxes[:, None, 2:] - 1) & (high[None] > boxes[:, None, :2] + 1)
    over = inside.all(axis=2) & (order[None] > orders[:, None])
    sure, maybe = (over & solid[None]).any(axis=1), (over & ~solid[None]).any(axis=1)
    if not (sure.any() or maybe.any()):
        return [text for _, text in texts]
    made = []
    for at, (_, text) in enumerate(texts):
        gone = sure[at] or (maybe[at] and not _has_ink(recording, text))
        made.append(_hidden(text) if gone and not text.hidden else text)
    return made


def _has_ink(recording: Recording, text: Text) -> bool:
    """Say whether enough of a text's colour is left within its box."""
    height, width = recording.pixels.shape[:2]
    x0, y0 = max(0, math.floor(text.box[0])), max(0, math.floor(text.box[1]))
    x1, y1 = min(width, math.ceil(text.box[2])), min(height, math.ceil(text.box[3]))
    patch = recording.pixels[y0:y1, x0:x1].reshape(-1, 3).astype(np.int16)
    if not len(patch):
        return False
    ink = np.array(text.colour, np.int16)
    paper = np.median(patch, axis=0)
    near = np.abs(patch - ink).sum(axis=1) < _NEARER * np.abs(paper - ink).sum()
    return bool(near.mean() >= _LEAST_INK)


def _hidden(text: Text) -> Text:
    return Text(
        text.string, text.role, text.box, text.size_px, text.colour, text.corners, text.panel,
        text.series, text.item, text.value, text.missing, "covered",
    )  # fmt: skip
