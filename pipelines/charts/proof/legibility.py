"""Texts are whole, inside the picture, apart from one another and large enough to be read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pipelines.charts.drawing import Drawing, Text
from pipelines.charts.proof.verdict import Fault

Floats = npt.NDArray[np.float64]
_OUTSIDE_PX = 1.0
_PADDING = 0.13
"""Of a line's height that has no ink above and below most letters: boxes may share it."""
_PADDING_PX = 2.5
_SIDE_PX = 1.0


def check_legibility(drawing: Drawing, *, training_px: int, min_text_px: float) -> float:
    """Check all texts; return the smallest size in pixels at the training size.

    Args:
        drawing: of the chart.
        training_px: side of the square that pictures are squashed to; they are never enlarged.
        min_text_px: smallest size that can be read there.

    Raises:
        Fault: missing-glyph, clipped, too-small, overlap.
    """
    height, width, _ = drawing.pixels.shape
    scale = min(1.0, training_px / max(width, height))
    smallest = float("inf")
    for one in drawing.texts:
        if one.missing:
            raise Fault("missing-glyph", f"{one.string!r} lacks {one.missing!r}")
        if one.hidden:
            raise Fault("clipped", f"{one.string!r} is {one.hidden}")
        x0, y0, x1, y1 = one.box
        if not (
            x0 >= -_OUTSIDE_PX and y0 >= -_OUTSIDE_PX
            and x1 <= width + _OUTSIDE_PX and y1 <= height + _OUTSIDE_PX
        ):  # fmt: skip
            raise Fault("clipped", f"{one.string!r} leaves the picture")
        smallest = min(smallest, one.size_px * scale)
    if smallest < min_text_px:
        raise Fault("too-small", f"text of {smallest:.1f} px at the training size")
    _check_apart(drawing.texts)
    return round(smallest, 2) if drawing.texts else 0.0


def _check_apart(texts: Sequence[Text]) -> None:
    if len(texts) < 2:
        return
    boxes = np.array([one.box for one in texts], np.float64)
    sizes = np.array([one.size_px for one in texts])
    pad = np.minimum(_PADDING * sizes, _PADDING_PX)
    turned = [at for at, one in enumerate(texts) if one.corners is not None]
    low, high = boxes[:, :2].copy(), boxes[:, 2:].copy()
    low += np.stack((np.full_like(pad, _SIDE_PX), pad), 1)
    high -= np.stack((np.full_like(pad, _SIDE_PX), pad), 1)
    if turned:
        low[turned], high[turned] = boxes[turned, :2], boxes[turned, 2:]
    hit = (low[:, None, 0] < high[None, :, 0]) & (low[:, None, 1] < high[None, :, 1])
    hit &= hit.T
    pairs = np.argwhere(np.triu(hit, 1))
    if not len(pairs):
        return
    if turned:
        pairs = pairs[_overlapping(texts, boxes, pad, pairs)]
    if len(pairs):
        a, b = (texts[int(at)].string for at in pairs[0])
        raise Fault("overlap", f"{a!r} and {b!r} overlap ({len(pairs)} such)")


def _overlapping(
    texts: Sequence[Text], boxes: Floats, pad: Floats, pairs: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Say which pairs of (turned) boxes overlap: no side of either separates them."""
    used = np.unique(pairs)
    shapes = np.zeros((len(texts), 4, 2))
    for at in used.tolist():
        shapes[at] = _shrunk(texts[at], boxes[at], float(pad[at]))
    first, second = shapes[pairs[:, 0]], shapes[pairs[:, 1]]
    sides = np.concatenate(
        [shape[:, (1, 3)] - shape[:, (0, 0)] for shape in (first, second)], axis=1
    )
    one = np.einsum("pck,psk->psc", first, sides)
    other = np.einsum("pck,psk->psc", second, sides)
    apart = (one.max(2) <= other.min(2)) | (other.max(2) <= one.min(2))
    overlapping: npt.NDArray[np.bool_] = ~apart.any(1)
    return overlapping


def _shrunk(text: Text, box: Floats, pad: float) -> Floats:
    """Return the corners of a text's box in turn, less the padding of its lines."""
    if text.corners is None:
        x0, y0, x1, y1 = box
        corners = np.array(((x0, y0), (x1, y0), (x1, y1), (x0, y1)), np.float64)
    else:
        corners = np.array(text.corners, np.float64)
    middle = corners.mean(0)
    u, v = corners[1] - corners[0], corners[3] - corners[0]
    wide, tall = float(np.hypot(*u)), float(np.hypot(*v))
    # The line's height is the shorter side of all but single letters.
    along, across = (_SIDE_PX, pad) if wide >= tall or text.corners is None else (pad, _SIDE_PX)
    u *= max(0.0, 1 - 2 * along / wide) / 2 if wide else 0.0
    v *= max(0.0, 1 - 2 * across / tall) / 2 if tall else 0.0
    return np.array((middle - u - v, middle + u - v, middle + u + v, middle - u + v))
