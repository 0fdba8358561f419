"""Which pieces a page gets: stretches of texts for prose, random picks for dense pages, crops."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from pipelines.latex_pages.page.compose import CROPS, DENSE
from pipelines.latex_pages.page.picks import croppable, fill_with_picks, pick_piece
from pipelines.latex_pages.page.pieces import Piece, Stock
from pipelines.latex_pages.page.sentences import goes_on, is_open
from pipelines.latex_pages.page.style import pick
from pipelines.latex_pages.page.wanted import Language, NoPieces, Wanted, height_of, suits

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Language", "NoPieces", "Wanted", "choose_pieces"]

SURPLUS = 1.3
"""Times the page's height that pieces are chosen for: TeX leaves out what does not fit."""
_CHUNK = 24
_LOOK_AT = 240
"""Pieces read for one run at most, before it is taken as it is."""
_NEAR_TRIES = 4
_MATH_SHARE = 0.25
"""Share of a plain paragraph's LaTeX that may stand in formulas."""
_NEAR = 30
"""Pieces before a table or display at which a run that is to hold one may start."""
_SHOWN = 0.7
"""Part of the page's height in which a page with tables must have come to one."""
_PART_OF_COLUMN = 0.5
"""A table put amid the text is no higher than this, where there is such."""
_HIGHEST = 0.6
"""Part of a column that a piece of a text may fill: higher ones end pages early."""
_STRETCHES = (0.25, 0.5, 0.25)
"""Chances that a page of text is made of one, two or three stretches."""
_LEAST_STRETCH = 200.0
"""Points of column that each stretch shall fill."""
_START_TRIES = 4


def choose_pieces(stock: Stock, wanted: Wanted, rng: np.random.Generator) -> list[Piece]:
    """Return pieces in reading order: somewhat more than fill the page, of a crop exactly one.

    Raises:
        NoPieces: the stock has none that would do.
    """
    if wanted.kind in CROPS:
        name = "table" if wanted.kind == "table_crop" else "display"
        return [pick_piece(stock, name, wanted, rng, croppable)]
    if wanted.kind in DENSE:
        name = "table" if wanted.kind == "tables" else "display"
        return fill_with_picks(stock, name, wanted, rng)
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
    """Some stretches of the texts, filtered as the page kind asks.

    A stock has as many single stretches as pieces, and neighbouring ones are nearly the same page;
    of pairs it has so many more that a small stock yields many different pages.
    """
    group = f"{language}/flow"
    if not stock.count(group):
        raise NoPieces(group)
    pieces: list[Piece] = []
    used: set[int] = set()
    *rooms, last = _rooms(wanted, rng)
    left = sum(rooms) + last
    for _ in range(_START_TRIES + len(rooms)):
        stretch = _stretch(stock, group, rooms[0] if rooms else left, wanted, used, rng)
        if stretch:
            del rooms[:1]
        pieces += stretch
        left -= sum(height_of(piece, wanted) for piece in stretch)
        if not rooms and left < _room(wanted) * (1 - 1 / SURPLUS):
            break
    if not pieces:
        raise NoPieces(group)
    if wanted.kind == "prose_tables" and not _comes_to_table(pieces, wanted):
        _put_table(stock, pieces, wanted, rng)
    return pieces


def _rooms(wanted: Wanted, rng: np.random.Generator) -> list[float]:
    """Return how high the stretches of a page shall be; the surplus goes to the last one."""
    whole = _room(wanted) / SURPLUS
    count = max(1, min(1 + pick(_STRETCHES, rng), int(whole / _LEAST_STRETCH)))
    shares = [1 + rng.random() for _ in range(count)]
    rooms = [whole * share / sum(shares) for share in shares]
    rooms[-1] += (SURPLUS - 1) * whole
    return rooms


def _stretch(
    stock: Stock,
    group: str,
    room: float,
    wanted: Wanted,
    used: set[int],
    rng: np.random.Generator,
) -> list[Piece]:
    """Return neighbouring pieces from a random start on, none of those used already."""
    total = stock.count(group)
    start = int(rng.integers(total))
    if wanted.kind in ("prose_formulas", "prose_tables"):
        start = _near(stock, group, start, "table" if wanted.kind == "prose_tables" else "display")
    keeps = _keeps_plain if wanted.kind == "prose" else _keeps_all
    pieces: list[Piece] = []
    before: Piece | None = None
    left_out = False
    for piece in _from(stock, group, start, used):
        if room <= 0 and not _is_unfinished(pieces):
            break
        # A sentence is kept whole or left out whole.
        lacks_start = left_out and before is not None and goes_on(before, piece)
        left_out = lacks_start or not (
            keeps(piece)
            and suits(piece, wanted)
            and height_of(piece, wanted) <= _HIGHEST * wanted.geometry.text_height
        )
        if not left_out:
            pieces.append(piece)
            room -= height_of(piece, wanted)
        elif pieces and pieces[-1] is before and is_open(before) and piece.kind != "heading":
            room += height_of(pieces.pop(), wanted)
        before = piece
    return _tidy(pieces)


def _from(stock: Stock, group: str, start: int, used: set[int]) -> Iterator[Piece]:
    """Yield pieces, note the place of each, and end at one that was used before."""
    total = stock.count(group)
    read = 0
    while read < min(total, _LOOK_AT):
        # Past the end the run goes on at the start: every start fills a page.
        chunk = stock.read(group, (start + read) % total, _CHUNK)
        if not chunk:
            return
        for piece in chunk:
            at = (start + read) % total
            if at in used:
                return
            used.add(at)
            read += 1
            yield piece


def _comes_to_table(pieces: Sequence[Piece], wanted: Wanted) -> bool:
    """Whether a table stands early enough to be on the page."""
    room = _SHOWN * wanted.geometry.columns * wanted.geometry.text_height
    for piece in pieces:
        height = height_of(piece, wanted)
        if piece.kind == "table" and height < wanted.geometry.text_height:
            return True
        room -= height
        if room < 0:
            break
    return False


def _put_table(stock: Stock, pieces: list[Piece], wanted: Wanted, rng: np.random.Generator) -> None:
    """Put a table into the first half of the page, behind a sentence that has ended."""
    places: list[int] = []
    room = wanted.geometry.columns * wanted.geometry.text_height / 2
    for at, (before, after) in enumerate(zip(pieces, [*pieces[1:], None], strict=True), start=1):
        room -= height_of(before, wanted)
        if places and room < 0:
            break
        if before.kind == "heading" or is_open(before):
            continue
        if after is None or not goes_on(before, after):
            places.append(at)
    if not places:
        return
    low = _PART_OF_COLUMN * wanted.geometry.text_height
    is_low: Callable[[Piece], bool] = lambda piece: height_of(piece, wanted) <= low  # noqa: E731
    try:
        table = pick_piece(stock, "table", wanted, rng, is_low)
    except NoPieces:
        table = pick_piece(stock, "table", wanted, rng, _keeps_all)
    pieces.insert(places[int(rng.integers(len(places)))], table)


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


def _is_unfinished(pieces: Sequence[Piece]) -> bool:
    return bool(pieces) and (pieces[-1].kind == "heading" or is_open(pieces[-1]))


def _tidy(pieces: Sequence[Piece]) -> list[Piece]:
    """Leave out headings with nothing below them and what lacks its sentence's start or end."""
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
    if kept and is_open(kept[-1]):
        kept.pop()
    while kept and kept[-1].kind == "heading":
        kept.pop()
    return kept


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
                room -= height_of(piece, wanted)
                if piece.kind != "heading" and not (queue and goes_on(piece, queue[0])):
                    break
    return pieces
