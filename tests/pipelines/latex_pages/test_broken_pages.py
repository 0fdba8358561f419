"""Pages whose target says something else than the picture are refused; good ones are not.

The picture is that of the pieces as they are; the target is composed of the same pieces with one
of them altered, from the same generator.
"""

from __future__ import annotations

import copy
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines.latex_pages import drawing
from pipelines.latex_pages import renderer as renderer_module
from pipelines.latex_pages.content.parsing import parse_blocks
from pipelines.latex_pages.forms.form import Form, Glyphs
from pipelines.latex_pages.forms.tables import CellForm, TableForms
from pipelines.latex_pages.forms.write import write_block
from pipelines.latex_pages.page.assemble import Assembled, assemble
from pipelines.latex_pages.page.compose import ComposedPage, compose
from pipelines.latex_pages.page.pieces import Piece
from tests.pipelines.latex_pages.rendering import opened, options, rendering

Alter = Callable[[Sequence[Piece], random.Random], list[Piece] | None]
TEMPLATES = {"article": "en", "report": "en", "zh_article": "zh", "zh_exam": "zh"}
PAGES = 10


def _with(piece: Piece, **changes: Any) -> Piece:
    """A piece with other forms, whatever class stores it."""
    names = ("kind", "form", "level", "table", "width_pt", "height_pt", "continued", "source")
    return Piece(**({name: getattr(piece, name) for name in names} | changes))


def _pages(
    pieces: Sequence[Piece], change: Callable[[Piece], Piece | None], rng: random.Random
) -> list[Piece] | None:
    """Alter one of the first pieces that can be altered: what comes late may not be put."""
    able = [(at, new) for at, piece in enumerate(pieces) if (new := change(piece)) is not None]
    if not able:
        return None
    at, new = rng.choice(able[:2])
    return [*pieces[:at], new, *pieces[at + 1 :]]


def _glyphs(chosen: Callable[[Glyphs, random.Random], Glyphs | None]) -> Alter:
    """Alter the ink of running text or a display."""

    def alter(pieces: Sequence[Piece], rng: random.Random) -> list[Piece] | None:
        def change(piece: Piece) -> Piece | None:
            if piece.table is not None or piece.kind == "heading":
                return None
            made = chosen(piece.form.glyphs, rng)
            return None if made is None else _with(piece, form=replace(piece.form, glyphs=made))

        return _pages(pieces, change, rng)

    return alter


def _cut(glyphs: Glyphs, start: int, end: int, new: str = "") -> Glyphs:
    """Replace a stretch; relations of what is gone go with it."""

    def moved(at: int) -> int | None:
        if at < start:
            return at
        return None if at < end else at - (end - start) + len(new)

    relations = [(moved(i), moved(j), side) for i, j, side in glyphs.relations]
    return Glyphs(
        glyphs.chars[:start] + new + glyphs.chars[end:],
        glyphs.faces[:start] + glyphs.faces[start : start + 1] * len(new) + glyphs.faces[end:],
        tuple((i, j, side) for i, j, side in relations if i is not None and j is not None),
    )


def _is_slot(char: str) -> bool:
    return "\ue000" <= char <= "\uf8ff"


def _digit(glyphs: Glyphs, rng: random.Random) -> Glyphs | None:
    places = [at for at, char in enumerate(glyphs.chars) if char in "0123456789"]
    if not places:
        return None
    at = rng.choice(places)
    chars, new = glyphs.chars, str((int(glyphs.chars[at]) + rng.randint(1, 9)) % 10)
    return replace(glyphs, chars=chars[:at] + new + chars[at + 1 :])


def _stretch(length: int) -> Callable[[Glyphs, random.Random], Glyphs | None]:
    def cut(glyphs: Glyphs, rng: random.Random) -> Glyphs | None:
        last = len(glyphs.chars) - length
        places = [
            at
            for at in range(max(0, last))
            if not any(_is_slot(char) for char in glyphs.chars[at : at + length])
        ]
        if not places:
            return None
        at = rng.choice(places)
        return _cut(glyphs, at, at + length)

    return cut


def _swapped(glyphs: Glyphs, rng: random.Random) -> Glyphs | None:
    chars = glyphs.chars
    places = [
        at
        for at in range(len(chars) - 1)
        if chars[at] != chars[at + 1] and chars[at].isalnum() and chars[at + 1].isalnum()
    ]
    if not places:
        return None
    at = rng.choice(places)
    return replace(glyphs, chars=chars[:at] + chars[at + 1] + chars[at] + chars[at + 2 :])


def _flipped(glyphs: Glyphs, rng: random.Random) -> Glyphs | None:
    """A superscript becomes a subscript, or the reverse."""
    if not glyphs.relations:
        return None
    at = rng.randrange(len(glyphs.relations))
    i, j, side = glyphs.relations[at]
    other = "below" if side == "above" else "above"
    relations = (*glyphs.relations[:at], (i, j, other), *glyphs.relations[at + 1 :])
    return replace(glyphs, relations=relations)


def _faces(old: str, new: str) -> Callable[[Glyphs, random.Random], Glyphs | None]:
    def change(glyphs: Glyphs, rng: random.Random) -> Glyphs | None:
        places = [
            at
            for at, face in enumerate(glyphs.faces)
            if face in old and glyphs.chars[at].isascii() and glyphs.chars[at].isalpha()
        ]
        if not places:
            return None
        at = rng.choice(places)
        end = at
        while end < len(glyphs.faces) and glyphs.faces[end] == glyphs.faces[at]:
            end += 1
        end = min(end, at + 6)
        faces = glyphs.faces[:at] + new * (end - at) + glyphs.faces[end:]
        return replace(glyphs, faces=faces)

    return change


def _table(change: Callable[[TableForms, random.Random], TableForms | None]) -> Alter:
    def alter(pieces: Sequence[Piece], rng: random.Random) -> list[Piece] | None:
        def changed(piece: Piece) -> Piece | None:
            if piece.table is None:
                return None
            if any(cell.rows > 1 or cell.columns > 1 for row in piece.table.rows for cell in row):
                return None
            new = change(piece.table, rng)
            return None if new is None else _with(piece, table=new)

        return _pages(pieces, changed, rng)

    return alter


def _drop_row(table: TableForms, rng: random.Random) -> TableForms | None:
    if len(table.rows) < 3:
        return None
    at = rng.randrange(1, len(table.rows))
    rows = (*table.rows[:at], *table.rows[at + 1 :])
    return replace(table, rows=rows, rules=(*table.rules[:at], *table.rules[at + 1 :]))


def _swap_cells(table: TableForms, rng: random.Random) -> TableForms | None:
    cells: list[tuple[int, int, CellForm]] = [
        (y, x, cell) for y, row in enumerate(table.rows) for x, cell in enumerate(row)
    ]
    pairs = [
        (one, other)
        for one in cells
        for other in cells
        if one[:2] < other[:2]
        and one[2].form.glyphs.chars != other[2].form.glyphs.chars
        and not one[2].form.slots + other[2].form.slots
    ]
    if not pairs:
        return None
    one, other = rng.choice(pairs)
    rows = [list(row) for row in table.rows]
    rows[one[0]][one[1]], rows[other[0]][other[1]] = other[2], one[2]
    return replace(table, rows=tuple(map(tuple, rows)))


def _cell_digit(table: TableForms, rng: random.Random) -> TableForms | None:
    able = [
        (y, x, new)
        for y, row in enumerate(table.rows)
        for x, cell in enumerate(row)
        if (new := _digit(cell.form.glyphs, rng)) is not None
    ]
    if not able:
        return None
    y, x, new = rng.choice(able)
    rows = [list(row) for row in table.rows]
    rows[y][x] = replace(rows[y][x], form=replace(rows[y][x].form, glyphs=new))
    return replace(table, rows=tuple(map(tuple, rows)))


def _drop_display(pieces: Sequence[Piece], rng: random.Random) -> list[Piece] | None:
    def emptied(piece: Piece) -> Piece | None:
        if piece.kind != "display":
            return None
        slots = "".join(char for char in piece.form.glyphs.chars if _is_slot(char))
        glyphs = Glyphs(slots, "n" * len(slots))
        return _with(piece, form=replace(piece.form, glyphs=glyphs))

    return _pages(pieces, emptied, rng)


def _other_text(text: str) -> Alter:
    (block,) = parse_blocks(text)
    form = write_block(block)

    def alter(pieces: Sequence[Piece], rng: random.Random) -> list[Piece] | None:
        def changed(piece: Piece) -> Piece | None:
            plain = piece.kind == "paragraph" and not piece.form.slots
            return _with(piece, form=form) if plain else None

        return _pages(pieces, changed, rng)

    return alter


def _another_page(pieces: Sequence[Piece], rng: random.Random) -> list[Piece] | None:
    """Every paragraph holds what the next one should."""
    places = [at for at, one in enumerate(pieces) if one.kind == "paragraph"]
    if len({pieces[at].form.text for at in places}) < 2:
        return None
    made = list(pieces)
    for at, other in zip(places, [*places[1:], places[0]], strict=True):
        made[at] = _with(pieces[at], form=pieces[other].form)
    return made


def _exchanged(pieces: Sequence[Piece], rng: random.Random) -> list[Piece] | None:
    """Two neighbours stand in the other order."""
    places = [
        at
        for at in range(min(4, len(pieces) - 1))
        if pieces[at].kind == pieces[at + 1].kind and pieces[at].kind in ("paragraph", "display")
    ]
    if not places:
        return None
    at = rng.choice(places)
    return [*pieces[:at], pieces[at + 1], pieces[at], *pieces[at + 2 :]]


ENGLISH = "The committee met twice in autumn and left every question open until the spring."
CHINESE = "委员会在秋天开了两次会，所有问题都留到春天再议，没有人提出异议。"
GERMAN = "Der Ausschuss tagte im Herbst zweimal und verschob alle Fragen auf das Frühjahr."
FAULTS: dict[str, Alter] = {
    "changed digit": _glyphs(_digit),
    "dropped letter": _glyphs(_stretch(1)),
    "dropped word": _glyphs(_stretch(5)),
    "dropped formula": _drop_display,
    "swapped letters": _glyphs(_swapped),
    "script on the other side": _glyphs(_flipped),
    "bold lost": _glyphs(_faces("bh", "n")),
    "bold made up": _glyphs(_faces("n", "b")),
    "italic lost": _glyphs(_faces("i", "n")),
    "dropped row": _table(_drop_row),
    "swapped cells": _table(_swap_cells),
    "changed digit in a table": _table(_cell_digit),
    "another paragraph": _another_page,
    "paragraphs exchanged": _exchanged,
    "English instead": _other_text(ENGLISH),
    "Chinese instead": _other_text(CHINESE),
    "German instead": _other_text(GERMAN),
}


@dataclass
class Breaker:
    """Composes each page twice, and lets the target be that of the altered pieces."""

    alter: Alter
    pairs: dict[str, ComposedPage] = field(default_factory=dict)
    changed: list[bool] = field(default_factory=list)

    def compose(self, *arguments: Any) -> ComposedPage:
        """Stands for `drawing.compose`."""
        template, style, kind, language, pieces, rng = arguments
        again = copy.deepcopy(rng)
        page = compose(template, style, kind, language, pieces, rng)
        dice = random.Random(len(self.pairs))
        try:
            altered = self.alter(pieces, dice)
        except ValueError:  # such a table cannot be written
            altered = None
        if altered is not None:
            other = compose(template, style, kind, language, altered, again)
            # An abstract is one of the paragraphs: the title may need other blocks now.
            if [block.id for block in other.blocks] == [block.id for block in page.blocks]:
                self.pairs[page.tex] = other
        return page

    def assemble(self, page: ComposedPage, put: Sequence[tuple[str, int]]) -> Assembled:
        """Stands for `renderer.assemble`."""
        true = assemble(page, put)
        wrong = assemble(self.pairs[page.tex], put) if page.tex in self.pairs else true
        self.changed.append(wrong.glyphs != true.glyphs)
        return wrong


def _judged(tex: Path, name: str, alter: Alter, count: int) -> list[tuple[bool, str]]:
    """Render pages with an altered target: whether it was altered, and why it was refused."""
    breaker = Breaker(alter)
    made: list[tuple[bool, str]] = []
    kinds = {"prose": 1, "prose_formulas": 3, "prose_tables": 3, "tables": 1, "formulas": 1}
    chosen = options(name, TEMPLATES[name], PAGES, kinds=kinds)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(drawing, "compose", breaker.compose)
        patched.setattr(renderer_module, "assemble", breaker.assemble)
        for start in range(0, count, PAGES):
            for outcome in rendering(opened(tex, chosen), range(start, start + PAGES)):
                # Where TeX itself refused a page, no target was asked for.
                altered = any(breaker.changed)
                breaker.changed.clear()
                made.append((altered, getattr(outcome, "reason", "")))
    return made


@pytest.fixture(scope="module")
def verdicts(tex: Path) -> dict[str, list[tuple[bool, str]]]:
    """Of each fault, how pages of an English and a Chinese template were judged."""
    pairs = (("article", "zh_article"), ("report", "zh_exam"))
    return {
        fault: [one for name in pairs[at % 2] for one in _judged(tex, name, alter, PAGES)]
        for at, (fault, alter) in enumerate(FAULTS.items())
    }


def test_broken_pairs_are_refused(verdicts: dict[str, list[tuple[bool, str]]]) -> None:
    broken = [(fault, why) for fault, ones in verdicts.items() for bad, why in ones if bad]
    caught = [one for one in broken if one[1]]
    assert len(broken) >= 150
    print(f"{len(caught)} of {len(broken)} broken pages were refused")
    missed = Counter(fault for fault, why in broken if not why)
    assert len(caught) >= 0.99 * len(broken), missed


def test_every_fault_was_tried_and_is_named_rightly(
    verdicts: dict[str, list[tuple[bool, str]]],
) -> None:
    proper = {
        "script on the other side": {"script-mismatch"},
        "bold lost": {"face-mismatch"},
        "bold made up": {"face-mismatch"},
        "italic lost": {"face-mismatch"},
    }
    for fault, ones in verdicts.items():
        reasons = Counter(why for bad, why in ones if bad)
        assert reasons, fault
        wanted = proper.get(fault, {"text-mismatch"})
        assert sum(reasons[one] for one in wanted) >= 0.8 * reasons.total(), (fault, reasons)


def test_good_pages_are_accepted(tex: Path) -> None:
    outcomes = [one for name in TEMPLATES for one in _judged(tex, name, lambda *_: None, 30)]
    assert not any(bad for bad, _ in outcomes)
    refused = Counter(why for _, why in outcomes if why)
    print(f"{refused.total()} of {len(outcomes)} good pages were refused")
    assert refused.total() <= 0.03 * len(outcomes), refused


def test_altered_targets_are_really_others() -> None:
    glyphs = Glyphs("ab12", "nbnn", ((3, 2, "above"),))
    dice = random.Random(1)
    for change in (_digit, _stretch(1), _swapped, _flipped, _faces("b", "n")):
        assert change(glyphs, dice) != glyphs
    assert _cut(glyphs, 0, 1) == Glyphs("b12", "bnn", ((2, 1, "above"),))
    assert np.array_equal(Form().glyphs.chars, "")
