"""Takes out paragraphs that lead to something refused, or go on from it: they say nothing alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from dataengine.material import Refusal
from pipelines.latex_pages.page.pieces import Piece

_ENDS = (".", "?", "!", "。", "？", "！", "…", "．")
_COLONS = (":", "：")
_AFTER_END = re.compile(r"[\s\ue000-\uf8ff”’\"')\]）」』】*]+\Z")
"""What may stand behind a sentence's last sign: quotes, parentheses, footnotes' marks."""

Judged = tuple[Piece, str] | Refusal
"""A piece and its language, or why there is none."""


def without_dangling(judged: Iterable[Judged]) -> Iterator[Judged]:
    """Yield what was found in its order, paragraphs refused that hang on something refused.

    A paragraph leads to what follows if it does not end as a sentence does; it goes on from what
    stands before it if it is `continued`.
    """
    held: list[tuple[Piece, str]] = []  # paragraphs in a row that lead to what follows
    before = ""  # kind of what was refused last, if nothing stands between
    for one in judged:
        if isinstance(one, tuple) and before and _goes_on(one[0], before):
            one = _refusal(one[0])
        if isinstance(one, tuple):
            before = ""
            if _leads(one[0]):
                held.append(one)
                continue
            last = held[-1:]
            if last and one[0].kind == "heading" and _end(last[0][0]).endswith(_COLONS):
                yield from held[:-1]
                yield _refusal(last[0][0])
            else:
                yield from held
        else:
            before = one.kind
            yield from (_refusal(piece) for piece, _ in held)
        held.clear()
        yield one
    yield from held[:-1]
    yield from (_refusal(piece) for piece, _ in held[-1:])


def _goes_on(piece: Piece, before: str) -> bool:
    """Return whether a piece goes on from something refused, of kind `before`, in front of it."""
    start = piece.form.text[:1]
    if not piece.continued or (start.isascii() and start.isupper()):
        return False  # a sentence begins
    # Sentences go through displays; other things stand between them, with a blank line or not.
    return before == "display" or start.islower()


def _leads(piece: Piece) -> bool:
    return piece.kind == "paragraph" and not _end(piece).endswith(_ENDS)


def _end(piece: Piece) -> str:
    return _AFTER_END.sub("", piece.form.text[-40:])


def _refusal(piece: Piece) -> Refusal:
    end = piece.form.text.strip()[-60:]
    return Refusal("paragraph", "dangling", end, piece.source["place"])
