r"""Pages of Markdown taken apart into text, formulas and tables.

Formulas stand between `\(` `\)`, `\[` `\]`, `$$` or `$`, or in an environment such as `align`;
tables in `tabular`, in HTML's `table` or between bars. Every scan is linear in the page's length.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from trainers.evaluation.metrics.barred_tables import barred_tables

PARTS = ("text", "formula", "table")

BEGIN, END = "\\begin{tabular}", "\\end{tabular}"

_ENVIRONMENTS = frozenset(
    f"{name}{star}"
    for name in ("equation", "align", "gather", "multline", "eqnarray", "displaymath", "math")
    for star in ("", "*")
)
_LONGEST_NAME = 20
_SPECIAL = re.compile(r"[\\$<]")
_HTML_TABLE = re.compile(r"<(/?)table(?=[\s>/])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parts:
    """One page by what it holds; formulas and tables are in the order of the page.

    Attributes:
        tables: what stands within their marks.
        marked: the same tables with their marks, for whoever reads them as tables.
    """

    text: str
    formulas: tuple[str, ...]
    tables: tuple[str, ...]
    marked: tuple[str, ...]

    def part(self, name: str) -> str:
        """Return one of `PARTS` as the string that is scored."""
        if name == "text":
            return self.text
        return "\n".join(self.formulas if name == "formula" else self.tables)


class _Span(NamedTuple):
    start: int
    stop: int
    kind: Literal["formula", "table"]
    content: str


def split_page(page: str) -> Parts:
    r"""Split a page in one pass from left to right.

    What differs from nougat's `split_text` (see `nougat_parts`):

    * A formula within a table belongs to the table, as it does for the reader.
    * A display formula may span lines.
    * `\\` is a line break: `\\[2pt]` opens no formula.
    * Tables nest; an inner one is part of the outer. One that is not closed ends with the page.
    * A formula that is not closed is text, and so is an inline one across an empty line.
    * Inline and display formulas keep the order of the page, one per line.
    * `$$ $$`, `$ $` and environments such as `align` are formulas too. As in pandoc, no blank
      stands behind an opening dollar or before a closing one, and no digit behind that: "$5 or $6"
      is text.
    * Tables in HTML, and those between bars with a line of dashes below their head, are tables.
    """
    spans: list[_Span] = []
    index = _Index(page)
    barred = [
        _Span(start, stop, "table", page[start:stop].strip()) for start, stop in barred_tables(page)
    ]
    position = number = 0
    while True:
        found = _SPECIAL.search(page, position)
        at = found.start() if found else len(page)
        while number < len(barred) and barred[number].start < position:
            number += 1  # it lies within another span
        if number < len(barred) and barred[number].start <= at:
            spans.append(barred[number])
            position = barred[number].stop
            continue
        if found is None:
            break
        span = _span(page, at, index)
        if span is not None:
            spans.append(span)
            position = span.stop
        else:  # past an escaped character, so that `\\[` opens nothing, or past "$$"
            position = at + 1 + (page[at] == "\\" or page.startswith("$$", at))
    tables = [span for span in spans if span.kind == "table"]
    return Parts(
        text=without(page, [(span.start, span.stop) for span in spans]).strip(),
        formulas=tuple(span.content for span in spans if span.kind == "formula"),
        tables=tuple(span.content for span in tables),
        marked=tuple(page[span.start : span.stop].strip() for span in tables),
    )


def without(page: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return a page without some stretches, which do not overlap and are in order."""
    kept, position = [], 0
    for start, stop in spans:
        kept.append(page[position:start])
        position = stop
    return "".join([*kept, page[position:]])


class _Index:
    """Where closing marks (their backslash not escaped), dollars and empty lines stand."""

    def __init__(self, page: str) -> None:
        self._places: dict[str, list[int]] = {")": [], "]": [], "\n\n": [], "$": [], "$$": []}
        self.html = [(one.start(), bool(one[1])) for one in _HTML_TABLE.finditer(page)]
        position = 0
        while found := _SPECIAL.search(page, position):
            at = found.start()
            position = at + 1
            if page[at] == "\\":
                position = at + 2
                if page[at + 1 : at + 2] in (")", "]"):
                    self._places[page[at + 1]].append(at)
            elif page.startswith("$$", at):
                self._places["$$"].append(at)
                position = at + 2
            elif page[at] == "$":
                self._places["$"].append(at)
        at = page.find("\n\n")
        while at >= 0:
            self._places["\n\n"].append(at)
            at = page.find("\n\n", at + 1)
        self._never: set[str] = set()
        self._page = page

    def after(self, what: str, start: int) -> int | None:
        """Return the first place at or after `start`."""
        places = self._places[what]
        found = bisect_left(places, start)
        return places[found] if found < len(places) else None

    def end_of(self, environment: str, start: int) -> int | None:
        r"""Return the first place of an environment's `\end`; where there is none, look once."""
        if environment in self._never:
            return None
        found = self._page.find(f"\\end{{{environment}}}", start)
        if found < 0:
            self._never.add(environment)
            return None
        return found


def _span(page: str, at: int, index: _Index) -> _Span | None:
    """Return what begins at a backslash, a dollar or a `<`, if anything does."""
    if page[at] == "<":
        return _html_table(page, at, index)
    if page[at] == "$":
        return _between_dollars(page, at, index)
    return _formula(page, at, index) or _table(page, at) or _environment(page, at, index)


def _formula(page: str, at: int, index: _Index) -> _Span | None:
    closing = {"(": ")", "[": "]"}.get(page[at + 1 : at + 2])
    if closing is None:
        return None
    stop = index.after(closing, at + 2)
    gap = index.after("\n\n", at + 2)
    if stop is None or (closing == ")" and gap is not None and gap < stop):
        return None
    return _Span(at, stop + 2, "formula", page[at + 2 : stop].strip())


def _between_dollars(page: str, at: int, index: _Index) -> _Span | None:
    mark = "$$" if page.startswith("$$", at) else "$"
    start = at + len(mark)
    stop = index.after(mark, start)
    if stop is None or not page[start:stop].strip():
        return None
    if mark == "$":
        gap = index.after("\n\n", start)
        if page[start].isspace() or page[stop - 1].isspace() or (gap is not None and gap < stop):
            return None
        if page[stop + 1 : stop + 2].isdigit():
            return None
    return _Span(at, stop + len(mark), "formula", page[start:stop].strip())


def _environment(page: str, at: int, index: _Index) -> _Span | None:
    if not page.startswith("\\begin{", at):
        return None
    start = at + len("\\begin{")
    close = page.find("}", start, start + _LONGEST_NAME)
    name = page[start:close] if close >= 0 else ""
    if name not in _ENVIRONMENTS:
        return None
    end = index.end_of(name, close)
    if end is None:
        return None
    return _Span(at, end + len(f"\\end{{{name}}}"), "formula", page[close + 1 : end].strip())


def _table(page: str, at: int) -> _Span | None:
    if not page.startswith(BEGIN, at):
        return None
    depth, position = 1, at + len(BEGIN)
    start, end = position, page.find(END, position)
    while depth:
        if 0 <= end < position:
            end = page.find(END, position)
        begin = page.find(BEGIN, position, end if end >= 0 else len(page))
        if begin >= 0:
            depth, position = depth + 1, begin + len(BEGIN)
        elif end >= 0:
            depth, position = depth - 1, end + len(END)
        else:
            return _Span(at, len(page), "table", page[start:].strip())
    return _Span(at, position, "table", page[start : position - len(END)].strip())


def _html_table(page: str, at: int, index: _Index) -> _Span | None:
    number = bisect_left(index.html, (at, False))
    if number == len(index.html) or index.html[number] != (at, False):
        return None
    depth = 0
    for start, closes in index.html[number:]:
        depth += -1 if closes else 1
        if not depth:
            end = page.find(">", start)
            stop = len(page) if end < 0 else end + 1
            return _Span(at, stop, "table", page[at:stop])
    return _Span(at, len(page), "table", page[at:].strip())
