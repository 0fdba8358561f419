"""What words of a chart may look like: plain text of one line, in the language asked for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from pipelines.charts.content.llm.reasons import BadAnswer
from pipelines.charts.content.words import is_chinese

_MARKUP = re.compile(r"<\s*[a-zA-Z/!?]|[{}\\`^]|&#?\w{1,10};")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_FOREIGN = re.compile(
    "[\u3040-\u30ff\uac00-\ud7af\u0400-\u04ff\u0590-\u06ff\u0900-\u0dff\u0e00-\u0e7f]"
)
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]{2,}")
_HAN_PER_LATIN_WORD = 2
_ODD_CATEGORIES = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_EMOJI = 0x1F000


class OddText(ValueError):
    """A text with characters that no chart prints."""


def plain_text(text: str) -> str:
    """Return a text on one line without blanks at its ends.

    Line feeds, tabs and wide blanks become blanks, half-typed accents whole letters.

    Raises:
        OddText: it holds markup, braces, control or invisible characters, or emoji.
    """
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if found := _MARKUP.search(text):
        raise OddText(f"{found[0][:12]!r} is not for a chart: write plain words")
    for char in text:
        if unicodedata.category(char) in _ODD_CATEGORIES or ord(char) >= _EMOJI:
            raise OddText(f"the character U+{ord(char):04X} cannot be printed: write plain words")
    return text


def check_language(texts: Iterable[str], title: str, language: str) -> None:
    """Make sure that words are English or Chinese as asked.

    Names, units and abbreviations in Latin letters belong into Chinese charts, too; whether Latin
    letters are English is not looked at.

    Raises:
        BadAnswer: they are not.
    """
    words = list(texts)
    for text in words:
        if found := _FOREIGN.search(text):
            raise BadAnswer("wrong-language", f"{found[0]!r} is not {_NAMES[language]}: {text!r}")
    if language == "en":
        for text in words:
            if is_chinese(text):
                raise BadAnswer("wrong-language", f"this must be English: {text!r}")
        if not _LATIN_WORD.search(title):
            raise BadAnswer("wrong-language", f"the title is not English: {title!r}")
        return
    whole = " ".join(words)
    han, latin = len(_HAN.findall(whole)), len(_LATIN_WORD.findall(whole))
    if not is_chinese(title) or han < _HAN_PER_LATIN_WORD * latin:
        raise BadAnswer("wrong-language", f"this must be Chinese: {title!r}")


_NAMES = {"en": "English", "zh": "Chinese"}
