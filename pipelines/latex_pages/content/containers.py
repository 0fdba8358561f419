"""Environments that hold blocks: lists, theorems, quotes, frames, floats."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.latex_pages.content import structure as known
from pipelines.latex_pages.content.inlines import CELL, TITLE, read_inlines
from pipelines.latex_pages.content.nodes import (
    Heading,
    Item,
    ItemList,
    Paragraph,
    Quote,
    Table,
    Text,
    Theorem,
)
from pipelines.latex_pages.content.outcomes import (
    Fault,
    Found,
    Outcome,
    all_blocks,
    fault,
    is_table,
)
from pipelines.latex_pages.content.reading import (
    Reader,
    Refusal,
    environment_at,
    is_control,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipelines.latex_pages.content.reading import Tokens
    from pipelines.latex_pages.content.scope import Scope
    from pipelines.latex_pages.source.tokens import Place

    Inside = Callable[[Tokens], Iterator[Outcome]]

MAX_ITEMS = 80


def read_container(
    name: str, body: Tokens, place: Place, scope: Scope, inside: Inside
) -> Iterator[Outcome]:
    """Yield what an environment that holds blocks comes to.

    Args:
        name: of the environment.
        body: the tokens inside.
        place: of its beginning.
        scope: the work around it.
        inside: reads the blocks of a part of the body.

    Raises:
        Refusal: its title or its note holds what no node can say.
    """
    if name in known.TABLE_FLOATS:
        read = _float
    elif name in known.LISTS:
        read = _list
    elif name in known.QUOTES or name in known.CENTRED:
        read = _quote
    elif name in known.CONTENT:
        read = _content
    elif name == "frame" or name in known.BOXES:
        read = _frame
    elif name in scope.theorems or name.rstrip("*") in known.THEOREMS:
        read = _theorem
    else:
        raise Refusal("unknown-environment", name, place)
    yield from read(name, body, place, scope, inside)


def _content(
    name: str, body: Tokens, place: Place, scope: Scope, inside: Inside
) -> Iterator[Outcome]:
    reader = Reader(body)
    for sign in known.CONTENT[name]:
        if sign == "o":
            while reader.option() is not None:
                pass
        else:
            reader.argument()
    # Containers of containers, such as columns in frames, cost a level as well.
    yield from inside(reader.rest())


def _quote(
    name: str, body: Tokens, place: Place, scope: Scope, inside: Inside
) -> Iterator[Outcome]:
    outcomes = list(inside(body))
    blocks = tuple(found.block for found in outcomes if isinstance(found, Found))
    prose = all(isinstance(block, Paragraph) for block in blocks)
    if len(blocks) == len(outcomes) and blocks and (name in known.QUOTES or prose):
        yield Found(Quote(blocks), place)
    else:
        yield from outcomes


def _frame(
    name: str, body: Tokens, place: Place, scope: Scope, inside: Inside
) -> Iterator[Outcome]:
    reader = Reader(body)
    reader.bracketed("<", ">")
    while reader.option() is not None:
        pass
    reader.skip_blanks()
    token = reader.peek()
    if token is not None and token.kind == "begin":
        title = read_inlines(reader.group(), scope, 1, TITLE)
        if title:
            yield Found(Heading(2 if name == "frame" else 4, title), place)
        reader.skip_blanks()
        token = reader.peek()
        if name == "frame" and token is not None and token.kind == "begin":
            reader.group()
    yield from inside(reader.rest())


def _theorem(
    name: str, body: Tokens, place: Place, scope: Scope, inside: Inside
) -> Iterator[Outcome]:
    reader = Reader(body)
    reader.bracketed("<", ">")
    option = reader.option()
    note = read_inlines(option, scope, 1, TITLE) if option else ()
    stem = name.rstrip("*")
    printed = scope.theorems.get(name, "")
    if not printed:
        printed = known.THEOREMS.get(stem, ("", ""))[scope.chinese]
    numbered = not (name.endswith("*") or stem in known.UNNUMBERED or name in scope.unnumbered)
    if stem == "proof" and len(note) == 1 and isinstance(note[0], Text):
        printed, note = note[0].text.rstrip("."), ()
    outcomes = list(inside(reader.rest()))
    blocks = all_blocks(outcomes)
    if blocks is None or not printed:
        yield from outcomes
    elif blocks:
        yield Found(Theorem(printed, blocks, note or None, numbered), place)


def _float(
    name: str, body: Tokens, place: Place, scope: Scope, inside: Inside
) -> Iterator[Outcome]:
    reader = Reader(body)
    for sign in known.TABLE_FLOATS[name]:
        if sign == "o":
            reader.option()
        else:
            reader.argument()
    content = reader.rest()
    outcomes = list(inside(content))
    tables = [found for found in outcomes if is_table(found)]
    for outcome in outcomes:
        if isinstance(outcome, Fault):
            yield outcome
    if len(tables) != 1:
        yield from tables
        return
    found = tables[0]
    assert isinstance(found, Found)
    assert isinstance(found.block, Table)
    caption = _caption(content)
    if caption is None or found.block.caption is not None:
        yield found
        return
    shown = read_inlines(caption, scope, 1, CELL)
    yield Found(replace(found.block, caption=shown or None), found.place)


def _list(name: str, body: Tokens, place: Place, scope: Scope, inside: Inside) -> Iterator[Outcome]:
    kind = known.LISTS[name]
    items: list[Item] = []
    for option, overlay_free in _items(body):
        try:
            label = read_inlines(option, scope, 1, TITLE) if option is not None else None
        except Refusal as refusal:
            yield fault("item", refusal, place)
            continue
        outcomes = list(inside(overlay_free))
        blocks = all_blocks(outcomes)
        if blocks is None:
            yield from (outcome for outcome in outcomes if isinstance(outcome, Fault))
        elif blocks:
            items.append(Item(blocks, label or None))
    if len(items) > MAX_ITEMS:
        yield Fault("list", "too-long", name, place)
    elif items:
        yield Found(ItemList(kind, tuple(items)), place)


def _items(body: Tokens) -> Iterator[tuple[Tokens | None, Tokens]]:
    """Yield label and content of each item of a list's body."""
    reader = Reader(body)
    reader.option()
    start = -1
    option: Tokens | None = None
    while (token := reader.peek()) is not None:
        if token.kind == "begin" or is_control(token, "begin"):
            end = reader.match(reader.at)
            reader.at = end + 1 if token.kind == "begin" else environment_at(reader.tokens, end)[1]
            continue
        at = reader.at
        reader.at += 1
        if token.kind == "control" and token.text in known.ITEMS:
            if start >= 0:
                yield option, reader.tokens[start:at]
            reader.bracketed("<", ">")
            option = reader.option()
            if token.text != "item":
                option = None
            reader.bracketed("<", ">")
            start = reader.at
    if start >= 0:
        yield option, reader.tokens[start:]


def _caption(tokens: Tokens) -> Tokens | None:
    """Return the caption of a float, or None if there is none or more than one."""
    reader = Reader(tokens)
    captions: list[Tokens] = []
    while (token := reader.peek()) is not None:
        reader.at += 1
        if is_control(token, "caption"):
            reader.star()
            reader.option()
            captions.append(reader.argument())
    return captions[0] if len(captions) == 1 else None
