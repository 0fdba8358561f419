"""Characters of running text as LaTeX spells them."""

from __future__ import annotations

import re
import unicodedata

from pipelines.latex_pages.content.symbols import SYMBOLS

_ASCII = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    '"': r"\textquotedbl{}",
    "'": r"\textquotesingle{}",
    "`": r"\textasciigrave{}",
    "\u00a0": "~",
}
_ASCII_TABLE = str.maketrans(_ASCII)

# What TS1 and inputenc know besides T1: these are written as they are.
_KNOWN = frozenset("×÷±¬°²³¹µ·−←↑→↓√‖∘◯♪⟦⟧⁄")


def _from_symbols() -> dict[str, str]:
    commands: dict[str, str] = {}
    for name, info in SYMBOLS.items():
        char = info.text
        if len(char) != 1 or char in _KNOWN or ord(char) < 0x2000 or char in commands:
            continue
        if info.kind not in ("accent", "open", "close") and unicodedata.category(char) in _SIGNS:
            commands[char] = f"\\ensuremath{{{name}}}"
    return commands | {"⟨": r"\ensuremath{\langle}", "⟩": r"\ensuremath{\rangle}"}


_SIGNS = frozenset({"Sm", "So"})
_SIGN_TABLE = str.maketrans(_from_symbols())

# Pairs that the fonts join to another sign; the empty group keeps them apart.
_LIGATURES = re.compile(r"([-,<>])(?=\1)")


def escape(text: str, *, signs: bool = True) -> str:
    """Return running text as LaTeX that shows exactly these characters.

    Args:
        signs: write mathematical signs that text fonts lack (≤, ⇒, …) as formulas; else as they
            are.
    """
    text = _LIGATURES.sub(r"\1{}", text.translate(_ASCII_TABLE))
    return text if not signs or text.isascii() else text.translate(_SIGN_TABLE)
