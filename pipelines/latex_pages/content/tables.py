"""Tables: rows, spans and rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.latex_pages.content.columns import Columns, alignment, read_columns
from pipelines.latex_pages.content.inlines import CELL, read_inlines
from pipelines.latex_pages.content.nodes import Cell, Rule, Table
from pipelines.latex_pages.content.reading import (
    Reader,
    Refusal,
    is_control,
    raw_text,
    split_rows,
    trim_blanks,
)
from pipelines.latex_pages.source.tokens import Token

if TYPE_CHECKING:
    from pipelines.latex_pages.content.nodes import Inlines
    from pipelines.latex_pages.content.reading import Tokens
    from pipelines.latex_pages.content.scope import Scope
    from pipelines.latex_pages.source.tokens import Place

MAX_ROWS = 80
# Environment -> arguments before the columns.
ENVIRONMENTS = {
    "tabular": "o",
    "tabular*": "mo",
    "tabularx": "mo",
    "tabulary": "m",
    "longtable": "o",
    "supertabular": "",
    "xltabular": "om",
    "array": "o",
}

_WHOLE_RULES = {
    "hline": "hline",
    "firsthline": "hline",
    "lasthline": "hline",
    "Xhline": "hline",
    "toprule": "toprule",
    "midrule": "midrule",
    "bottomrule": "bottomrule",
    "specialrule": "midrule",
    "tophline": "toprule",
    "middlehline": "midrule",
    "bottomhline": "bottomrule",
}
_PARTS = ("endfirsthead", "endhead", "endfoot", "endlastfoot")
_RANGE = re.compile(r"\s*(\d{1,2})\s*-\s*(\d{1,2})\s*\Z")


def read_table(name: str, body: Tokens, scope: Scope, depth: int, place: Place) -> Table:
    """Return a table.

    Args:
        name: the environment, one of `ENVIRONMENTS`.
        body: the tokens inside.
        scope: the work around it.
        depth: how deep it stands.
        place: of its beginning, for messages.

    Raises:
        Refusal: something stands in it that no node can say.
    """
    reader = Reader(body)
    for sign in ENVIRONMENTS[name]:
        if sign == "o":
            reader.option()
        else:
            reader.argument()
    columns = read_columns(reader.argument())
    rest, caption = _take_caption(reader.rest())
    shown = read_inlines(caption, scope, depth + 1, CELL) if caption is not None else None
    if name in ("longtable", "xltabular", "supertabular"):
        rest = _one_head(rest)
    return _TableReader(columns, scope, depth, place).run(rest, name, shown)


class _TableReader:
    def __init__(self, columns: Columns, scope: Scope, depth: int, place: Place) -> None:
        self._columns = columns
        self._scope = scope
        self._depth = depth
        self._place = place
        self._width = len(columns.columns)
        self._covered = [0] * self._width  # rows that a span above still covers, per column

    def run(self, body: Tokens, name: str, caption: Inlines | None) -> Table:
        rows: list[tuple[Cell, ...]] = []
        rules: list[list[Rule]] = [[]]
        ended = [*body, _row_end(self._place)]
        for raw in split_rows(ended):
            first, found = self._take_rules(raw.cells[0])
            rules[-1].extend(found)
            cells = (first, *raw.cells[1:])
            if len(cells) == 1 and not trim_blanks(first) and not any(self._covered):
                continue
            row = self._row(cells)
            if not any(cell.body for cell in row) and not any(self._covered):
                continue
            rows.append(row)
            rules.append([])
            if len(rows) > MAX_ROWS:
                raise Refusal("too-long", "rows", self._place)
            self._covered = [max(0, left - 1) for left in self._covered]
        if any(self._covered):
            raise Refusal("span", "beyond the last row", self._place)
        filled = sum(bool(cell.body) for row in rows for cell in row)
        if filled < 2:
            raise Refusal("empty" if not filled else "layout", name, self._place)
        return Table(
            tuple(self._columns.columns),
            self._columns.bars_after,
            tuple(rows),
            tuple(map(tuple, rules)),
            caption,
            name,
        )

    # ------------------------------------------------------------ rules

    def _take_rules(self, cell: Tokens) -> tuple[Tokens, list[Rule]]:
        """Return a row's first cell without the rules before it, and the rules."""
        reader = Reader(cell)
        rules: list[Rule] = []
        while True:
            start = reader.at
            while (token := reader.peek()) is not None and token.kind in ("space", "par"):
                reader.at += 1
            if token is None or token.kind != "control":
                break
            reader.at += 1
            if token.text in _WHOLE_RULES:
                rules.append(Rule(_WHOLE_RULES[token.text]))
                self._rule_options(reader, token.text)
            elif token.text in ("cline", "cmidrule", "Xcline"):
                rules.append(self._part_rule(reader, token.text))
            elif token.text == "addlinespace":
                reader.option()
            elif token.text == "hhline":
                if raw_text(reader.argument()).strip("=-|: "):
                    raise Refusal("unknown-command", "\\hhline", token.place)
                rules.append(Rule("hline"))
            elif token.text in ("rowcolor", "rowcolors", "noalign", "arrayrulecolor"):
                reader.option()
                for _ in range(3 if token.text == "rowcolors" else 1):
                    reader.argument()
                reader.option()
                reader.option()
            elif token.text not in ("morecmidrules", "relax", "tabularnewline", "centering"):
                reader.at = start
                break
        return reader.rest(), rules

    def _rule_options(self, reader: Reader, name: str) -> None:
        if name == "specialrule":
            for _ in range(3):
                reader.argument()
        elif name == "Xhline":
            reader.argument()
        elif name.endswith("rule"):
            reader.option()

    def _part_rule(self, reader: Reader, name: str) -> Rule:
        trim = ""
        if name == "cmidrule":
            reader.option()
            sides = reader.bracketed("(", ")")
            text = re.sub(r"\{[^{}]*\}", "", raw_text(sides or []))
            trim = "".join(side for side in "lr" if side in text)
        found = _RANGE.match(raw_text(reader.argument()))
        if name == "Xcline":
            reader.argument()
        if found is None or not 1 <= int(found[1]) <= int(found[2]) <= self._width:
            raise Refusal("span", f"\\{name}", self._place)
        kind = "cmidrule" if name == "cmidrule" else "cline"
        return Rule(kind, int(found[1]), int(found[2]), trim)

    # ------------------------------------------------------------ cells

    def _row(self, raw: tuple[Tokens, ...]) -> tuple[Cell, ...]:
        row: list[Cell] = []
        at = 0
        starts: list[tuple[int, Cell]] = []
        for tokens in raw:
            if at >= self._width:
                raise Refusal("span", "more cells than columns", self._place)
            cell = self._cell(trim_blanks(tokens), at)
            if at + cell.columns > self._width:
                raise Refusal("span", "more cells than columns", self._place)
            under = any(self._covered[at : at + cell.columns])
            if under and (cell.body or cell.rows > 1):
                raise Refusal("span", "a cell under another", self._place)
            row.append(cell)
            starts.append((at, cell))
            at += cell.columns
        row.extend([Cell(())] * (self._width - at))
        for start, cell in starts:
            if cell.rows > 1:
                covered = [cell.rows] * cell.columns
                self._covered[start : start + cell.columns] = covered
        return tuple(row)

    def _cell(self, tokens: Tokens, at: int) -> Cell:
        reader = Reader(_without_colour(tokens))
        token = reader.peek()
        columns, spec = 1, ""
        before, after = self._columns.before[at], self._columns.after[at]
        if is_control(token, "multicolumn"):
            reader.at += 1
            columns = self._count(reader.argument(), self._width)
            inner = read_columns(reader.argument())
            if len(inner.columns) != 1:
                raise Refusal("column-spec", "\\multicolumn", self._place)
            spec = inner.spec
            if columns == 1 and spec.strip("|") == alignment(self._columns.columns[at]):
                spec = ""  # as the column is
            before, after = inner.before[0], inner.after[0]
            body = reader.argument()
            self._check_end(reader, "\\multicolumn")
            reader = Reader(_without_colour(trim_blanks(body)))
            token = reader.peek()
        rows = 1
        if is_control(token, "multirow", "multirowcell"):
            rows = self._multirow(reader)
            body = reader.argument()
            self._check_end(reader, "\\multirow")
            reader = Reader(body)
        content = trim_blanks(reader.rest())
        if content:
            content = [*before, *content, *after]
        body_nodes = read_inlines(content, self._scope, self._depth + 1, CELL)
        return Cell(body_nodes, columns, rows, spec)

    def _multirow(self, reader: Reader) -> int:
        name = reader.take().text
        reader.option()
        if name == "multirowcell":
            rows = self._count(reader.argument(), MAX_ROWS)
            reader.option()
            return rows
        rows = self._count(reader.argument(), MAX_ROWS)
        reader.option()
        reader.argument()
        reader.option()
        return rows

    def _count(self, tokens: Tokens, limit: int) -> int:
        text = raw_text(tokens).strip()
        if not text.isdecimal() or not 1 <= int(text[:4]) <= limit:
            raise Refusal("span", text[:10], self._place)
        return int(text[:4])

    def _check_end(self, reader: Reader, name: str) -> None:
        if trim_blanks(reader.rest()):
            raise Refusal("span", f"text beside {name}", self._place)


def _without_colour(tokens: Tokens) -> Tokens:
    """Return a cell without `\\cellcolor[…]{…}` and its kin at its start."""
    reader = Reader(tokens)
    while is_control(
        reader.peek(), "cellcolor", "rowcolor", "centering", "arraybackslash", "color"
    ):
        takes = reader.take().text in ("cellcolor", "rowcolor", "color")
        if takes:
            reader.option()
            reader.argument()
        reader.skip_blanks()
    return reader.rest()


def _row_end(place: Place) -> Token:
    return Token("control", "tabularnewline", place)


def _take_caption(tokens: Tokens) -> tuple[Tokens, Tokens | None]:
    """Return the body of a table without its `\\caption` and `\\label`, and the caption."""
    caption: Tokens | None = None
    reader = Reader(tokens)
    left: Tokens = []
    while (token := reader.peek()) is not None:
        if token.kind == "begin":
            end = reader.match(reader.at)
            left.extend(reader.tokens[reader.at : end + 1])
            reader.at = end + 1
            continue
        reader.at += 1
        if is_control(token, "caption"):
            starred = reader.star()
            reader.option()
            found = reader.argument()
            caption = found if caption is None and not starred else caption
            following = reader.peek()
            if is_control(following, "\\", "tabularnewline") and not trim_blanks(left):
                reader.at += 1
                reader.option()
        elif is_control(token, "label"):
            reader.argument()
        else:
            left.append(token)
    return left, caption


def _one_head(tokens: Tokens) -> Tokens:
    """Return a `longtable`'s rows as one table: first head, body, last foot."""
    parts: dict[str, Tokens] = {}
    current: Tokens = []
    for token in tokens:
        if is_control(token, *_PARTS):
            parts[token.text] = current
            current = []
        else:
            current.append(token)
    head = parts.get("endfirsthead", parts.get("endhead", []))
    foot = parts.get("endlastfoot", parts.get("endfoot", []))
    return [*head, *current, *foot]
