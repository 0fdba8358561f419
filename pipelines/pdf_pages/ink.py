"""The independent witness: does the picture show the text, and nothing that reads like more text?

Two scores, both on the picture at half its height (averages of two rows), because whole rows of
bytes are what numpy is fast at:

* `inked`: share of characters in words whose box holds an edge. Invisible, white or covered text
  leaves a flat box.
* `explained`: share of fine structure that lies under text boxes. Structure is where brightness
  changes both along x and along y, as strokes of letters do; straight rules, table grids and
  filled areas have none, so tables and coloured boxes do not count, while scans, handwriting,
  outlined text and photographs do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from dataengine.imaging import Pixels

_CELL_DTYPE = np.uint16
_CELL = 2  # pixels, one byte each, in one cell
_NOISE = 8  # grey levels: smaller steps between neighbours are no strokes
_GROW = np.array((-2, -2, 2, 2))  # pixels: antialiased edges reach out of a box


@dataclass(frozen=True, slots=True)
class Ink:
    """What the picture says about the text.

    Attributes:
        inked: share of characters that can be seen.
        explained: share of the fine structure under text; 1.0 on an empty picture.
        structure: mean structure per pixel of the reduced picture, in grey levels.
    """

    inked: float
    explained: float
    structure: float


def measure(
    pixels: Pixels,
    word_boxes: npt.NDArray[np.int32],
    num_chars: npt.NDArray[np.int64],
    line_boxes: npt.NDArray[np.int32],
) -> Ink:
    """Measure the picture against word boxes and the lines that hold them, in its pixels."""
    small = _halved_grey(pixels)
    along_x, along_y = _steps(small)
    structure = np.minimum(along_x, along_y)
    structure *= structure >= _NOISE
    total = _sum(structure)
    edges = np.maximum(along_x, along_y, out=along_x) >= _NOISE
    seen = _edge_counts(_in_cells(edges), _to_cells(word_boxes)) > 0
    # Blanked in place, box by box: no mask is built, and boxes that overlap count once.
    for x0, y0, x1, y1 in (line_boxes + _GROW).tolist():
        structure[max(0, y0 // 2) : (y1 + 1) // 2, max(0, x0) : x1] = 0
    chars = max(1, int(num_chars.sum()))
    return Ink(
        inked=float(num_chars[seen].sum() / chars) if len(seen) else 0.0,
        explained=1.0 - _sum(structure) / total if total else 1.0,
        structure=total / structure.size,
    )


def _halved_grey(pixels: Pixels) -> Pixels:
    height = pixels.shape[0] // 2 * 2
    halves: Pixels = np.right_shift(pixels[0:height:2], 1)
    halves += np.right_shift(pixels[1:height:2], 1)
    return halves if halves.ndim == 2 else np.asarray(Image.fromarray(halves).convert("L"))


def _steps(grey: Pixels) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Size of the step in brightness to the right and to the lower neighbour of each pixel."""
    here, right, below = grey[:-1, :-1], grey[:-1, 1:], grey[1:, :-1]
    along_x = np.maximum(here, right) - np.minimum(here, right)
    along_y = np.maximum(here, below) - np.minimum(here, below)
    return along_x, along_y


def _in_cells(edges: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Whether each run of `_CELL` pixels of a row holds an edge; a rest at the right is cut off."""
    width = edges.shape[1] // _CELL * _CELL
    cells = np.ascontiguousarray(edges[:, :width]).view(_CELL_DTYPE)
    has_edge: npt.NDArray[np.bool_] = cells != 0
    return has_edge


def _to_cells(boxes: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    return np.stack(
        (
            boxes[:, 0] // _CELL,
            boxes[:, 1] // 2,
            -(-boxes[:, 2] // _CELL),
            -(-boxes[:, 3] // 2),
        ),
        axis=1,
    )


def _edge_counts(
    cells: npt.NDArray[np.bool_], boxes: npt.NDArray[np.int32]
) -> npt.NDArray[np.int64]:
    """Number of cells with an edge in each box, from running sums of the rows that boxes touch."""
    if not len(boxes):
        return np.zeros(0, np.int64)
    height, width = cells.shape
    running = np.zeros((height, width + 1), np.uint16)
    np.cumsum(cells, axis=1, dtype=np.uint16, out=running[:, 1:])
    x0, x1 = np.minimum(boxes[:, 0], width - 1), np.minimum(boxes[:, 2], width)
    y0 = np.minimum(boxes[:, 1], height - 1)
    num_rows = np.maximum(np.minimum(boxes[:, 3], height) - y0, 1)
    starts = np.concatenate(([0], np.cumsum(num_rows)[:-1]))
    flat = (np.arange(num_rows.sum()) - np.repeat(starts - y0, num_rows)) * (width + 1)
    sums = running.ravel()
    in_row = sums[flat + np.repeat(x1, num_rows)] - sums[flat + np.repeat(x0, num_rows)]
    return np.add.reduceat(in_row.astype(np.int64), starts)


def _sum(values: npt.NDArray[np.uint8]) -> int:
    return int(values.sum(dtype=np.uint64))
