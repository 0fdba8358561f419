"""Which language a page is in, and whether its text is language at all.

Chinese is told by its code points; the rest by function words: English against six neighbours that
use the same letters. Plausibility catches broken text maps that yield valid code points: the share
of neighbouring letters that form one of the 220 most frequent pairs of English text is above 0.8
in English, code and other Western languages, and about a third in a shifted alphabet.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat

import numpy as np
import numpy.typing as npt

from pipelines.pdf_pages.charset import Codes, Kind

# First letter followed by the letters that often come after it, counted over two novels' worth of
# English prose and manuals: 95 % of the pairs of such text, 33 % of all possible pairs.
_USUAL_PAIRS = (
    "abcdfgiklmnprstuvy baeiloruy caehiklortu daeiosu eacdefgilmnprstvwxy faefiortu gaehilor "
    "haeiot iabcdefgklmnorstvz kein ladefilosuy mabeimopruy nacdegiklnosty "
    "obcdfiklmnoprstuvw paeiloprt qu racdegilmnorstuvy sacehiopstu taehilorstuy "
    "uacegilmnprst vaei waehino yeos za"
)
_FUNCTION_WORDS = {
    "en": "the of and to in is that for it with as be on this are by or from an at not we can "
    "which was have has if you will its these their when may all but they he his i",
    "de": "der das und ist nicht ein eine zu mit von für auf dem im sich des wird werden",
    "fr": "le la les des est une dans pour qui que sur du par avec sont ce pas plus au",
    "es": "el la los las que y una por para del su al lo más como",
    "it": "il di che la una per non sono del della nel da si dei alla",
    "pt": "que do da em um uma para com não os na dos por mais ao",
    "nl": "het een van dat zijn met voor niet aan ook als bij door",
}
_WORD = re.compile(r"[a-zà-ÿ]+")
_MIN_PAIRS = 40
_MIN_HAN = 20
_MIN_WORDS = 80
_LEAST_ENGLISH = 0.02  # of words, on a page of words: tables and code have few function words
_MIN_FOREIGN_WORDS = 0.08
_MAX_ACCENTED = 0.03
_ZH_FROM, _MIXED_FROM = 0.5, 0.05
_MAX_FOREIGN = 0.05


@dataclass(frozen=True, slots=True)
class Plausibility:
    """Whether the text can be language; 1.0 where there is too little to tell.

    Attributes:
        usual_pairs: share of Latin letter pairs that are usual.
        rare_han: share of Han characters outside the common sets.
    """

    usual_pairs: float
    rare_han: float


def plausibility(codes: Codes, kinds: npt.NDArray[np.uint8], counts: list[int]) -> Plausibility:
    """Judge the text's characters."""
    han = counts[Kind.HAN] + counts[Kind.HAN_RARE]
    rare = counts[Kind.HAN_RARE] / han if han >= _MIN_HAN else 0.0
    return Plausibility(_usual_pairs(codes, kinds), rare)


def _usual_pairs(codes: Codes, kinds: npt.NDArray[np.uint8]) -> float:
    wordlike = _WORDLIKE[kinds]
    at = np.flatnonzero(wordlike[:-1] & wordlike[1:])
    if len(at) < _MIN_PAIRS:
        return 1.0
    folded = np.minimum(codes, 0x80) | 0x20  # lower case; everything above ASCII becomes 0xa0
    return float(_pair_table()[folded[at], folded[at + 1]].mean())


@lru_cache(maxsize=1)
def _pair_table() -> npt.NDArray[np.bool_]:
    table = np.zeros((256, 256), np.bool_)
    for group in _USUAL_PAIRS.split():
        for follower in group[1:]:
            table[ord(group[0]), ord(follower)] = True
    return table


def _wordlike() -> npt.NDArray[np.bool_]:
    table = np.zeros(len(Kind), np.bool_)
    table[[Kind.LETTER, Kind.LATIN, Kind.HIGH_SYMBOL]] = True
    return table


_WORDLIKE = _wordlike()
_LANGUAGE_WORDS = {name: frozenset(words.split()) for name, words in _FUNCTION_WORDS.items()}


def find_language(text: str, counts: list[int], claimed: str = "") -> str:
    """Return "en", "zh", "mixed" (both), or "other".

    Pages of tables or code have hardly any function words. Where nothing speaks for another
    language, such a page is English if its corpus claims so.
    """
    han = counts[Kind.HAN] + counts[Kind.HAN_RARE] + counts[Kind.RADICAL]
    latin = counts[Kind.LETTER] + counts[Kind.LATIN]
    strange = counts[Kind.KANA] + counts[Kind.FOREIGN]
    if strange > _MAX_FOREIGN * (han + latin + strange):
        return "other"
    words = latin / 5
    share = han / max(1.0, han + words)
    if share >= _ZH_FROM:
        return "zh"
    if share >= _MIXED_FROM:
        return "mixed"
    is_english = _is_english(text, latin, counts[Kind.LATIN], _base(claimed) == "en")
    return "en" if is_english else "other"


def _is_english(text: str, latin: int, accented: int, claimed: bool) -> bool:
    if accented > _MAX_ACCENTED * latin and accented > 10:
        return False
    words = Counter(_WORD.findall(text.lower()))
    total = words.total()
    score = {
        name: sum(map(words.get, members, repeat(0))) for name, members in _LANGUAGE_WORDS.items()
    }
    english = score.pop("en")
    if max(score.values()) > english and max(score.values()) > _MIN_FOREIGN_WORDS * total:
        return False
    return claimed or total < _MIN_WORDS or english >= _LEAST_ENGLISH * total


def contradicts(claimed: str, found: str) -> bool:
    """Whether a page's language cannot be what its corpus claims."""
    base = _base(claimed)
    if base not in ("en", "zh"):
        return False
    return found not in (base, "mixed")


def _base(tag: str) -> str:
    """Language of a tag such as "zh-CN"."""
    return tag.lower().replace("_", "-").split("-")[0]
