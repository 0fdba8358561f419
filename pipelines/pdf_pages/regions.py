"""Boxes of words, lines and blocks in pixels of the stored image."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from dataengine.sample import Regions
from pipelines.pdf_pages.canvas import Placement
from pipelines.pdf_pages.extract import Boxes
from pipelines.pdf_pages.reading import Block


def to_pixels(boxes: Boxes, placement: Placement) -> npt.NDArray[np.int32]:
    """Round boxes outwards to whole pixels, clipped to the page's part of the picture."""
    scale = np.array((placement.scale_x, placement.scale_y))
    right, bottom = placement.page_width, placement.page_height
    corners = np.empty((len(boxes), 4), np.int32)
    upper_left = np.floor(boxes[:, :2] * scale)
    lower_right = np.ceil(boxes[:, 2:] * scale)
    corners[:, :2] = np.minimum(np.maximum(upper_left, 0), (right - 1, bottom - 1))
    corners[:, 2:] = np.minimum(np.maximum(lower_right, corners[:, :2] + 1), (right, bottom))
    corners += np.array((placement.left, placement.top) * 2, np.int32)
    return corners


def page_regions(
    blocks: list[Block],
    words: list[str],
    word_boxes: npt.NDArray[np.int32],
    levels: Sequence[str],
) -> Regions:
    """Return the boxes of the levels asked for: each block, then its lines, then their words."""
    names: list[str] = []
    texts: list[str] = []
    starts: list[int] = []  # of each region's words in `order`
    ends: list[int] = []
    order: list[int] = []  # words as the blocks have them
    for block in blocks:
        block_start = len(order)
        for line in block.lines:
            order.extend(range(line.first_word, line.end_word))
        if "block" in levels:
            names.append("block")
            texts.append(block.text)
            starts.append(block_start)
            ends.append(len(order))
        _add_lines(block, words, levels, block_start, (names, texts, starts, ends))
    if not names:
        return Regions.none()
    boxes = word_boxes[order]
    return Regions(names, _unions(boxes, np.array(starts), np.array(ends)), texts)


def _add_lines(
    block: Block,
    words: list[str],
    levels: Sequence[str],
    position: int,
    columns: tuple[list[str], list[str], list[int], list[int]],
) -> None:
    names, texts, starts, ends = columns
    for line in block.lines:
        count = line.end_word - line.first_word
        if "line" in levels:
            names.append("line")
            texts.append(line.text)
            starts.append(position)
            ends.append(position + count)
        if "word" in levels:
            names.extend(["word"] * count)
            texts.extend(words[line.first_word : line.end_word])
            starts.extend(range(position, position + count))
            ends.extend(range(position + 1, position + count + 1))
        position += count


def _unions(
    boxes: npt.NDArray[np.int32], starts: npt.NDArray[np.intp], ends: npt.NDArray[np.intp]
) -> npt.NDArray[np.int32]:
    """Return the box around `boxes[start:end]` for each pair."""
    bounds = np.stack((starts, ends), axis=1).ravel()
    # A sentinel row, because reduceat takes no index equal to the length.
    padded = np.vstack((boxes, boxes[-1:]))
    lowest = np.minimum.reduceat(padded, bounds, axis=0)[::2]
    highest = np.maximum.reduceat(padded, bounds, axis=0)[::2]
    return np.concatenate((lowest[:, :2], highest[:, 2:]), axis=1).astype(np.int32)
