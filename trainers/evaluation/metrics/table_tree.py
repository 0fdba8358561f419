"""Tables as trees, read from HTML, LaTeX or Markdown; nothing is run or fetched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from trainers.evaluation.metrics.barred_tables import barred_rows
from trainers.evaluation.metrics.html_events import End, Start, html_events
from trainers.evaluation.metrics.latex_tables import Cell, latex_rows

Headers = Literal["same", "distinct"]

MAX_SPAN = 1000
"""What HTML allows for colspan."""

_MAX_DEPTH = 60
_VOID = frozenset({"br", "hr", "img", "input", "col", "wbr", "meta", "link", "area", "source"})
_SECTIONS = frozenset({"thead", "tbody", "tfoot"})
_CLOSES = {
    "td": frozenset({"td", "th"}),
    "th": frozenset({"td", "th"}),
    "tr": frozenset({"td", "th", "tr"}),
    "thead": frozenset({"td", "th", "tr"}) | _SECTIONS,
    "tbody": frozenset({"td", "th", "tr"}) | _SECTIONS,
    "tfoot": frozenset({"td", "th", "tr"}) | _SECTIONS,
}


@dataclass(slots=True)
class Node:
    """A node as `apted` takes it; `content` is what a cell holds."""

    tag: str
    colspan: int = 1
    rowspan: int = 1
    content: tuple[str, ...] = ()
    children: list[Node] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        """Yield this node and all below it."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(node.children)

    def size(self) -> int:
        """Return the number of nodes, this one and all below it."""
        return sum(1 for _ in self.walk())

    def key(self) -> list[tuple[str, int, int, tuple[str, ...], int]]:
        """Return what is equal for equal trees."""
        return [
            (node.tag, node.colspan, node.rowspan, node.content, len(node.children))
            for node in self.walk()
        ]


@dataclass(slots=True)
class _Element:
    tag: str
    spans: dict[str, str]
    children: list[_Element | str] = field(default_factory=list)

    def elements(self) -> list[_Element]:
        return [child for child in self.children if isinstance(child, _Element)]


class _Builder:
    """Builds the first table of a text; ends of rows and cells may be missing, as HTML allows."""

    def __init__(self) -> None:
        self.table: _Element | None = None
        self.open: list[_Element] = []

    def build(self, text: str) -> _Element | None:
        """Read up to the end of the first table."""
        for event in html_events(text):
            if isinstance(event, str):
                if self.open:
                    self.open[-1].children.append(event)
            elif isinstance(event, Start):
                self._start(event)
            elif self._end(event):
                break
        return self.table

    def _start(self, event: Start) -> None:
        if not self.open and event.tag != "table":
            return
        self._close_implied(event.tag)
        element = _Element(event.tag, event.spans)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.table = element
        if event.tag not in _VOID and len(self.open) < _MAX_DEPTH:
            self.open.append(element)

    def _end(self, event: End) -> bool:
        """Close what an end tag closes; say whether that was the table."""
        for position in range(len(self.open) - 1, -1, -1):
            if self.open[position].tag == event.tag:
                del self.open[position:]
                return not self.open
            if self.open[position].tag == "table":
                break  # an end within a table closes nothing outside of it
        return False

    def _close_implied(self, tag: str) -> None:
        closed = _CLOSES.get(tag)
        if closed is None:
            return None
        for position in range(len(self.open) - 1, -1, -1):
            if self.open[position].tag == "table":
                return None
            if self.open[position].tag in closed:
                del self.open[position:]
                return self._close_implied(tag)
        return None


def parse_table(text: str, headers: Headers = "same") -> Node | None:
    """Read the first table as table > tr > td, or return None if there is none.

    HTML: thead, tbody and tfoot are left out, tags within cells too; `th` is `td` unless `headers`
    is `distinct`. LaTeX: see `latex_tables`; Markdown: see `barred_tables`. White space is
    collapsed; spans end with the table.
    """
    rows: Sequence[Sequence[Cell]]
    if "\\begin{tabular" in text:
        rows = latex_rows(text)
    elif (table := _html_table(text)) is not None:
        rows = list(_html_rows(table))
    else:
        rows = barred_rows(text)
        if not rows:
            return None
    tree = Node("table")
    for number, row in enumerate(rows):
        below = len(rows) - number
        tree.children.append(
            Node(
                "tr",
                children=[
                    Node(
                        "th" if cell.header and headers == "distinct" else "td",
                        min(max(cell.colspan, 1), MAX_SPAN),
                        min(cell.rowspan, below) if cell.rowspan > 0 else below,
                        tuple(" ".join(cell.text.split())),
                    )
                    for cell in row
                ],
            )
        )
    return tree


def parse_table_as_pubtabnet(text: str) -> tuple[Node, int] | None:
    """Read the first table as PubTabNet's `load_html_tree` does, with its count of nodes.

    Sections stay, only `td` is a cell, its content is characters and tags ("<b>"), and the count is
    of all elements below the table, those within cells too. LaTeX is read as `parse_table` does.
    """
    if "\\begin{tabular" in text:
        tree = parse_table(text)
        return None if tree is None else (tree, tree.size() - 1)
    table = _html_table(text)
    if table is None:
        return None
    count = -1
    waiting = [table]
    while waiting:
        count += 1
        waiting.extend(waiting.pop().elements())
    return _whole_tree(table), count


def _html_table(text: str) -> _Element | None:
    return _Builder().build(text)


def _html_rows(table: _Element) -> Iterator[list[Cell]]:
    loose: list[Cell] = []
    for part in table.elements():
        for row in part.elements() if part.tag in _SECTIONS else [part]:
            if row.tag == "tr":
                if loose:
                    yield loose
                    loose = []
                yield [_cell(one) for one in row.elements() if one.tag in ("td", "th")]
            elif row.tag in ("td", "th"):
                loose.append(_cell(row))
    if loose:
        yield loose


def _cell(element: _Element) -> Cell:
    return Cell(
        "".join(token for token in _tokens(element) if not _is_tag(token)),
        _span(element, "colspan"),
        _span(element, "rowspan"),
        element.tag == "th",
    )


def _is_tag(token: str) -> bool:
    return len(token) > 1


def _span(element: _Element, name: str) -> int:
    text = element.spans.get(name, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        return 1
    return min(int(text), MAX_SPAN)


def _tokens(element: _Element) -> list[str]:
    """Return the characters and tags within an element, at most `_MAX_DEPTH` levels of them."""
    tokens: list[str] = []
    for child in element.children:
        if isinstance(child, str):
            tokens.extend(child)
        else:
            tokens += [f"<{child.tag}>", *_tokens(child), f"</{child.tag}>"]
    return tokens


def _whole_tree(element: _Element) -> Node:
    if element.tag == "td":
        spans = _span(element, "colspan"), _span(element, "rowspan")
        return Node("td", *spans, content=tuple(_tokens(element)))
    return Node(element.tag, children=[_whole_tree(child) for child in element.elements()])
