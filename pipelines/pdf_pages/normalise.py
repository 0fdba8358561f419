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

from dataengine.radicals import RADICALS

SOFT_HYPHEN = "\u00ad"
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
