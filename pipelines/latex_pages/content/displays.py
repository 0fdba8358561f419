"""Displayed formulas: rows, numbers and tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.latex_pages.content.formulas import read_formula
from pipelines.latex_pages.content.nodes import Display, Formula
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
    from pipelines.latex_pages.content.reading import Tokens
    from pipelines.latex_pages.content.scope import Scope
    from pipelines.latex_pages.source.tokens import Place

ENVIRONMENTS = {
    "equation": "equation",
    "displaymath": "equation",
    "align": "align",
    "eqnarray": "align",
    "gather": "gather",
    "multline": "multline",
    "flalign": "flalign",
    "alignat": "alignat",
    "dmath": "equation",
    "IEEEeqnarray": "align",
}
"""Environment without its star -> the one that is set."""
MAX_ROWS = 40
MAX_CELLS = 12
_ALIGN = Token("align", "&", (0, 0))


def read_display(name: str, body: Tokens, scope: Scope, depth: int, place: Place) -> Display | None:
    """Return a displayed formula, or None if nothing is in it.

    Args:
        name: the environment, with its star; "[" for `\\[ \\]`, "$$" for `$$ $$`.
        body: the tokens inside.
        scope: the work around it.
        depth: how deep it stands.
        place: of its beginning, for messages.

    Raises:
        Refusal: something stands in it that no node can say.
    """
    stem = name.rstrip("*")
    kind = ENVIRONMENTS.get(stem, "equation")
    reader = Reader(body)
    if stem in ("alignat", "IEEEeqnarray"):
        reader.option()
        reader.argument()
    body = trim_blanks(reader.rest())
    numbering = stem in ENVIRONMENTS and stem != "displaymath" and stem == name
    rows: list[tuple[Formula, ...]] = []
    numbered: list[bool] = []
    tags: list[str] = []
    for raw in [body] if kind == "equation" else [_joined(row.cells) for row in split_rows(body)]:
        content, tag, silenced = _take_tag(raw, place)
        cells = [content] if kind == "equation" else list(_cells(content))
        if stem in ("eqnarray", "IEEEeqnarray") and len(cells) > 1:
            cells = [cells[0], [token for cell in cells[1:] for token in cell]]
        formulas = tuple(read_formula(trim_blanks(cell), scope, depth + 1) for cell in cells)
        if not any(formulas):
            continue
        rows.append(formulas)
        numbered.append(bool(tag) or (numbering and not silenced))
        tags.append(tag)
    if not rows:
        return None
    width = max(map(len, rows))
    if len(rows) > MAX_ROWS or width > MAX_CELLS:
        raise Refusal("too-long", name, place)
    if kind in ("gather", "multline") and width > 1:
        raise Refusal("unbalanced", f"& in {name}", place)
    if kind == "multline":
        numbered, tags = _one_number(numbered, tags, numbering=numbering)
    padded = tuple(row + ((),) * (width - len(row)) for row in rows)
    return Display(kind, padded, tuple(numbered), tuple(tags))


def _one_number(
    numbered: list[bool], tags: list[str], *, numbering: bool
) -> tuple[list[bool], list[str]]:
    """A `multline` has one number, at its last row."""
    tag = next(filter(None, tags), "")
    shown = bool(tag) or (numbering and all(numbered))
    blank = len(tags) - 1
    return [False] * blank + [shown], [""] * blank + [tag]


def _joined(cells: tuple[Tokens, ...]) -> Tokens:
    row: Tokens = []
    for number, cell in enumerate(cells):
        if number:
            place = cell[0].place if cell else (row[-1].place if row else (0, 0))
            row.append(_ALIGN._replace(place=place))
        row.extend(cell)
    return row


def _cells(row: Tokens) -> tuple[Tokens, ...]:
    rows = split_rows(row)
    return rows[0].cells if rows else ([],)


def _take_tag(row: Tokens, place: Place) -> tuple[Tokens, str, bool]:
    """Return a row without `\\label` and `\\tag`, its tag, whether its number is silenced."""
    reader = Reader(row)
    left: Tokens = []
    tag, silenced = "", False
    while (token := reader.peek()) is not None:
        if token.kind == "begin" or is_control(token, "begin"):
            end = reader.match(reader.at)
            left.extend(reader.tokens[reader.at : end + 1])
            reader.at = end + 1
            continue
        reader.at += 1
        if is_control(token, "label"):
            reader.argument()
        elif is_control(token, "tag"):
            reader.star()
            tag = _tag_text(reader.argument(), place)
        elif is_control(token, "eqno", "leqno"):
            tag = _tag_text(trim_blanks(reader.rest()), place).strip("()")
        elif is_control(token, "nonumber", "notag", "numberthis"):
            silenced = token.text != "numberthis"
        else:
            left.append(token)
    return left, tag, silenced


_TAG_CHARACTERS = frozenset(".-*'()/ ")


def _tag_text(tokens: Tokens, place: Place) -> str:
    """Return a tag's text: letters, digits and few signs.

    Raises:
        Refusal: anything else.
    """
    text = "".join(token.text for token in tokens if token.kind not in ("math", "begin", "end"))
    plain = all(token.kind in ("letter", "space", "math", "begin", "end") for token in tokens)
    if not plain or not all(c.isascii() and (c.isalnum() or c in _TAG_CHARACTERS) for c in text):
        raise Refusal("tag", raw_text(tokens)[:30], place)
    return text.strip()
