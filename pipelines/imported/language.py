"""Which language a short text is in, told by its letters alone.

A Han character counts as much as five Latin letters, about a word. Any language in Latin letters is
taken for English, so say what the set is in (`options.language`) where it is another.
"""

from __future__ import annotations

import re

_HAN = re.compile(r"[\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_STRANGE = re.compile(
    r"[\u0370-\u1fff\u3040-\u30ff\uac00-\ud7af]"  # Greek to Khmer, Kana, Hangul
)
_LETTERS_PER_WORD = 5
_ZH_FROM, _MIXED_FROM = 0.5, 0.05
_OTHER_FROM = 0.2


def find_language(text: str, claimed: str = "") -> str:
    """Return "zh", "mixed", "en" or "other".

    Args:
        claimed: what the corpus claims, for texts without letters; without a claim they are "en".
    """
    han = len(_HAN.findall(text))
    latin = len(_LATIN.findall(text))
    strange = len(_STRANGE.findall(text))
    if not han + latin + strange:
        base = claimed.lower().partition("-")[0]
        return base if base in ("zh", "mixed", "other") else "en"
    if strange >= _OTHER_FROM * (han + latin + strange):
        return "other"
    share = han / (han + latin / _LETTERS_PER_WORD)
    if share >= _ZH_FROM:
        return "zh"
    return "mixed" if share >= _MIXED_FROM else "en"
