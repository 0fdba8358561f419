"""Reads the log of a run: which piece began and ended, what it shipped, what TeX complained of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

DETAIL = 300
MESSAGES = 200
"""Messages kept per piece: a log can hold millions of lines."""

_WRITTEN = re.compile(r"^Output written on main\.(?:pdf|xdv) \((\d+) pages?")
_PLACE = re.compile(r"^l\.\d+ ")
_MISSING = "Missing character: "
_CONTEXT_LINES = 12


@dataclass(slots=True)
class Segment:
    """What the log says of one piece.

    Attributes:
        number: the piece's number in its run.
        end: the mark that closed it ("END", "POISON", "FLOOD"), or "" if none did.
        detail: what stands after that mark.
        first_page: pages shipped before it.
        pages: pages that it shipped.
        errors, lines, overfull: TeX's errors with their places, "@@" lines, overfull boxes.
    """

    number: int
    first_page: int
    end: str = ""
    detail: str = ""
    pages: int = 0
    errors: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    overfull: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """What the log says of a run.

    Attributes:
        segments: one per BEGIN mark, in the log's order.
        done: whether the run reached its last line.
        written: pages of the document as TeX says at the end; -1 if it wrote none.
        shipped: pages that pieces shipped.
        early: errors before the first piece.
        strays: errors between pieces, and marks out of place.
    """

    segments: list[Segment] = field(default_factory=list)
    done: bool = False
    written: int = -1
    shipped: int = 0
    early: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)


def read_log(text: str, nonce: str) -> Report:
    """Read a log, or the part of it that a kill has left."""
    report = Report()
    open_segment: Segment | None = None
    lines = text.split("\n")
    for at, line in enumerate(lines):
        if line.startswith(nonce):
            open_segment = _take_mark(report, open_segment, line[len(nonce) :].split(maxsplit=2))
        elif line.startswith("! "):
            message = _with_place(lines, at)
            outside = report.strays if report.segments else report.early
            keep = open_segment.errors if open_segment else outside
            if len(keep) < MESSAGES:
                keep.append(message)
        elif found := _WRITTEN.match(line):
            report.written = int(found.group(1))
        elif open_segment:
            _take_line(open_segment, line)
    return report


def _take_mark(report: Report, segment: Segment | None, words: list[str]) -> Segment | None:
    """Apply one mark; return the segment that is open after it."""
    word, number, detail = (*words, "", "", "")[:3]
    if word == "DONE":
        report.done = True
        return segment
    if not number.isdecimal():
        report.strays.append("a mark without a number")
        return segment
    if word == "BEGIN":
        report.segments.append(Segment(int(number), report.shipped))
        return report.segments[-1]
    if segment is None or segment.number != int(number):
        report.strays.append(f"{word} out of place")
        return segment
    if word == "SHIP":
        segment.pages += 1
        report.shipped += 1
        return segment
    segment.end, segment.detail = word, detail
    return None


def _take_line(segment: Segment, line: str) -> None:
    if line.startswith("@@"):
        segment.lines.append(line)
    elif line.startswith("Overfull "):
        if len(segment.overfull) < MESSAGES:
            segment.overfull.append(line[:DETAIL])
            segment.lines.append(f"@@FULL {line[:DETAIL]}")  # in its place among the others
    elif line.startswith(_MISSING) and len(segment.errors) < MESSAGES:
        segment.errors.append(line[:DETAIL])


def _with_place(lines: list[str], at: int) -> str:
    """Join an error with its "l.3 ..." line, which follows within a few lines if it has a place."""
    line = lines[at]
    if not line.startswith(("!  ==> ", "! " + _MISSING)):
        for following in lines[at + 1 : at + 1 + _CONTEXT_LINES]:
            if _PLACE.match(following):
                return f"{line} {following}"[:DETAIL]
            if not following or following.startswith("! "):
                break
    return line[:DETAIL]
