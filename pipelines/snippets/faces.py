"""The fonts of snippets: the first of a fixed list, loaded once per size."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from PIL import ImageFont

from dataengine.errors import ToolMissing
from pipelines.charts.fonts import FontSet, advance_table, font_set
from pipelines.snippets.options import Language

Font = ImageFont.FreeTypeFont

# Sets of one face, so that a character has one glyph or none. The order is part of what `fonts`
# means: a change of it changes datasets.
LISTS: Mapping[Language, tuple[str, ...]] = {
    "en": ("dejavu_sans", "liberation_sans", "liberation_serif", "open_sans", "lato"),
    "zh": ("noto_sans_cjk", "wqy_microhei", "noto_serif_cjk", "wqy_zenhei"),
}


def chosen_sets(language: Language, count: int) -> tuple[FontSet, ...]:
    """Return the first fonts of a language; fewer if the list is shorter.

    Raises:
        ToolMissing: one of them is not installed.
    """
    return tuple(font_set(name) for name in LISTS[language][:count])


def missing_sets(language: Language, count: int) -> list[str]:
    """Return a sentence for each of the first fonts that is not installed."""
    absent = []
    for name in LISTS[language][:count]:
        try:
            font_set(name)
        except ToolMissing as error:
            absent.append(str(error))
    return absent


@functools.lru_cache(maxsize=256)
def load(made: FontSet, size_px: int) -> Font:
    """Return the font of a set in a size, with the layout that needs no further library."""
    face = made.regular[0]
    return ImageFont.truetype(
        face.path, size_px, index=face.index, layout_engine=ImageFont.Layout.BASIC
    )


def lacking(made: FontSet, text: str) -> str:
    """Return the characters, other than spaces, that the font's `cmap` has no glyph for."""
    glyphs = advance_table(made.regular[0]).glyphs
    return "".join(dict.fromkeys(c for c in text if c != " " and not glyphs.get(ord(c))))
