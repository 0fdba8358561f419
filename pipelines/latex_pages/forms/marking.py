"""Content with marks at places that its text and its glyphs pass in the same order.

Marks stand around formulas, between the parts that follow one another in them, around signs in
running text and at the ends of paragraphs; never where they would change how a text is spelled,
blanks aside (inside scripts, fractions, accents).
"""

from __future__ import annotations

import re
from dataclasses import replace

from pipelines.latex_pages.content.nodes import (
    Alphabet,
    Atom,
    Block,
    Blocks,
    Delimited,
    Display,
    Formula,
    Group,
    Heading,
    Inlines,
    ItemList,
    Math,
    Matrix,
    Paragraph,
    Quote,
    Script,
    Styled,
    Symbol,
    Text,
    Theorem,
)
from pipelines.latex_pages.forms.trace import MARK

_SIGN = re.compile("([^\x00-\xff\u2010-\u201f\u3000-\u30ff\u3400-\u9fff\uff00-\uffef])")
"""What the glyphs may spell otherwise than the text."""


def marked_inlines(body: Inlines) -> Inlines:
    """Return running text with marks."""
    nodes: list[object] = []
    for node in body:
        match node:
            case Text():
                nodes.append(Text(_SIGN.sub(rf"{MARK}\1{MARK}", node.text)))
            case Styled():
                nodes.append(replace(node, body=marked_inlines(node.body)))
            case Math():
                nodes.append(Math(_formula(node.body)))
            case Script():
                nodes += (Text(MARK), node, Text(MARK))
            case _:
                nodes.append(node)
    return tuple(nodes)  # type: ignore[arg-type]


def marked_block(block: Block) -> Block:
    """Return a block with marks; of a table inside it, none."""
    match block:
        case Heading():
            return replace(block, title=marked_inlines(block.title))
        case Paragraph():
            return replace(block, body=(Text(MARK), *marked_inlines(block.body), Text(MARK)))
        case Display():
            rows = tuple(tuple(map(_formula, row)) for row in block.rows)
            return replace(block, rows=rows)
        case ItemList():
            items = tuple(
                replace(
                    item,
                    body=_blocks(item.body),
                    label=None if item.label is None else marked_inlines(item.label),
                )
                for item in block.items
            )
            return replace(block, items=items)
        case Theorem():
            note = None if block.note is None else marked_inlines(block.note)
            return replace(block, body=_blocks(block.body), note=note)
        case Quote():
            return replace(block, body=_blocks(block.body))
        case _:
            return block


def _blocks(blocks: Blocks) -> Blocks:
    return tuple(map(marked_block, blocks))


def _formula(formula: Formula) -> Formula:
    """A formula with marks before, between and behind its parts."""
    mark = Symbol(MARK)
    atoms: list[Atom] = [mark]
    for atom in formula:
        atoms += (_atom(atom), mark)
    return tuple(atoms)


def _atom(atom: Atom) -> Atom:
    match atom:
        case Group() | Alphabet():
            return replace(atom, body=_formula(atom.body))
        case Delimited():
            return replace(atom, parts=tuple(map(_formula, atom.parts)))
        case Matrix():
            return replace(atom, rows=tuple(tuple(map(_formula, row)) for row in atom.rows))
        case _:
            return atom
