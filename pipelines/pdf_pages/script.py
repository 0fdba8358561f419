"""What characters and line beginnings tell about layout: Chinese or not, list item or not."""

from __future__ import annotations

import re

_CJK_CLASS = "[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]"
_CJK = re.compile(_CJK_CLASS)
_BESIDE_CJK = re.compile(f"(?<={_CJK_CLASS}) +| +(?={_CJK_CLASS})")
_CJK_BLANK_EM = 0.6
_BULLETS = frozenset("•‣◦▪■●○◆◇▶►⋄⚫")
_ITEM = re.compile(
    r"[•‣◦▪⚫]|\*(?=\\)|[■●○◆◇▶►–—∗*·⋄\-](?:\s|$)|(?:\(?\d{1,3}[.)]|\(?[a-zA-Z][.)]|\[\d{1,3}\])(?:[^\w.]|$)|[①-⑳]"
    r"|[（(]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[、）]"
)
_MONOSPACED = re.compile(
    r"mono(?!type)|typewriter|courier|consol|menlo|monaco|terminal|(?:source|fira|cascadia).?code"
    r"|^(?:cm|ec|sf|lm|t1x|tx|ntx)[a-z]*tt\d*$",
    re.IGNORECASE,
)
_DRAWING = re.compile(r"l?circlew?\d*$|linew?\d+$", re.IGNORECASE)
_COMMENT_SIGNS = ("%", "#", "//", "/*", "--", ";")


def is_cjk(character: str) -> bool:
    """Whether the character is Chinese or Chinese punctuation (quotes and dashes are shared)."""
    return character >= "\u2e80" and _CJK.match(character) is not None


def is_blank(left: str, right: str, gap_em: float) -> bool:
    """Whether the gap between two characters is a blank in print.

    Beside Chinese, gaps below 0.6 em are the typesetter's: over five real books they cluster at
    0.2 to 0.5 em where Chinese meets Latin, and gaps that part something begin at 1 em.
    """
    return gap_em >= _CJK_BLANK_EM or left in _BULLETS or not (is_cjk(left) or is_cjk(right))


def is_monospaced(font: str) -> bool:
    """Whether a font is one for code by its name; most PDFs do not set the flag."""
    return _MONOSPACED.search(font) is not None


def is_drawing(font: str) -> bool:
    """Whether a font holds pieces of lines and circles, which are no text."""
    return _DRAWING.match(font) is not None


def opens_comment(code: str) -> bool:
    """Whether what follows this piece of code on its line is a comment."""
    return code.rstrip().endswith(_COMMENT_SIGNS)


def close_up(text: str) -> str:
    """Return the text with single blanks, and none beside Chinese."""
    return _BESIDE_CJK.sub("", " ".join(text.split()))


def starts_item(text: str) -> bool:
    """Whether a line begins with a bullet or a number, as list items do."""
    return _ITEM.match(text) is not None
