r"""Pages taken apart as nougat does it (`nougat/metrics.py split_text`), for `paper` mode."""

from __future__ import annotations

from collections.abc import Callable

from trainers.evaluation.metrics.page_parts import BEGIN, END, Parts, without


def split_page_as_nougat(page: str, *, keep: bool = False) -> Parts:
    r"""Split a page as nougat does.

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
    return Parts(rest.strip(), (joined,) if joined else (), tuple(tables), ())


_Found = list[tuple[int, int, str]]


def _pass(page: str, find: Callable[[str], _Found], keep: bool) -> tuple[list[str], str]:
    found = find(page)
    rest = page if keep else without(page, [(start, stop) for start, stop, _ in found])
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
    at = page.find(BEGIN)
    while at >= 0:
        content = at + len(BEGIN)
        end = page.find(END, content + 1)
        if end < 0:
            last = len(page) - 1 if page.endswith("\n") and len(page) - 1 > content else len(page)
            if last > content:
                found.append((at, last, page[content:last]))
            break
        found.append((at, end + len(END), page[content:end]))
        at = page.find(BEGIN, end + len(END))
    return found
