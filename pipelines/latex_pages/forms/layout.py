"""What the writers of blocks decide alike: depths of lists, labels, the end of a proof."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipelines.latex_pages.content.nodes import (
    Blocks,
    Break,
    Display,
    Inlines,
    Item,
    ItemList,
    Paragraph,
    Theorem,
)
from pipelines.latex_pages.forms.slots import Slots

MAX_LISTS = 4
"""Lists within lists: LaTeX knows no more, as all of ours are `itemize`."""
MAX_NESTING = 6

QED = "□"
_PROOFS = ("proof", "证明", "證明", "证", "證")


@dataclass(frozen=True, slots=True)
class Nesting:
    """Where a block stands.

    Attributes:
        itemize, enumerate: how many lists of the kind are around it.
        lists, blocks: how many lists, and how many blocks of any kind, are around it.
    """

    itemize: int = 0
    enumerate: int = 0
    lists: int = 0
    blocks: int = 0

    def inside(self, node: object) -> Nesting:
        """Return where the blocks inside the node stand.

        Raises:
            ValueError: deeper than LaTeX sets.
        """
        nesting = replace(self, blocks=self.blocks + 1)
        if isinstance(node, ItemList):
            nesting = replace(nesting, lists=self.lists + 1)
            if node.kind == "itemize":
                nesting = replace(nesting, itemize=self.itemize + 1)
            elif node.kind == "enumerate":
                nesting = replace(nesting, enumerate=self.enumerate + 1)
        if nesting.lists > MAX_LISTS or nesting.blocks > MAX_NESTING:
            raise ValueError("blocks are nested too deep")
        return nesting


TOP = Nesting()
"""On the page itself."""


def item_slot(parent: ItemList, item: Item, inside: Nesting, slots: Slots) -> str:
    """Return the slot of an item's bullet or number; "" if the author labelled it.

    Args:
        inside: where the item's blocks stand.
    """
    if item.label is not None or parent.kind == "description":
        return ""
    depth = inside.itemize if parent.kind == "itemize" else inside.enumerate
    return slots.take(f"{parent.kind}:{depth}")


def row_label(display: Display, row: int, slots: Slots) -> tuple[str, bool]:
    """Return the label of a row, and whether it is the author's own text; "" for none.

    A `multline` has one label, that of any of its rows, and shows it on its last.
    """
    numbered, tag = display.numbered[row], display.tags[row]
    if display.environment == "multline":
        if row < len(display.rows) - 1:
            return "", False
        numbered, tag = any(display.numbered), next(filter(None, display.tags), "")
    if tag:
        return tag, True
    return (slots.take("equation"), False) if numbered else ("", False)


def is_labelled(display: Display) -> bool:
    """Whether any row of the display shows a number or a tag."""
    return any(display.numbered) or any(display.tags)


def is_proof(theorem: Theorem) -> bool:
    """Whether the block ends with the sign of a proof's end."""
    return theorem.name.lower().startswith(_PROOFS)


def sign_joins(body: Blocks) -> bool:
    """Whether the sign that ends a proof stands in the last paragraph, not on a line of its own."""
    return bool(body) and isinstance(body[-1], Paragraph)


def trimmed(body: Inlines) -> Inlines:
    """Return a paragraph's text without line breaks at its ends, which TeX refuses or ignores."""
    first, last = 0, len(body)
    while first < last and isinstance(body[first], Break):
        first += 1
    while last > first and isinstance(body[last - 1], Break):
        last -= 1
    return body[first:last]
