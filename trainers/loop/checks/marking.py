"""Sequences as people read them: special tokens by name, learned ones between brackets."""

from __future__ import annotations

from itertools import groupby

from trainers.tokens.layout import Encoded, Layout

OPEN, CLOSE = "⟦", "⟧"


def marked(encoded: Encoded, layout: Layout) -> str:
    """Return a sequence's text with learned tokens between ⟦ and ⟧.

    Repeated special tokens are counted: `<image>×256`.
    """
    names = special_names(layout)
    rows = zip(encoded.ids.tolist(), encoded.learned.tolist(), strict=True)
    text = ""
    for learned, tokens in groupby(rows, key=lambda row: row[1]):
        part = ""
        for name, run in groupby(tokens, key=lambda row: names.get(row[0])):
            ids = [token for token, _ in run]
            if name is None:
                part += layout.vocabulary.decode(ids)
            else:
                part += name if len(ids) == 1 else f"{name}×{len(ids)}"
        text += f"{OPEN}{part}{CLOSE}" if learned else part
    return text


def special_names(layout: Layout) -> dict[int, str]:
    """Return the layout's special tokens: id -> name."""
    settings = layout.settings
    wanted = (settings.pad, settings.image, settings.end, settings.begin, *settings.specials)
    return {layout.vocabulary.special(one): one for one in wanted if one}
