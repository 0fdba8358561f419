"""Two texts side by side: which words of each the other lacks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from dataengine.audit.words import tokens

_PIECES = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[^\s\u3400-\u9fff\uf900-\ufaff]+|\s+")


def marked(text: str, other: str, *, formulas: bool = True) -> list[tuple[str, bool]]:
    """Return the text in stretches, each with whether the other text lacks it.

    Words are looked up in any order, each as often as the other text has it.

    Args:
        formulas: whether chunks that look like formulas are looked up too; else they are passed.
    """
    left = Counter(tokens(other))
    stretches: list[tuple[str, bool]] = []
    for piece, lacking in _judged(text, left, formulas=formulas):
        if stretches and (stretches[-1][1] == lacking or piece.isspace()):
            before, state = stretches[-1]
            stretches[-1] = (before + piece, state)
        else:
            stretches.append((piece, lacking))
    return stretches


def _judged(text: str, left: Counter[str], *, formulas: bool) -> Iterator[tuple[str, bool]]:
    for piece in _PIECES.findall(text):
        wanted = Counter(tokens(piece, formulas=formulas))
        lacking = any(left[token] < count for token, count in wanted.items())
        left.subtract(wanted)
        yield piece, lacking
