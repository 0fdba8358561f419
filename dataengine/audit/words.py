"""Texts as tokens that two readers of one picture can agree on: words, numbers, Han characters.

Formulas are left out on the side of the truth: OCR made for prose reads them as noise, so a chunk
with a mathematical sign, a script or a Greek letter says nothing about whether picture and target
belong together. Everything is compared in small letters, without accents and punctuation, in
NFKC, with Unicode's separate radicals as the characters that they look like.
"""

from __future__ import annotations

import re
import unicodedata

from dataengine.radicals import RADICALS

MIN_LETTERS = 2
"""Shorter words are symbols or noise; digits and Han characters count alone."""

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_CHUNKS = re.compile(rf"[{_HAN}]|[^\s{_HAN}]+")
_FORMULA = re.compile(
    "[=^_\\\\{}|<>\u0370-\u03ff\u00b2\u00b3\u00b9\u2070-\u209f\u1d62-\u1d6a\u2100-\u214f"
    "\u2190-\u23ff\u25a0-\u25ff\u27c0-\u2aff\u2c7c\u1d2c-\u1d61\U0001d400-\U0001d7ff]"
)
_PIECES = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_SEPARATORS = re.compile("[.,]")
_HAN_ONE = re.compile(f"[{_HAN}]")
_LATIN = re.compile("[A-Za-z]")
_NOT_CONTENT = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """Return a text as it is compared: NFKC, small letters, no accents, radicals folded."""
    plain = unicodedata.normalize("NFKD", text.translate(RADICALS))
    marks = "".join(char for char in plain if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", marks).casefold()


def tokens(text: str, *, formulas: bool = True) -> list[str]:
    """Return the words, numbers (without their separators) and Han characters of a text, in order.

    Args:
        formulas: whether chunks that look like formulas are read too; off for targets.
    """
    found: list[str] = []
    for chunk in _CHUNKS.findall(text.translate(RADICALS)):
        if not formulas and _FORMULA.search(chunk):
            continue
        found += _pieces(folded(chunk))
    return found


def content(text: str) -> str:
    """Return the letters and digits of a text, folded: what distances are measured on."""
    return _NOT_CONTENT.sub("", folded(text))


def han_share(text: str) -> tuple[float, int]:
    """Return the share of Han characters among Han and Latin letters, and how many these are.

    A Han character counts for two letters: it takes the place of a third of an English word.
    """
    han = 2 * len(_HAN_ONE.findall(text))
    letters = han + len(_LATIN.findall(text))
    return (han / letters if letters else 0.0), letters


def _pieces(chunk: str) -> list[str]:
    pieces = []
    for piece in _PIECES.findall(chunk):
        if piece[0].isdigit():
            pieces.append(_SEPARATORS.sub("", piece))
        elif len(piece) >= MIN_LETTERS or _HAN_ONE.match(piece):
            pieces.append(piece)
    return pieces
