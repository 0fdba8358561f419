"""Signs that TeX puts together from several glyphs, joined into one as the forms count them.

- A tall delimiter or root: pieces one below the other, from the top.
- A letter printed several times with small shifts, as poor man's bold.
- The shaft of an arrow: minus or equals signs that overlap the arrow's head or each other; how many
  they are depends on the arrow's length. They are left out, in forms too (`without_shafts`).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pipelines.latex_pages.proof.glyph_names import Piece

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
_SHAFTS = "-="
_HEADS = "←→↔⇐⇒⇔↦↪↩↼⇀"
_HYPHEN, _EQUALS = map(ord, _SHAFTS)
_JOINABLE = np.zeros(max(map(ord, _HEADS)) + 2, np.bool_)  # by code; the last is of no sign
_JOINABLE[[ord(char) for char in _HEADS + _SHAFTS]] = True
_OVERLAP = 0.05  # em
_BACK = 0.5  # em: a short shaft lies under its head
_REPEATED = 0.1  # em
_SAME_PLACE = 0.03  # em
_SIGNS = {
    # family: with a top and a bottom, a top only, a bottom only, neither
    "paren left": "((((",
    "paren right": "))))",
    "bracket left": "[⌈⌊|",
    "bracket right": "]⌉⌋|",
    "brace left": "{{{{",
    "brace right": "}}}}",
    "brace": "||||",
    "arrow": "↕↑↓|",
    "double arrow": "⇕⇑⇓‖",
    "√": "√√√√",
    "|": "||||",
    "‖": "‖‖‖‖",
}


def without_shafts(glyphs: str) -> str:
    """Return the glyphs of an arrow without its shaft; other glyphs as they are."""
    if not any(head in glyphs for head in _HEADS):
        return glyphs
    return "".join(char for char in glyphs if char not in _SHAFTS)


def find_repeats(codes: Codes, xs: Floats, ys: Floats, sizes: Floats) -> Codes:
    """Return the indices of glyphs that are printed once more over the one before."""
    at = np.flatnonzero((codes[1:] == codes[:-1]) & (codes[1:] > 0)) + 1
    reach = _REPEATED * sizes[at]
    again = (np.abs(xs[at] - xs[at - 1]) < reach) & (np.abs(ys[at] - ys[at - 1]) < reach)
    return at[again]


def find_shafts(codes: Codes, xs: Floats, ys: Floats, ends: Floats, sizes: Floats) -> Codes:
    """Return the indices of glyphs that are but the shaft of an arrow."""
    shafts = (codes == _HYPHEN) | (codes == _EQUALS)
    left = np.flatnonzero(shafts[:-1] | shafts[1:])
    left = left[_are_joinable(codes[left]) & _are_joinable(codes[left + 1])]
    if not len(left):
        return left
    right, em = left + 1, sizes[left]
    joined = (
        (xs[right] < ends[left] - _OVERLAP * em)
        & (xs[right] > xs[left] - _BACK * em)
        & (np.abs(ys[right] - ys[left]) < _OVERLAP * em)
    )
    beside = np.union1d(left[joined], right[joined])
    found: Codes = beside[shafts[beside]]
    return found


def _are_joinable(codes: Codes) -> npt.NDArray[np.bool_]:
    joinable: npt.NDArray[np.bool_] = _JOINABLE[np.minimum(codes, len(_JOINABLE) - 1)]
    return joinable


def group_pieces(pieces: list[tuple[int, Piece]], xs: Floats, sizes: Floats) -> list[list[int]]:
    """Return indices of the pieces of each sign: neighbours in one column, of one family.

    Args:
        pieces: index of each piece, in order, and what it is.
    """
    groups: list[list[int]] = []
    last: tuple[int, Piece] | None = None
    for index, piece in pieces:
        if (
            last is not None
            and index == last[0] + 1
            and abs(xs[index] - xs[last[0]]) < _SAME_PLACE * sizes[index]
            and _related(last[1], piece)
        ):
            groups[-1].append(index)
        else:
            groups.append([index])
        last = (index, piece)
    return groups


def sign_of(pieces: list[Piece]) -> str:
    """Return the sign that pieces make up."""
    family = max((piece.family for piece in pieces), key=len)
    roles = {piece.role for piece in pieces}
    column = 2 * ("top" not in roles) + ("bottom" not in roles)
    return _SIGNS[family][column]


def _related(upper: Piece, lower: Piece) -> bool:
    same = upper.family == lower.family
    return same or (upper.family[:5] == lower.family[:5] == "brace")
