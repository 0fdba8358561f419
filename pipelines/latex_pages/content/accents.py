"""Accents and signs of running text as Unicode characters."""

from __future__ import annotations

import unicodedata

ACCENTS = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "c": "\u0327",
    "k": "\u0328",
    "d": "\u0323",
    "b": "\u0331",
}
"""Accent command -> combining mark."""

SIGNS = {
    "ss": "ß",
    "SS": "SS",
    "o": "ø",
    "O": "Ø",
    "ae": "æ",
    "AE": "Æ",
    "oe": "œ",
    "OE": "Œ",
    "aa": "å",
    "AA": "Å",
    "l": "ł",
    "L": "Ł",
    "dh": "ð",
    "DH": "Ð",
    "th": "þ",
    "TH": "Þ",
    "dj": "đ",
    "DJ": "Đ",
    "ng": "ŋ",
    "NG": "Ŋ",
    "i": "ı",
    "j": "ȷ",
    "S": "§",
    "P": "¶",
    "dag": "†",
    "ddag": "‡",
    "textdagger": "†",
    "textdaggerdbl": "‡",
    "copyright": "©",
    "textcopyright": "©",
    "textregistered": "®",
    "texttrademark": "™",
    "pounds": "£",
    "textsterling": "£",
    "texteuro": "€",
    "euro": "€",
    "textyen": "¥",
    "textcent": "¢",
    "textdollar": "$",
    "textdegree": "°",
    "degree": "°",
    "textmu": "µ",
    "textpm": "±",
    "texttimes": "×",
    "textdiv": "÷",
    "textminus": "−",
    "textbullet": "•",
    "textperiodcentered": "·",
    "textparagraph": "¶",
    "textsection": "§",
    "textbackslash": "\\",
    "textbar": "|",
    "textless": "<",
    "textgreater": ">",
    "textunderscore": "_",
    "textasciitilde": "~",
    "textasciicircum": "^",
    "textasciigrave": "`",
    "textquotesingle": "'",
    "textquotedbl": '"',
    "textbraceleft": "{",
    "textbraceright": "}",
    "textquoteleft": "‘",
    "textquoteright": "’",
    "textquotedblleft": "“",
    "textquotedblright": "”",
    "lq": "‘",
    "rq": "’",
    "glqq": "„",
    "grqq": "“",
    "guillemotleft": "«",
    "guillemotright": "»",
    "textendash": "–",
    "textemdash": "—",
    "textellipsis": "…",
    "dots": "…",
    "ldots": "…",
    "textexclamdown": "¡",
    "textquestiondown": "¿",
    "textordfeminine": "ª",
    "textordmasculine": "º",
    "textonehalf": "½",
    "textonequarter": "¼",
    "textthreequarters": "¾",
    "textonesuperior": "¹",
    "texttwosuperior": "²",
    "textthreesuperior": "³",
    "textrightarrow": "→",
    "textleftarrow": "←",
    "textasteriskcentered": "∗",
    "TeX": "TeX",
    "LaTeX": "LaTeX",
    "LaTeXe": "LaTeX2e",
    "BibTeX": "BibTeX",
    "XeTeX": "XeTeX",
    "XeLaTeX": "XeLaTeX",
    "LuaTeX": "LuaTeX",
    "LuaLaTeX": "LuaLaTeX",
    "pdfTeX": "pdfTeX",
    "pdfLaTeX": "pdfLaTeX",
    "ConTeXt": "ConTeXt",
    "MiKTeX": "MiKTeX",
    "AmS": "AMS",
    "AmSLaTeX": "AMS-LaTeX",
    "slash": "/",
    "hyp": "-",
    "qedsymbol": "□",
    "lbrack": "[",
    "rbrack": "]",
    "checkmark": "✓",
    "qed": "□",
    "#": "#",
    "$": "$",
    "%": "%",
    "&": "&",
    "_": "_",
    "{": "{",
    "}": "}",
    "textvisiblespace": "␣",
}
"""Text command without arguments -> what it shows."""


def accented(command: str, letter: str) -> str | None:
    """Return a letter with an accent as one character, or None where Unicode has none."""
    letter = {"ı": "i", "ȷ": "j"}.get(letter, letter)
    if not letter:
        return None
    whole = unicodedata.normalize("NFC", letter[0] + ACCENTS[command])
    return whole + letter[1:] if len(whole) == 1 else None


# Characters beyond ASCII that the text fonts of every template have.
_LATIN = (
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿ"
    "ĂăĄąĆćČčĎďĐđĘęĚěĞğĹĺĽľŁłŃńŇňŊŋŐőŒœŔŕŘřŚśŞşŠšŢţŤťŮůŰűŸŹźŻżŽžİıĀāĒēĪīŌōŪū"
    "¡¢£¤¥¦§¨©ª«¬®¯°±²³´µ¶·¸¹º»¼½¾¿×÷‘’“”„‚–—†‡•…‰‹›€™"
    "−←→↑↓√≤≥≠≈∞∈∉∀∃∧∨¬⇒⇔∘□✓⟨⟩"
)
TEXT_CHARACTERS = frozenset(_LATIN) | frozenset(map(chr, range(0x20, 0x7F)))


def is_han(char: str) -> bool:
    """Return whether a character is set by the Chinese fonts: Han and its punctuation."""
    code = ord(char)
    return (
        0x4E00 <= code <= 0x9FFF
        or 0x3400 <= code <= 0x4DBF
        or 0x3000 <= code <= 0x301F
        or 0xFF01 <= code <= 0xFF5E
        or 0xFE30 <= code <= 0xFE4F
    )


def foreign_character(text: str) -> str:
    """Return the first character that the pages' fonts cannot show, or ""."""
    if text.isascii():
        return ""
    for char in text:
        if char not in TEXT_CHARACTERS and not is_han(char):
            return char
    return ""
