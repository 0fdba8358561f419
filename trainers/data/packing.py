"""Packing: several examples in one sequence, none of which sees another.

Attention is a block mask of (T, T) and positions begin anew with each example; both are exact for
every language model here (transformers' own detection of packed sequences is not, for OPT).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def pack(lengths: Sequence[int], room: int, open_sequences: int = 64) -> list[list[int]]:
    """Return sequences of example numbers, first fit in the order given.

    Args:
        lengths: tokens of each example.
        room: tokens of a sequence.
        open_sequences: how many sequences may wait for a small example.

    Raises:
        ValueError: an example does not fit into a sequence at all.
    """
    packed: list[list[int]] = []
    waiting: list[tuple[list[int], int]] = []
    for number, length in enumerate(lengths):
        if length > room:
            raise ValueError(f"an example of {length} tokens in sequences of {room}")
        for at, (members, left) in enumerate(waiting):
            if length <= left:
                members.append(number)
                waiting[at] = (members, left - length)
                break
        else:
            waiting.append(([number], room - length))
            if len(waiting) > open_sequences:
                packed.append(waiting.pop(0)[0])
    return packed + [members for members, _ in waiting]


def block_mask(lengths: Sequence[int], total: int) -> npt.NDArray[np.bool_]:
    """Return (total, total): row q may look at column k of its own example, up to itself.

    Padding looks at itself only, so that no row is empty.
    """
    owner = np.full(total, -1)
    start = 0
    for number, length in enumerate(lengths):
        owner[start : start + length] = number
        start += length
    same = (owner[:, None] == owner[None, :]) & (owner[:, None] >= 0)
    mask: npt.NDArray[np.bool_] = (same & np.tri(total, dtype=np.bool_)) | np.eye(
        total, dtype=np.bool_
    )
    return mask


def fresh_positions(lengths: Sequence[int], total: int) -> npt.NDArray[np.int64]:
    """Return (total,): positions that begin anew with each example; padding has 0."""
    positions = np.zeros(total, np.int64)
    start = 0
    for length in lengths:
        positions[start : start + length] = np.arange(length)
        start += length
    return positions
