"""Sketches of text for near-duplicate search: one-permutation MinHash over character 5-grams.

Scheme: P. Li, A. Owen, C.-H. Zhang, "One Permutation Hashing" (NIPS 2012). The 5-grams are hashed
to 64 bits, the hash space is cut into 32 bins and each bin keeps its smallest value; the share of
equal bins estimates the Jaccard similarity of two pages with a standard error of about
sqrt(J(1-J)/32). Digits count as they are: two tables of other numbers are two pages to read.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

NUM_BINS = 32
SKETCH_BYTES = NUM_BINS * 4
MIN_CHARS = 40
_GRAM = 5
EMPTY = np.uint32(0xFFFFFFFF)
_SHIFT = np.uint64(64 - 5)  # the top 5 bits choose one of 32 bins


def sketch(text: str) -> bytes:
    """Return the 128-byte sketch of a text, or b"" where it is too short to compare."""
    squeezed = "".join(text.split()).lower()
    if len(squeezed) < MIN_CHARS:
        return b""
    codes = np.frombuffer(squeezed.encode("utf-32-le", "replace"), np.uint32).astype(np.uint64)
    grams = np.zeros(len(codes) - _GRAM + 1, np.uint64)
    for offset in range(_GRAM):
        grams = grams * np.uint64(0x100000001B3) + codes[offset : offset + len(grams)]
    grams ^= grams >> np.uint64(31)  # splitmix64 finaliser: spreads the polynomial's low bits
    grams *= np.uint64(0x7FB5D329728EA185)
    grams ^= grams >> np.uint64(27)
    grams *= np.uint64(0x81DADEF4BC2DD44D)
    bins = (grams >> _SHIFT).astype(np.intp)
    values = (grams & np.uint64(0xFFFFFFFE)).astype(np.uint32)
    smallest = np.full(NUM_BINS, EMPTY)
    np.minimum.at(smallest, bins, values)
    return smallest.astype("<u4").tobytes()


def unpack(fingerprint: bytes) -> npt.NDArray[np.uint32]:
    """Return a sketch's 32 values."""
    return np.frombuffer(fingerprint, "<u4")


def similarity(left: bytes, right: bytes) -> float:
    """Estimate the Jaccard similarity of two texts from their sketches, 0 to 1."""
    return float(similarities(unpack(left)[None, :], unpack(right))[0])


def similarities(
    known: npt.NDArray[np.uint32], sketched: npt.NDArray[np.uint32]
) -> npt.NDArray[np.float64]:
    """Estimate the similarity of sketches to known ones: shapes (…, 32) that broadcast, to (…).

    Bins that are empty on both sides say nothing and are left out.
    """
    both_empty = (known == EMPTY) & (sketched == EMPTY)
    counted = NUM_BINS - both_empty.sum(axis=-1)
    equal = ((known == sketched) & ~both_empty).sum(axis=-1)
    shares: npt.NDArray[np.float64] = equal / np.maximum(counted, 1)
    return shares
