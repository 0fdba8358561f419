r"""Pages of Mathpix markdown taken apart into text, formulas and tables, and scored by part.

Formulas stand between `\(` `\)` and `\[` `\]`, tables in `tabular`. Every scan is linear in the
length of the page.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from trainers.evaluation.metrics.modes import Mode, Reference, check_mode
from trainers.evaluation.metrics.pages import page_scores
from trainers.evaluation.metrics.scores import Score
from trainers.evaluation.metrics.translation import Stages

PARTS = ("text", "formula", "table")

_BEGIN, _END = "\\begin{tabular}", "\\end{tabular}"


@dataclass(frozen=True, slots=True)
class Parts:
    """One page by what it holds; formulas and tables are in the order of the page."""

    text: str
    formulas: tuple[str, ...]
    tables: tuple[str, ...]

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

    What differs from nougat's `split_text` (see `split_page_as_nougat`):

    * A formula within a table belongs to the table, as it does for the reader.
    * A display formula may span lines.
    * `\\` is a line break: `\\[2pt]` opens no formula.
    * Tables nest; an inner one is part of the outer. One that is not closed ends with the page.
    * A formula that is not closed is text, and so is an inline one across an empty line.
    * Inline and display formulas keep the order of the page, one per line.
    """
    spans: list[_Span] = []
    index = _Index(page)
    at = page.find("\\")
    while at >= 0:
        span = _formula(page, at, index) or _table(page, at)
        if span is not None:
            spans.append(span)
            following = span.stop
        else:
            following = at + 2  # past an escaped character, so that `\\[` opens nothing
        at = page.find("\\", following)
    return Parts(
        text=_without(page, [(span.start, span.stop) for span in spans]).strip(),
        formulas=tuple(span.content for span in spans if span.kind == "formula"),
        tables=tuple(span.content for span in spans if span.kind == "table"),
    )


class _Index:
    """Where closing delimiters (their backslash not escaped) and empty lines stand."""

    def __init__(self, page: str) -> None:
        self.places: dict[str, list[int]] = {")": [], "]": [], "\n\n": []}
        at = page.find("\\")
        while at >= 0:
            if page[at + 1 : at + 2] in (")", "]"):
                self.places[page[at + 1]].append(at)
            at = page.find("\\", at + 2)
        at = page.find("\n\n")
        while at >= 0:
            self.places["\n\n"].append(at)
            at = page.find("\n\n", at + 1)

    def after(self, what: str, start: int) -> int | None:
        """Return the first place at or after `start`."""
        places = self.places[what]
        found = bisect_left(places, start)
        return places[found] if found < len(places) else None


def _formula(page: str, at: int, index: _Index) -> _Span | None:
    closing = {"(": ")", "[": "]"}.get(page[at + 1 : at + 2])
    if closing is None:
        return None
    stop = index.after(closing, at + 2)
    gap = index.after("\n\n", at + 2)
    if stop is None or (closing == ")" and gap is not None and gap < stop):
        return None
    return _Span(at, stop + 2, "formula", page[at + 2 : stop].strip())


def _table(page: str, at: int) -> _Span | None:
    if not page.startswith(_BEGIN, at):
        return None
    depth, position = 1, at + len(_BEGIN)
    start, end = position, page.find(_END, position)
    while depth:
        if 0 <= end < position:
            end = page.find(_END, position)
        begin = page.find(_BEGIN, position, end if end >= 0 else len(page))
        if begin >= 0:
            depth, position = depth + 1, begin + len(_BEGIN)
        elif end >= 0:
            depth, position = depth - 1, end + len(_END)
        else:
            return _Span(at, len(page), "table", page[start:].strip())
    return _Span(at, position, "table", page[start : position - len(_END)].strip())


def split_page_as_nougat(page: str, *, keep: bool = False) -> Parts:
    r"""Split a page as nougat does (`nougat/metrics.py split_text`), kept for `paper` mode.

    Three passes, each over what the last one left: inline formulas, display formulas, tables. Thus
    formulas are cut out of tables; neither kind of formula may hold a line break; `\\[2pt]` opens a
    display formula; the first `\end{tabular}` closes; the first display formula is joined to the
    last inline one without a space between. `keep` takes nothing out of the page, so that formulas
    and tables are scored again as text, which is what GOT's `eval_ocr_format.py` does.
    """
    rest = page
    inline, rest = _pass(rest, lambda text: _between(text, "\\(", "\\)", least=0), keep)
    display, rest = _pass(rest, lambda text: _between(text, "\\[", "\\]", least=1), keep)
    tables, rest = _pass(rest, _flat_tables, keep)
    joined = "\n".join(inline) + "\n".join(display)
    return Parts(rest.strip(), (joined,) if joined else (), tuple(tables))


_Found = list[tuple[int, int, str]]


def _pass(page: str, find: Callable[[str], _Found], keep: bool) -> tuple[list[str], str]:
    found = find(page)
    rest = page if keep else _without(page, [(start, stop) for start, stop, _ in found])
    return [content for _, _, content in found], rest


def _between(page: str, opening: str, closing: str, least: int) -> _Found:
    """Find spans on one line, with at least `least` characters, up to an unescaped closing."""
    closers = []
    at = page.find(closing)
    while at >= 0:
        if at == 0 or page[at - 1] != "\\":
            closers.append(at)
        at = page.find(closing, at + 1)
    found: _Found = []
    at, number, line_end = page.find(opening), 0, -1
    while at >= 0:
        content = at + len(opening)
        if line_end < content:
            line_end = page.find("\n", content)
            line_end = len(page) if line_end < 0 else line_end
        while number < len(closers) and closers[number] < content + least:
            number += 1
        if number == len(closers):
            break
        if closers[number] < line_end:
            stop = closers[number] + len(closing)
            found.append((at, stop, page[content : closers[number]]))
            at = page.find(opening, stop)
        else:
            at = page.find(opening, at + 1)
    return found


def _flat_tables(page: str) -> _Found:
    """Find `tabular` up to the first end, or to the end of the page; never an empty one."""
    found: _Found = []
    at = page.find(_BEGIN)
    while at >= 0:
        content = at + len(_BEGIN)
        end = page.find(_END, content + 1)
        if end < 0:
            last = len(page) - 1 if page.endswith("\n") and len(page) - 1 > content else len(page)
            if last > content:
                found.append((at, last, page[content:last]))
            break
        found.append((at, end + len(_END), page[content:end]))
        at = page.find(_BEGIN, end + len(_END))
    return found


def _without(page: str, spans: Sequence[tuple[int, int]]) -> str:
    kept, position = [], 0
    for start, stop in spans:
        kept.append(page[position:start])
        position = stop
    return "".join([*kept, page[position:]])


def markdown_scores(
    predictions: Sequence[str],
    targets: Sequence[str],
    *,
    mode: Mode = "correct",
    reference: Reference = "nougat",
    stages: Stages = "exact,stem",
) -> dict[str, dict[str, Score]]:
    """Return `page_scores` for `all` and for each of `PARTS`.

    In `correct` mode a part is scored on the pages where prediction or target has it: a table that
    is missing or invented scores worst, a page without tables says nothing about tables. In
    `paper` mode the reference skips a page if either side has no such part (fewer than 4 characters
    for nougat, fewer than 1 for GOT), so that neither a missing nor an invented one costs anything;
    Fox scores no parts, and is taken to split as nougat does.
    """
    check_mode(mode)
    splitter = _splitter(mode, reference)
    scores = {"all": _scored(predictions, targets, mode, reference, stages)}
    pairs = [
        (splitter(prediction), splitter(target))
        for prediction, target in zip(predictions, targets, strict=True)
    ]
    for name in PARTS:
        texts = [(first.part(name), second.part(name)) for first, second in pairs]
        if mode == "correct":
            texts = [pair for pair in texts if any(pair)]
        first, second = [one for one, _ in texts], [other for _, other in texts]
        scores[name] = _scored(first, second, mode, reference, stages)
    return scores


def _splitter(mode: Mode, reference: Reference) -> Callable[[str], Parts]:
    if mode == "correct":
        return split_page
    return lambda page: split_page_as_nougat(page, keep=reference.startswith("got"))


def _scored(
    predictions: Sequence[str],
    targets: Sequence[str],
    mode: Mode,
    reference: Reference,
    stages: Stages,
) -> dict[str, Score]:
    return page_scores(predictions, targets, mode=mode, reference=reference, stages=stages)
