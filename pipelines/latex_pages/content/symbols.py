"""Symbols: what each mathematical command shows, and the folding that makes glyphs comparable.

The table is `symbols.tsv` beside this module, calibrated by setting every command once with
Computer Modern and Latin Modern and reading its glyphs back.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from dataengine.radicals import RADICALS

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal[
    "ord", "op", "bin", "rel", "open", "close", "punct", "inner", "accent", "function", "limit"
]


@dataclass(frozen=True, slots=True)
class SymbolInfo:
    """What a symbol means.

    Attributes:
        text: what it shows, as Unicode ("≠", "…", "lim sup"); of an accent, the combining mark.
        kind: TeX's class; "function" is a named operator (`\\sin`), "limit" one whose scripts go
            above and below in a display (`\\max`); "op" is a big operator.
        glyphs: the glyphs that TeX ships for it, in their order, folded; empty for a mere rule
            (`\\overline`). Arrows over a body are as short as they can be: they may hold more "-".
        mathml: content of its MathML element; of an accent, the spacing character.
    """

    text: str
    kind: Kind
    glyphs: str
    mathml: str


# ---------------------------------------------------------------- folding

# Kept apart although NFKC joins them: print tells them apart, and so do the fonts' names.
_KEPT = frozenset("ϕϵϑϖϱℓ")

# seen or meant -> compared. Each pair is one look, or one glyph name that fonts use for both.
_IDENTITIES = {
    # dashes as wide as a hyphen or a minus; en and em dashes differ from these and stay
    **dict.fromkeys("\u2010\u2011\u2212\u00ad\ufe63\uff0d", "-"),
    "\u2215": "/",
    "\u2044": "/",
    # dots
    "⋯": "···",
    "⋮": "...",
    "⋱": "...",
    "⋅": "·",
    "\u2219": "·",
    "\u30fb": "·",  # one glyph in Chinese fonts
    "∶": ":",
    # bars and slashes
    "∣": "|",
    "∥": "‖",
    "∖": "\\",
    "⧵": "\\",
    "⧸": "╱",
    "⧹": "╲",
    # spacing accents -> combining
    "ˆ": "\u0302",
    "ˇ": "\u030c",
    "ˉ": "\u0304",
    "ˋ": "\u0300",
    "ˊ": "\u0301",
    "`": "\u0300",
    # signs
    "∗": "*",
    "∼": "~",
    "◦": "∘",
    "\u20dd": "◯",
    "⟂": "⊥",
    "∆": "Δ",
    "⊲": "◁",
    "⊳": "▷",
    "▵": "△",
    "◻": "□",
    "◼": "■",
    "♢": "◊",
    "♦": "⧫",
    "★": "⋆",
    "⊝": "⊖",
    "⊜": "≗",
    "⋘": "≪",
    "⋙": "≫",
    "⪸": "≿",
    "⪷": "≾",
    "⟳": "↻",
    "⟲": "↺",
    "\u2329": "⟨",
    "\u232a": "⟩",
    "〈": "⟨",
    "〉": "⟩",
    "⏟": "⏞",
    # circled digits: Noto's go by the names of the sans-serif ones
    **{chr(0x2780 + number): str(number + 1) for number in range(10)},
    # the fonts' glyph list gives the digamma the number of a Han character
    "\U0002d7cb": "ϝ",
}
_DROPPED_CATEGORIES = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})


class _Folding(dict[int, str]):
    """Code point -> what it is compared as; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_char(chr(code))
        return folded


def _fold_char(char: str) -> str:
    if char in _IDENTITIES:
        return _IDENTITIES[char]
    if char in _KEPT:
        return char
    if ord(char) in RADICALS:
        char = RADICALS[ord(char)]
    if unicodedata.category(char) in _DROPPED_CATEGORIES:
        return ""
    normal = unicodedata.normalize("NFKC", char)
    if normal == char:
        return char
    # Parts of a composed character are folded in their turn; none of them is composed again.
    return "".join(_fold_char(part) if part != char else part for part in normal)


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Return the characters that proofs compare: one spelling per look, without blanks.

    Works character by character, so `fold(a + b) == fold(a) + fold(b)`, and is idempotent.
    """
    return text.translate(_FOLDING)


# ---------------------------------------------------------------- the table


def _read_table() -> tuple[dict[str, SymbolInfo], dict[str, str]]:
    table = resources.files(__package__).joinpath("symbols.tsv").read_text(encoding="utf-8")
    symbols: dict[str, SymbolInfo] = {}
    aliases: dict[str, str] = {}
    for line in table.splitlines()[1:]:
        command, kind, text, glyphs, mathml, *_ = [*line.split("\t"), "", ""]
        if kind == "alias":
            aliases[command] = text
            continue
        shown = "" if glyphs == "none" else glyphs or text
        symbols[command] = SymbolInfo(text, kind, fold(shown), mathml or text)  # type: ignore[arg-type]
    return symbols, aliases


_SYMBOLS, _ALIASES = _read_table()
SYMBOLS: Mapping[str, SymbolInfo] = MappingProxyType(_SYMBOLS)
"""Command with its backslash ("\\\\alpha") -> what it shows; only canonical spellings."""
ALIASES: Mapping[str, str] = MappingProxyType(_ALIASES)
"""Command -> the canonical spelling of the same ("\\\\le" -> "\\\\leq", "\\\\vert" -> "|")."""

_CHARACTERS: dict[str, Kind] = {
    **dict.fromkeys("+-*", "bin"),
    **dict.fromkeys("=<>:", "rel"),
    **dict.fromkeys("([", "open"),
    **dict.fromkeys(")]!?", "close"),
    **dict.fromkeys(",;", "punct"),
}
_SHOWN = {"-": "−", "*": "∗", "'": "′"}


def look_up(name: str) -> SymbolInfo:
    """Return what the name of a `Symbol` node shows: of a command, or of one character.

    Raises:
        KeyError: an unknown command.
    """
    if name in SYMBOLS:
        return SYMBOLS[name]
    if len(name) != 1:
        raise KeyError(name)
    text = _SHOWN.get(name, name)
    return SymbolInfo(text, _CHARACTERS.get(name, "ord"), fold(text), text)


_DELIMITERS = r"""
( ) [ ] | / . < > \{ \} \| \langle \rangle \lceil \rceil \lfloor \rfloor \lvert \rvert \lVert
\rVert \backslash \uparrow \downarrow \updownarrow \Uparrow \Downarrow \Updownarrow \ulcorner
\urcorner \llcorner \lrcorner
"""
DELIMITERS = frozenset(_DELIMITERS.split())
"""What may follow `\\left`, `\\middle`, `\\right` and `\\big`; "." is none."""
