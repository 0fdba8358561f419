"""What becomes of a piece: set on pages of a shared PDF, or at fault with TeX's own words."""

from __future__ import annotations

from dataclasses import dataclass, field

FAULTS = {
    "tex-error": "TeX reported an error and went on",
    "missing-character": "a font lacks a character",
    "unbalanced": "groups, environments or conditionals are left open, or closed too often",
    "leak": "something outside the piece was changed",
    "page-flood": "more pages than a piece may ship",
    "fatal": "TeX gave up, and wrote no PDF",
    "ended-early": "TeX's job ended inside the piece",
    "timeout": "TeX had not finished at the deadline",
    "crash": "the engine died or left no log",
    "uncounted": "the PDF has not the pages that were counted",
    "unsafe": "it cannot be set safely without bubblewrap",
}
"""Reason -> what it means."""


@dataclass(frozen=True, slots=True)
class Set:
    """A piece that TeX set without a fault.

    Attributes:
        pdf: the document of its run, shared by all pieces of the run (the same object).
        pages: its pages in that document, from 0; empty if it shipped none.
        log: the lines beginning with "@@" that were written while it was set.
        overfull: TeX's messages about boxes that are too full or too large.
    """

    pdf: bytes = field(repr=False)
    pages: range
    log: tuple[str, ...] = ()
    overfull: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """A piece that was not set.

    Attributes:
        reason: a key of `FAULTS`.
        detail: TeX's own message, at most 300 characters.
    """

    reason: str
    detail: str


Result = Set | Fault
