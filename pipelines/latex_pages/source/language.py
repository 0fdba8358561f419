"""Which language a piece of a source is in: English, Chinese, or another."""

from __future__ import annotations

import re

from pipelines.latex_pages.source.tokens import Token, names

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_CHINESE = re.compile(
    "[\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003134f]"
)
_WORD = re.compile(r"[^\W\d_]+")
_FOREIGN = re.compile("[\u0370-\u03ff\u0400-\u04ff\u0590-\u06ff\u3040-\u30ff\uac00-\ud7af]")
_LATIN = re.compile("[a-zA-Z]")
_ACCENTED = re.compile("[\u00c0-\u024f]")
_ENGLISH = names(
    "the of and to in is that for it with as be on this are by or from an at not we can which was "
    "have has if its these when may all but any there then let where each such more than one"
)
_LATIN_OTHERS = names(
    "der die das und ist nicht ein eine zu mit von für auf dem im sich des wird "
    "le la les est une dans pour qui que sur du par avec sont ce et un "
    "el los las y una del su lo más il che per non della nel di "
    "um uma para com não os ao het een van dat zijn met voor niet och att det som"
)
_LETTERS_PER_HAN = 4.0  # a Chinese page with formulas and names in Latin is Chinese
_ZH_FROM = 0.3
_MAX_FOREIGN = 0.1
_MAX_ACCENTED = 0.03
_MIN_WORDS = 20
_LEAST_ENGLISH = 0.1


def han_share(text: str) -> float:
    """Return the share of Han characters among words: a Latin word counts as four letters."""
    han = len(_HAN.findall(text))
    return han / max(1.0, han + len(_LATIN.findall(text)) / _LETTERS_PER_HAN)


def find_language(text: str) -> str:
    """Return "en", "zh" or "other" for plain text; too little text to tell counts as "en"."""
    if han_share(text) >= _ZH_FROM:
        return "other" if _kana(text) else "zh"
    letters = len(_LATIN.findall(text))
    accented = len(_ACCENTED.findall(text))
    if len(_FOREIGN.findall(text)) > _MAX_FOREIGN * (letters + 20):
        return "other"
    if accented > _MAX_ACCENTED * letters and accented > 10:
        return "other"
    words = [word for word in _WORD.findall(text.lower()) if len(word) > 1]
    if len(words) < _MIN_WORDS:
        return "en"
    english = sum(word in _ENGLISH for word in words)
    others = sum(word in _LATIN_OTHERS for word in words)
    if others > english or english < _LEAST_ENGLISH * len(words):
        return "other"
    return "en"


def language_of(tokens: list[Token]) -> str:
    """Return `find_language` of the words among tokens; formulas and commands do not count."""
    words: list[str] = []
    in_math = False
    for token in tokens:
        if token.kind in ("math", "math2"):
            in_math = not in_math
        elif not in_math and token.kind in ("letter", "space"):
            words.append(token.text)
    return find_language("".join(words))


def _kana(text: str) -> bool:
    kana = sum("\u3040" <= char <= "\u30ff" for char in text)
    return kana > 0.05 * len(text)


def has_han(text: str) -> bool:
    """Whether a text holds Han characters, or Chinese punctuation or fullwidth forms."""
    return _CHINESE.search(text) is not None


def is_bilingual(text: str) -> bool:
    """Whether a Chinese text holds a good share of words in Latin script."""
    return has_han(text) and han_share(text) < 1 - _ZH_FROM
