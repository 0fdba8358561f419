"""Two texts side by side: which stretches of each are not in the other, character by character."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dataengine.audit.report import plain
from trainers.evaluation.metrics.libraries import require

MOST_CHARS = 6000
"""Longest text that is shown; 6,000 characters against 6,000 take some 20 ms to align."""

Stretch = tuple[str, bool]
"""A stretch of text, and whether the other text lacks it."""


def differences(target: str, prediction: str) -> tuple[list[Stretch], list[Stretch]]:
    """Return both texts in stretches, aligned by the fewest edits.

    Blanks and line breaks that differ are shown as signs, and so is what cannot be seen.
    """
    first, second = target[:MOST_CHARS], prediction[:MOST_CHARS]
    steps: Sequence[Any] = require("rapidfuzz.distance.Levenshtein").opcodes(first, second)
    left: list[Stretch] = []
    right: list[Stretch] = []
    for step in steps:
        differs = step.tag != "equal"
        _add(left, first[step.src_start : step.src_end], differs)
        _add(right, second[step.dest_start : step.dest_end], differs)
    for text, stretches in ((target, left), (prediction, right)):
        if len(text) > MOST_CHARS:
            stretches.append((f" … {len(text) - MOST_CHARS:,} more characters", False))
    return left, right


def _add(stretches: list[Stretch], text: str, differs: bool) -> None:
    if not text:
        return
    if differs:
        text = text.replace("\n", "⏎\n") if text.strip(" ") else "␣" * len(text)
    shown = plain(text)
    if stretches and stretches[-1][1] == differs:
        stretches[-1] = (stretches[-1][0] + shown, differs)
    else:
        stretches.append((shown, differs))
