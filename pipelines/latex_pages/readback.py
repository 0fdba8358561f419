"""Reads a candidate's markdown back and asks for the same ink: the target says what is set."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.latex_pages.content.reading import Refusal
from pipelines.latex_pages.forms.form import Form
from pipelines.latex_pages.forms.labels import (
    bullet_label,
    equation_label,
    footnote_label,
    item_label,
    theorem_label,
)
from pipelines.latex_pages.forms.mathpix import parse, write
from pipelines.latex_pages.forms.write import write_block

_SHOWN = 40


def reads_back(form: Form) -> str:
    """Return "" if the markdown reads back as what was written, else what differs."""
    labels = [_label(kind, number) for number, kind in enumerate(form.slots, 1)]
    filled = form.fill(labels)
    marks = [label for kind, label in zip(form.slots, labels, strict=True) if kind == "footnote"]
    notes = list(zip(marks, form.notes, strict=True))
    markdown = "\n\n".join(
        [filled.markdown, *(f"[^{label.markdown}]: {text.markdown}" for label, text in notes)]
    )
    try:
        parsed = parse(markdown)
        again = write(parsed)
        if again != markdown:
            return _differ(again, markdown)
        forms = [write_block(block) for block in parsed.blocks]
    except (Refusal, ValueError) as error:
        return f"it cannot be read: {error}"[:200]
    shown = _ink(forms, [label for label, _ in notes])
    if shown != filled.glyphs.chars:
        return _differ(shown, filled.glyphs.chars)
    return ""


def _label(slot: str, number: int) -> Form:
    kind = slot.partition(":")[0]
    if kind == "equation":
        return equation_label(str(number))
    if kind == "footnote":
        return footnote_label(str(number))
    if kind == "theorem":
        return theorem_label(str(number))
    if kind == "itemize":
        return bullet_label("•", "\\textbullet")
    return item_label(f"{number}.")


def _ink(forms: Sequence[Form], marks: Sequence[Form]) -> str:
    """Return the glyphs of what was read; numbers of items are the author's labels there."""
    left = list(marks)
    chars = []
    for form in forms:
        labels = [
            left.pop(0) if kind == "footnote" and left else _label(kind, 0) for kind in form.slots
        ]
        chars.append(form.fill(labels).glyphs.chars)
    return "".join(chars)


def _differ(one: str, other: str) -> str:
    at = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    start = max(0, at - _SHOWN // 2)
    return f"{one[start : at + _SHOWN]!r} instead of {other[start : at + _SHOWN]!r}"
