"""Running text put in order: blanks as the page shows them, faces nested in one way.

A blank beside a Han character is dropped, on both sides and across formulas: Chinese typesetting
puts its own room between Han and Latin, whether or not the source has a blank there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.latex_pages.content.accents import is_han
from pipelines.latex_pages.content.nodes import Break, Inline, Inlines, Styled, Text

if TYPE_CHECKING:
    from typing import Literal

    from pipelines.latex_pages.content.nodes import Face

ORDER: tuple[Face, ...] = (*("bold", "italic", "slanted", "mono", "sans", "underline"),)
"""Faces from the outermost to the innermost."""
Faces = frozenset["Face"]
Leaf = tuple[Faces, Inline]

_RIVALS: tuple[frozenset[str], ...] = (
    frozenset(("italic", "slanted")),
    frozenset(("mono", "sans")),
)


def with_face(faces: Faces, face: Face) -> Faces:
    """Return the faces with one more; it takes the place of its rivals."""
    for rivals in _RIVALS:
        if face in rivals:
            faces = faces - rivals
    return faces | {face}


def arrange(leaves: list[Leaf], ends: Literal["strip", "keep"] = "strip") -> Inlines:
    """Return leaves as nested nodes: blanks normal, text merged, faces in `ORDER`.

    Args:
        ends: whether blanks at both ends are dropped.
    """
    leaves = _unstyled_blanks(_merged(_blanks(leaves, keep_ends=ends == "keep")))
    if ends == "strip":
        while leaves and isinstance(leaves[-1][1], Break):
            leaves.pop()
        while leaves and isinstance(leaves[0][1], Break):
            leaves.pop(0)
    return _nested(_merged(leaves), 0)


_RUN = re.compile(" +")
_CHINESE_DASHES = frozenset(("——", "……"))
"""Two of them are one Chinese sign."""


def _blanks(leaves: list[Leaf], *, keep_ends: bool) -> list[Leaf]:
    parts = []
    for _, node in leaves:
        match node:
            case Text(text=text):
                parts.append(re.sub(r"[\t\n\r ]", " ", text))
            case Break():
                parts.append("\n")
            case _:
                parts.append("\ufffc")
    whole = "".join(parts)
    dropped = bytearray(len(whole))
    for run in _RUN.finditer(whole):
        before = whole[run.start() - 1 : run.start()]
        after = whole[run.end() : run.end() + 1]
        if not before or not after:
            keep = keep_ends
        else:
            dash = _CHINESE_DASHES & {whole[max(0, run.start() - 2) : run.start()]}
            dash |= _CHINESE_DASHES & {whole[run.end() : run.end() + 2]}
            han = is_han(before) or is_han(after) or bool(dash)
            keep = "\n" not in (before, after) and not han
        start = run.start() + keep
        dropped[start : run.end()] = b"\1" * (run.end() - start)
    result: list[Leaf] = []
    at = 0
    for (faces, node), part in zip(leaves, parts, strict=True):
        if isinstance(node, Text):
            kept = "".join(char for i, char in enumerate(part, at) if not dropped[i])
            if kept:
                result.append((faces, Text(kept)))
        else:
            result.append((faces, node))
        at += len(part)
    return result


def _unstyled_blanks(leaves: list[Leaf]) -> list[Leaf]:
    """Take blanks at the ends of a face out of it."""
    result: list[Leaf] = []
    for at, (faces, node) in enumerate(leaves):
        if not isinstance(node, Text) or not faces:
            result.append((faces, node))
            continue
        before = leaves[at - 1][0] if at else frozenset[str]()
        after = leaves[at + 1][0] if at + 1 < len(leaves) else frozenset[str]()
        text = node.text
        if text.startswith(" ") and not faces <= before:
            result.append((faces & before, Text(" ")))
            text = text[1:]
        trailing = text.endswith(" ") and not faces <= after
        if trailing:
            text = text[:-1]
        if text:
            result.append((faces, Text(text)))
        if trailing:
            result.append((faces & after, Text(" ")))
    return result


def _merged(leaves: list[Leaf]) -> list[Leaf]:
    result: list[Leaf] = []
    for faces, node in leaves:
        last = result[-1] if result else None
        if (
            isinstance(node, Text)
            and last is not None
            and isinstance(last[1], Text)
            and last[0] == faces
        ):
            result[-1] = (faces, Text(last[1].text + node.text))
        else:
            result.append((faces, node))
    return result


def _nested(leaves: list[Leaf], outer: int) -> Inlines:
    """Wrap runs of leaves in their faces, from `ORDER[outer]` on."""
    if outer == len(ORDER):
        return tuple(node for _, node in leaves)
    face = ORDER[outer]
    result: list[Inline] = []
    at = 0
    while at < len(leaves):
        end, styled = at, face in leaves[at][0]
        while end < len(leaves) and (face in leaves[end][0]) == styled:
            end += 1
        inner = _nested(leaves[at:end], outer + 1)
        result.extend((Styled(face, inner),) if styled else inner)
        at = end
    return tuple(result)
