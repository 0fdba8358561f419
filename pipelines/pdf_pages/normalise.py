"""Characters as print shows them: one code point per look, nothing invisible.

Mapped: presentation ligatures to letters; Kangxi radicals, the CJK Radicals Supplement and CJK
compatibility ideographs to the ordinary characters; every kind of blank to U+0020; hyphens that
differ only in how they break to "-". Removed: soft hyphens (at a line's end, where they are
printed, they become "-"), zero-width and direction marks. Composed: base letter plus accent (NFC).
Not folded: superscripts, fullwidth forms, the ellipsis, quotes: they look different in print, so
NFKC as a whole would make the text disagree with the picture.
"""

from __future__ import annotations

import re
import unicodedata

SOFT_HYPHEN = "\u00ad"
_KANGXI = range(0x2F00, 0x2FD6)
_SUPPLEMENT = range(0x2E80, 0x2F00)
_COMPATIBILITY = range(0xF900, 0xFB00)
_LIGATURES = range(0xFB00, 0xFB07)
_BLANKS = (0x00A0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)
_INVISIBLE = (
    0x00AD,
    0x034F,
    0x061C,
    0x180E,
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFE00, 0xFE10),
    0xFEFF,
)
# Supplement radicals that Unicode gives no decomposition for, with the character that is written
# in the same way; the components that are no character of their own (such as U+2E80) stay.
_SUPPLEMENT_PAIRS = (
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺇几⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺑尣⺒巳⺓幺⺔彑⺕彐⺖忄⺗心⺘扌"
    "⺙攵⺛旡⺜日⺝月⺞歺⺠民⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺪疋⺫罒⺬示⺭礻⺮竹⺯糹⺰纟⺱罓"
    "⺲罒⺳网⺴罓⺵罓⺶羊⺷羊⺸羊⺹耂⺺肀⺻聿⺼肉⺽臼⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻇角⻈讠"
    "⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑長⻒镸⻓长⻔门⻕阜⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞食⻟飠⻠饣"
    "⻡首⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟"
)


def _radicals() -> dict[int, str]:
    pairs = zip(_SUPPLEMENT_PAIRS[::2], _SUPPLEMENT_PAIRS[1::2], strict=True)
    table = {ord(radical): ordinary for radical, ordinary in pairs}
    for code in (*_KANGXI, *_SUPPLEMENT):
        folded = unicodedata.normalize("NFKC", chr(code))
        if folded != chr(code):
            table.setdefault(code, folded)
    return table


RADICALS = _radicals()
"""Radical code point -> the ordinary character that looks the same."""


def _table() -> dict[int, str]:
    table = dict(RADICALS)
    for code in _COMPATIBILITY:
        table[code] = unicodedata.normalize("NFC", chr(code))
    for code in _LIGATURES:
        table[code] = unicodedata.normalize("NFKC", chr(code))
    table.update(dict.fromkeys(_BLANKS, " "))
    table.update(dict.fromkeys(_INVISIBLE, ""))
    table.update({0x2010: "-", 0x2011: "-"})
    return table


_TABLE = {chr(code): shown for code, shown in _table().items()}
_MAPPED = re.compile("[" + "".join(map(re.escape, _TABLE)) + "]")


def normalise(text: str) -> str:
    """Return the text with every character as print shows it; line breaks stay."""
    if text.isascii():
        return text
    if SOFT_HYPHEN in text:
        text = text.replace(SOFT_HYPHEN + "\n", "-\n")
        text = text[:-1] + "-" if text.endswith(SOFT_HYPHEN) else text
    # Few characters are mapped: looking for them takes a tenth of the time of `str.translate`.
    return unicodedata.normalize("NFC", _MAPPED.sub(_shown, text))


def _shown(found: re.Match[str]) -> str:
    return _TABLE[found[0]]
