"""The proof: the page shows exactly the glyphs that its forms demand, in order, nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipelines.latex_pages.forms.form import ABOVE, Glyphs
from pipelines.latex_pages.proof.fonts import ACCEPTS
from pipelines.latex_pages.proof.page_glyphs import PageGlyphs

TEXT_MISMATCH = "text-mismatch"
FACE_MISMATCH = "face-mismatch"
SCRIPT_MISMATCH = "script-mismatch"
HYPHEN = "-"
_CONTEXT = 24  # characters shown on each side of a difference
_LEAST_RISE = 0.5  # points
_LEAST_RISE_EM = 0.06
_FACE_NAMES = {
    "n": "plain",
    "b": "bold",
    "i": "italic",
    "s": "bold italic",
    "m": "mono",
    "k": "Kai",
    "g": "Hei",
    "l": "not bold",
    "h": "bold",
}


@dataclass(frozen=True, slots=True)
class Proved:
    """The page shows what it must.

    Attributes:
        indices: (n,) for each demanded glyph its index on the page.
        hyphens: indices of page glyphs that are hyphens of TeX's own, at the ends of lines.
    """

    indices: npt.NDArray[np.int64]
    hyphens: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Disproved:
    """The page shows something else, or shows it badly.

    Attributes:
        reason: "text-mismatch", "face-mismatch", "script-mismatch", or one of `geometry`.
        detail: the first difference in its surroundings.
    """

    reason: str
    detail: str


def prove(page: PageGlyphs, expected: Glyphs) -> Proved | Disproved:
    """Compare a page with what its forms demand; every slot must have been filled."""
    found = _align(page, expected.chars)
    if isinstance(found, Disproved):
        return found
    return _check_faces(page, expected, found) or _check_heights(page, expected, found) or found


def _align(page: PageGlyphs, expected: str) -> Proved | Disproved:
    """Match the characters; a hyphen that ends a line may be TeX's own."""
    shown = page.chars
    if shown == expected:
        return Proved(np.arange(len(shown)), np.zeros(0, np.int64))
    skipped: list[int] = []
    at = start = 0  # in `expected`, in `shown`
    for hyphen in [*_line_end_hyphens(page), len(shown)]:
        length = hyphen - start
        if shown[start:hyphen] != expected[at : at + length]:
            return _difference(shown, expected, start, at, skipped)
        at += length
        start = hyphen
        if hyphen < len(shown) and (at >= len(expected) or expected[at] != HYPHEN):
            skipped.append(hyphen)
            start += 1
    if at != len(expected):
        return _difference(shown, expected, start, at, skipped)
    hyphens = np.array(skipped, np.int64)
    return Proved(np.delete(np.arange(len(shown)), hyphens), hyphens)


def _line_end_hyphens(page: PageGlyphs) -> list[int]:
    """Return the indices of hyphens between letters, the next of which begins another line."""
    codes = np.frombuffer(page.chars.encode("utf-32-le"), "<u4")
    at = np.flatnonzero(codes == ord(HYPHEN))
    at = at[(at > 0) & (at < len(codes) - 1)]
    other_line = np.abs(page.ys[at + 1] - page.ys[at]) > 0.5 * page.sizes[at]
    back = page.xs[at + 1] < page.xs[at]
    upwards = page.ys[at + 1] < page.ys[at]  # the next column
    chars = page.chars
    return [
        index
        for index in at[other_line & (back | upwards)].tolist()
        if chars[index - 1].isalpha() and chars[index + 1].isalpha()
    ]


def _difference(shown: str, expected: str, start: int, at: int, skipped: list[int]) -> Disproved:
    """Say where shown[start:] and expected[at:] part."""
    ours, theirs = expected[at:], shown[start:]
    low, high = 0, min(len(ours), len(theirs))
    while low < high:
        middle = (low + high + 1) // 2
        if ours[:middle] == theirs[:middle]:
            low = middle
        else:
            high = middle - 1
    return Disproved(
        TEXT_MISMATCH,
        f"expected {_around(expected, at + low)}, page shows {_around(shown, start + low)} "
        f"(glyph {at + low} of {len(expected)}, {len(shown) - len(skipped)} on the page)",
    )


def _around(text: str, at: int) -> str:
    before, after = text[max(0, at - _CONTEXT) : at], text[at : at + _CONTEXT]
    head = "…" if at > _CONTEXT else ""
    tail = "…" if at + _CONTEXT < len(text) else ""
    return f"“{head}{before}⟪{after[:1]}⟫{after[1:]}{tail}”"


def _check_faces(page: PageGlyphs, expected: Glyphs, found: Proved) -> Disproved | None:
    wanted = np.frombuffer(expected.faces.encode("ascii"), np.uint8)
    shown = page.faces[found.indices]
    fits = ACCEPTS[wanted, shown]
    if fits.all():
        return None
    at = int(np.argmin(fits))
    wish, face = (_FACE_NAMES.get(chr(code), chr(code)) for code in (wanted[at], shown[at]))
    return Disproved(
        FACE_MISMATCH, f"expected {_around(expected.chars, at)} {wish}, page shows it {face}"
    )


def _check_heights(page: PageGlyphs, expected: Glyphs, found: Proved) -> Disproved | None:
    if not expected.relations:
        return None
    ones, others, which = zip(*expected.relations, strict=True)
    one, other = found.indices[list(ones)], found.indices[list(others)]
    sign = np.array([1.0 if side == ABOVE else -1.0 for side in which])
    rise = sign * (page.ys[other] - page.ys[one])
    least = np.minimum(_LEAST_RISE, _LEAST_RISE_EM * np.maximum(page.sizes[one], page.sizes[other]))
    if (rise > least).all():
        return None
    worst = int(np.argmax(rise <= least))
    return Disproved(
        SCRIPT_MISMATCH,
        f"expected {_around(expected.chars, ones[worst])} {which[worst]} "
        f"{expected.chars[others[worst]]!r}, page shows it {rise[worst]:.1f} points that way",
    )
