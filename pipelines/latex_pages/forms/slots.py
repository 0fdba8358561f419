"""Numbers of slots, given out in reading order while a writer walks the nodes."""

from __future__ import annotations

from pipelines.latex_pages.forms.form import MAX_SLOTS, SLOT_BASE


class Slots:
    """The slots of one form: every writer walks the same nodes, so all give the same numbers.

    Attributes:
        kinds: kind of each slot so far ("equation", "footnote", "itemize:1", "theorem", …).
    """

    def __init__(self) -> None:
        self.kinds: list[str] = []

    def take(self, kind: str) -> str:
        """Return the character of the next slot.

        Raises:
            ValueError: more slots than a form can hold.
        """
        if len(self.kinds) >= MAX_SLOTS:
            raise ValueError(f"more than {MAX_SLOTS} slots in one form")
        self.kinds.append(kind)
        return chr(SLOT_BASE + len(self.kinds) - 1)

    def place(self, text: str, kinds: tuple[str, ...]) -> str:
        """Return the text of a form that has slots of its own, renumbered as the next ones here."""
        shift = len(self.kinds)
        for kind in kinds:
            self.take(kind)
        return shifted(text, len(kinds), shift)


def shifted(text: str, count: int, shift: int) -> str:
    """Return text whose first `count` slots are counted on by `shift`."""
    if not count or not shift:
        return text
    first = SLOT_BASE
    return text.translate({first + n: first + n + shift for n in range(count)})
