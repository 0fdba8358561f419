"""Which pieces a page gets: a run of a text for prose, random picks for dense pages and crops."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipelines.latex_pages.page.compose import CROPS, DENSE, fits
from pipelines.latex_pages.page.geometry import Geometry
from pipelines.latex_pages.page.pieces import MEASURED_WIDTH, Piece, Stock

if TYPE_CHECKING:
    import numpy as np

    from pipelines.latex_pages.page.style import Style

Language = Literal["en", "zh"]

SURPLUS = 1.3
"""Times the page's height that pieces are chosen for: TeX leaves out what does not fit."""
_CHUNK = 24
_LOOK_AT = 240
"""Pieces read for one run at most, before it is taken as it is."""
_TRIES = 12
_NEAR_TRIES = 4
_MATH_SHARE = 0.25
"""Share of a plain paragraph's LaTeX that may stand in formulas."""
_NEAR = 30
"""Pieces before a table or display at which a run that is to hold one may start."""


class NoPieces(Exception):
    """The stock holds nothing for such a page; the message names the group."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a page needs to be chosen.

    Attributes:
        kind: page kind.
        language: of prose; None draws from both in turn.
        foreign: language of tables and displays that are picked at random.
        style, geometry: what they must fit.
    """

    kind: str
    language: Language | None
    foreign: Language | None
    style: Style
    geometry: Geometry


def height_on_page(piece: Piece, wanted: Wanted) -> float:
    """Return about how high a piece stands on the page, in points, room around it included."""
    size = float(wanted.style["size"]) / 10
    if piece.kind in ("table", "display"):
        return (piece.height_pt + 18) * size
    if piece.kind == "heading":
        return 34 * size
    wider = wanted.geometry.column_width / MEASURED_WIDTH
    return piece.height_pt * size * size * float(wanted.style["spacing"]) / wider + 2


def choose_pieces(stock: Stock, wanted: Wanted, rng: np.random.Generator) -> list[Piece]:
    """Return pieces in reading order: somewhat more than fill the page, of a crop exactly one.

    Raises:
        NoPieces: the stock has none that would do.
    """
    if wanted.kind in CROPS:
        name = "table" if wanted.kind == "table_crop" else "display"
        return [_pick(stock, name, wanted, rng, _croppable)]
    if wanted.kind in DENSE:
        name = "table" if wanted.kind == "tables" else "display"
        return _fill_with_picks(stock, name, wanted, rng)
    if wanted.language is None:
        first: Language = "en" if rng.random() < 0.5 else "zh"
        second: Language = "zh" if first == "en" else "en"
        return _take_turns(
            _run(stock, first, wanted, rng), _run(stock, second, wanted, rng), wanted, rng
        )
    return _run(stock, wanted.language, wanted, rng)


def _room(wanted: Wanted) -> float:
    return SURPLUS * wanted.geometry.columns * wanted.geometry.text_height


def _run(stock: Stock, language: Language, wanted: Wanted, rng: np.random.Generator) -> list[Piece]:
    """A stretch of one text, filtered as the page kind asks."""
    group = f"{language}/flow"
    total = stock.count(group)
    if not total:
        raise NoPieces(group)
    start = int(rng.integers(total))
    if wanted.kind in ("prose_formulas", "prose_tables"):
        start = _near(stock, group, start, "table" if wanted.kind == "prose_tables" else "display")
    keeps = _keeps_plain if wanted.kind == "prose" else _keeps_all
    pieces: list[Piece] = []
    before: Piece | None = None
    room, read = _room(wanted), 0
    while room > 0 and read < min(total, _LOOK_AT):
        # Past the end the run goes on at the start: every start fills a page.
        chunk = stock.read(group, (start + read) % total, _CHUNK)
        if not chunk:
            break
        read += len(chunk)
        for piece in chunk:
            if room > 0 and keeps(piece) and fits(piece, wanted.style, wanted.geometry):
                pieces.append(piece)
                room -= height_on_page(piece, wanted)
            elif piece.kind == "display" and pieces and pieces[-1] is before:
                # The sentence before a display that is left out would never end.
                pieces.pop()
                room += height_on_page(before, wanted)
            before = piece
    if not pieces:
        raise NoPieces(group)
    if wanted.kind == "prose_tables" and not any(piece.kind == "table" for piece in pieces):
        table = _pick(stock, "table", wanted, rng, _keeps_all)
        pieces.insert(int(rng.integers(1, max(2, len(pieces) // 2))), table)
    return _tidy(pieces)


def _near(stock: Stock, group: str, start: int, kind: str) -> int:
    """Return a start at or after `start` from which the first piece of a kind is not far."""
    total = stock.count(group)
    for step in range(_NEAR_TRIES):
        at = (start + step * _NEAR) % total
        if any(piece.kind == kind for piece in stock.read(group, at, _NEAR // 2)):
            return at
    return start


def _keeps_all(piece: Piece) -> bool:
    return True


def _keeps_plain(piece: Piece) -> bool:
    if piece.kind in ("display", "table", "theorem"):
        return False
    latex = piece.form.latex
    if "\\begin{" in latex and piece.kind != "list" and piece.kind != "quote":
        return False
    # What follows a display without it would start in the middle of a sentence.
    return not piece.continued and _math_share(latex) <= _MATH_SHARE


def _math_share(latex: str) -> float:
    inside = sum(len(part.partition("\\)")[0]) for part in latex.split("\\(")[1:])
    inside += sum(len(part) for part in latex.split("$")[1::2])
    return inside / max(1, len(latex))


def _croppable(piece: Piece) -> bool:
    if piece.table is None:
        return not piece.form.notes
    return not any(cell.form.notes for row in piece.table.rows for cell in row)


def _tidy(pieces: Sequence[Piece]) -> list[Piece]:
    """Leave out headings with nothing below them and, at the start, what continues a sentence."""
    kept: list[Piece] = []
    for piece in pieces:
        if not kept and piece.continued:
            continue
        if (
            piece.kind == "heading"
            and kept
            and kept[-1].kind == "heading"
            and kept[-1].level >= piece.level
        ):
            kept.pop()
        kept.append(piece)
    while kept and kept[-1].kind == "heading":
        kept.pop()
    if not kept:
        raise NoPieces("flow")
    return kept


def _pick(
    stock: Stock,
    name: str,
    wanted: Wanted,
    rng: np.random.Generator,
    keeps: Callable[[Piece], bool],
) -> Piece:
    """One random table or display that fits."""
    group = f"{wanted.foreign or wanted.language or 'en'}/{name}"
    total = stock.count(group)
    for _ in range(_TRIES if total else 0):
        found = stock.read(group, int(rng.integers(total)), 1)
        if found and keeps(found[0]) and fits(found[0], wanted.style, wanted.geometry):
            return found[0]
    raise NoPieces(group)


def _fill_with_picks(
    stock: Stock, name: str, wanted: Wanted, rng: np.random.Generator
) -> list[Piece]:
    pieces: list[Piece] = []
    seen: set[int] = set()
    room = _room(wanted)
    group = f"{wanted.foreign or wanted.language or 'en'}/{name}"
    total = stock.count(group)
    for _ in range(min(total, 400)):
        if room <= 0:
            break
        at = int(rng.integers(total))
        if at in seen:
            continue
        seen.add(at)
        found = stock.read(group, at, 1)
        if found and fits(found[0], wanted.style, wanted.geometry):
            pieces.append(found[0])
            room -= height_on_page(found[0], wanted)
    if not pieces:
        raise NoPieces(group)
    return pieces


def _take_turns(
    first: Sequence[Piece], second: Sequence[Piece], wanted: Wanted, rng: np.random.Generator
) -> list[Piece]:
    """Two texts in turn, a few pieces of each, until the page is full."""
    queues = [list(first), list(second)]
    pieces: list[Piece] = []
    room, turn = _room(wanted), 0
    while room > 0 and any(queues):
        queue = queues[turn % 2]
        turn += 1
        for _ in range(int(rng.integers(1, 4))):
            # A heading or what continues a sentence is not parted from its neighbour.
            while queue:
                piece = queue.pop(0)
                pieces.append(piece)
                room -= height_on_page(piece, wanted)
                if piece.kind != "heading" and not (queue and queue[0].continued):
                    break
    return pieces
