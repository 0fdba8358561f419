"""`Form`: one piece of content in every form at once, with slots where the page puts numbers.

Forms are made once per corpus, from the content model, and joined on the page by concatenation:
whatever is joined, all forms stay in step. A slot is one private-use character that stands in
every form at the place of a number (of an equation, a footnote, a list item, …); `fill` puts the
page's labels there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SLOT_BASE = 0xE000
"""Slot n of a form is the character `chr(SLOT_BASE + n)`; no other private-use character stands
in a form."""
MAX_SLOTS = 0x800

PLAIN = "n"
"""Faces, one character per glyph: n plain, b bold, i italic or slanted, s bold italic, m mono,
a anything (the class decides), l anything but bold and h bold of either slant (formulas, and text
that a theorem may set in italics)."""
BOLD, ITALIC, BOLD_ITALIC, MONO, ANY = "b", "i", "s", "m", "a"
ABOVE, BELOW = "above", "below"


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The ink of a piece, glyph by glyph, in the order in which TeX ships it.

    TeX's order: a superscript before its subscript; upper limit, operator, lower limit; numerator
    before denominator; an accent before its letter; a root's index, then the root, then what is
    under it.

    Attributes:
        chars: one character per glyph, folded (`symbols.fold`), no blanks; a slot stands for all
            glyphs of its label.
        faces: as long as `chars`.
        relations: (i, j, "above" | "below"): glyph i stands higher (lower) on the page than glyph
            j, by its baseline: superscripts, subscripts, limits, numerators against denominators.
    """

    chars: str = ""
    faces: str = ""
    relations: tuple[tuple[int, int, str], ...] = ()

    def __post_init__(self) -> None:
        if len(self.chars) != len(self.faces):
            raise ValueError(f"{len(self.chars)} glyphs with {len(self.faces)} faces")

    def __add__(self, other: Glyphs) -> Glyphs:
        return join_glyphs((self, other))


def join_glyphs(parts: Iterable[Glyphs]) -> Glyphs:
    """Return the glyphs of all parts, one after another."""
    chars: list[str] = []
    faces: list[str] = []
    relations: list[tuple[int, int, str]] = []
    count = 0
    for part in parts:
        chars.append(part.chars)
        faces.append(part.faces)
        relations.extend((i + count, j + count, which) for i, j, which in part.relations)
        count += len(part.chars)
    return Glyphs("".join(chars), "".join(faces), tuple(relations))


@dataclass(frozen=True, slots=True)
class Form:
    """One piece of content.

    Attributes:
        latex: what pdflatex sets, standard LaTeX (amsmath, multirow, booktabs).
        markdown: Mathpix markdown in its normal form (docs/latex_pages.md).
        text: what the page shows, as plain text.
        html: the same as HTML with MathML, or None where that is not exact.
        glyphs: what the proof demands to see.
        slots: kind of each slot, in the order of their characters: "equation", "footnote",
            "itemize:1", "enumerate:2" (with the depth), "theorem".
        notes: the footnotes' texts, in the order of their slots.
        trace: which of the text's characters the glyphs show (`forms.trace`); "" if the text is
            its own trace, or none is known.
    """

    latex: str = ""
    markdown: str = ""
    text: str = ""
    html: str | None = ""
    glyphs: Glyphs = Glyphs()
    slots: tuple[str, ...] = ()
    notes: tuple[Form, ...] = ()
    trace: str = ""

    @property
    def traced(self) -> str:
        """The text with the glyphs written in where they differ."""
        return self.trace or self.text

    def fill(self, labels: Sequence[Form]) -> Form:
        """Return the form with a label (itself without slots or notes) in the place of each slot.

        Notes are kept as they are: they hold no slots.

        Raises:
            ValueError: not as many labels as slots.
        """
        if len(labels) != len(self.slots):
            raise ValueError(f"{len(self.slots)} slots, {len(labels)} labels")
        if not labels:
            return self
        latex, markdown, text, html = self.latex, self.markdown, self.text, self.html
        trace = self.trace or (text if any(label.trace for label in labels) else "")
        for number, label in enumerate(labels):
            slot = chr(SLOT_BASE + number)
            latex = latex.replace(slot, label.latex)
            markdown = markdown.replace(slot, label.markdown)
            text = text.replace(slot, label.text)
            trace = trace and trace.replace(slot, label.traced)
            if html is not None:
                html = None if label.html is None else html.replace(slot, label.html)
        glyphs = _fill_glyphs(self.glyphs, labels)
        return Form(latex, markdown, text, html, glyphs, (), self.notes, trace)

    def dump(self) -> dict[str, Any]:
        """Return the form as plain data with short keys: a million of them are stored."""
        data: dict[str, Any] = {"l": self.latex, "m": self.markdown, "t": self.text}
        data["g"] = [self.glyphs.chars, self.glyphs.faces]
        if self.glyphs.relations:
            data["r"] = [[i, j, int(which == ABOVE)] for i, j, which in self.glyphs.relations]
        if self.html is not None:
            data["h"] = self.html
        if self.trace:
            data["a"] = self.trace
        if self.slots:
            data["s"] = list(self.slots)
        if self.notes:
            data["n"] = [note.dump() for note in self.notes]
        return data

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> Form:
        """Return the form that `dump` wrote."""
        chars, faces = data["g"]
        relations = tuple((i, j, ABOVE if up else BELOW) for i, j, up in data.get("r", ()))
        return cls(
            latex=data["l"],
            markdown=data["m"],
            text=data["t"],
            html=data.get("h"),
            glyphs=Glyphs(chars, faces, relations),
            slots=tuple(data.get("s", ())),
            notes=tuple(cls.load(note) for note in data.get("n", ())),
            trace=data.get("a", ""),
        )


def _fill_glyphs(glyphs: Glyphs, labels: Sequence[Form]) -> Glyphs:
    chars = glyphs.chars
    places = []
    for number in range(len(labels)):
        slot = chr(SLOT_BASE + number)
        place = chars.find(slot)
        while place >= 0:
            places.append((place, number))
            place = chars.find(slot, place + 1)
    places.sort()
    pieces: list[str] = []
    faces: list[str] = []
    relations: list[tuple[int, int, str]] = []
    starts: list[int] = []  # slots before glyph i: bisect_left(starts, i)
    shifts = [0]  # how far the glyphs move that stand behind so many slots
    done = 0
    for place, number in places:
        label = labels[number].glyphs
        pieces += chars[done:place], label.chars
        faces += glyphs.faces[done:place], label.faces
        start = place + shifts[-1]
        relations.extend((i + start, j + start, which) for i, j, which in label.relations)
        starts.append(place)
        shifts.append(shifts[-1] + len(label.chars) - 1)
        done = place + 1
    pieces.append(chars[done:])
    faces.append(glyphs.faces[done:])
    own = glyphs.relations
    if own and places:
        own = tuple(
            (i + shifts[bisect_left(starts, i)], j + shifts[bisect_left(starts, j)], which)
            for i, j, which in own
        )
    return Glyphs("".join(pieces), "".join(faces), (*own, *relations))
