"""Classes of characters, looked up for a whole page at once in a table of the basic plane."""

from __future__ import annotations

import unicodedata
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from dataengine.radicals import RADICALS

Codes = npt.NDArray[np.uint32]


class Kind(IntEnum):
    """What a character is; each has exactly one kind."""

    BLANK = 0
    UNKNOWN = 1  # U+FFFD, private use, control, surrogate, unassigned
    DIGIT = 2
    LETTER = 3  # a-z, A-Z
    LATIN = 4  # Latin letters with accents
    FOREIGN = 5  # letters of other scripts
    HAN = 6  # in GB 2312 level 1 or Big5 level 1
    HAN_RARE = 7
    RADICAL = 8  # Kangxi and supplement radicals, which stand for ordinary characters
    KANA = 9  # and hangul
    HIGH_SYMBOL = 10  # signs of Latin-1, which broken text maps are made of
    SYMBOL = 11


_PLANE = 0x10000
_PRIVATE_FROM = 0xE0000
_IDEOGRAPHIC_PLANES = range(0x20000, 0x40000)
_UNKNOWN_CATEGORIES = frozenset(("Cc", "Co", "Cs", "Cn"))


def codes_of(text: str) -> Codes:
    """Return the text's code points."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def kinds_of(codes: Codes) -> npt.NDArray[np.uint8]:
    """Return the kind of each code point."""
    kinds = kind_table().take(codes, mode="clip")
    if len(codes) and codes.max() >= _PLANE:
        high = codes >= _PLANE
        kinds[high & (codes >= _IDEOGRAPHIC_PLANES.start) & (codes < _IDEOGRAPHIC_PLANES.stop)] = (
            Kind.HAN_RARE
        )
        kinds[codes >= _PRIVATE_FROM] = Kind.UNKNOWN
    return kinds


def count_kinds(kinds: npt.NDArray[np.uint8]) -> npt.NDArray[np.intp]:
    """Return how many characters there are of each kind, indexed by `Kind`."""
    return np.bincount(kinds, minlength=len(Kind))


def truncated_mathematics(codes: Codes) -> int:
    """Count Hangul that is really mathematics: U+1D400..1D7FF cut to 16 bits by a bad map.

    Korean text always has syllables of the other nine tenths of the block too.
    """
    hangul = codes[(codes >= 0xAC00) & (codes < 0xD7B0)]
    cut = int((hangul >= 0xD400).sum())
    return cut if cut == len(hangul) else 0


def radical_doubles(raw: str) -> int:
    """Count radicals that stand beside the very character that they mean."""
    return sum(
        RADICALS.get(ord(left)) == right or RADICALS.get(ord(right)) == left
        for left, right in pairwise(raw)
    )


@lru_cache(maxsize=1)
def kind_table() -> npt.NDArray[np.uint8]:
    """Return the kind of each code point of the basic plane; the last entry is for all others."""
    common = _common_han()
    table = np.full(_PLANE + 1, Kind.SYMBOL, np.uint8)
    for code in range(_PLANE):
        table[code] = _kind(code, common)
    return table


def _kind(code: int, common: frozenset[int]) -> Kind:
    character = chr(code)
    category = unicodedata.category(character)
    if character in "\t\n" or (character.isspace() and category != "Cc"):
        return Kind.BLANK
    if code == 0xFFFD or category in _UNKNOWN_CATEGORIES:
        return Kind.UNKNOWN
    if code in RADICALS or 0x2E80 <= code < 0x2FE0:
        return Kind.RADICAL
    if 0x3400 <= code < 0xA000 or 0xF900 <= code < 0xFB00:
        return Kind.HAN if code in common else Kind.HAN_RARE
    if 0x3040 <= code < 0x3100 or 0xAC00 <= code < 0xD7B0 or 0x1100 <= code < 0x1200:
        return Kind.KANA
    if category == "Nd":
        return Kind.DIGIT
    if category.startswith("L"):
        return _letter_kind(code)
    return Kind.HIGH_SYMBOL if 0xA1 <= code < 0xC0 or code in (0xD7, 0xF7) else Kind.SYMBOL


def _letter_kind(code: int) -> Kind:
    if code < 0x80:
        return Kind.LETTER
    if code < 0x250 or 0x1E00 <= code < 0x1F00:
        return Kind.LATIN
    if 0x2000 <= code < 0x2200 or 0x1D00 <= code < 0x1DC0 or code >= 0xFF00 or code == 0x3007:
        return Kind.SYMBOL  # letter-like signs, fullwidth forms
    if 0x370 <= code < 0x400:
        return Kind.SYMBOL  # Greek letters are mathematics far more often than Greek
    if 0x3000 <= code < 0x3040:
        return Kind.SYMBOL
    return Kind.FOREIGN


def _common_han() -> frozenset[int]:
    """Characters of everyday simplified (GB 2312 level 1) and traditional (Big5 level 1) text."""
    simplified = _decode_rows(range(0xB0, 0xD8), (range(0xA1, 0xFF),), "gb2312")
    traditional = _decode_rows(range(0xA4, 0xC7), (range(0x40, 0x7F), range(0xA1, 0xFF)), "big5")
    return frozenset(ord(character) for character in simplified + traditional)


def _decode_rows(leads: range, trails: tuple[range, ...], encoding: str) -> str:
    pairs = (bytes((lead, trail)) for lead in leads for span in trails for trail in span)
    return "".join(pair.decode(encoding, "ignore") for pair in pairs)
