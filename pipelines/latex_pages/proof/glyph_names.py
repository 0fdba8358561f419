"""What glyphs of TeX's mathematical fonts show, by their names, where MuPDF does not know or errs.

MuPDF reads Unicode from a font's glyph names. The names of the mathematical fonts (variants of one
sign, pieces of tall ones) are not in its list, and some names mean another sign in these fonts than
elsewhere. The names are the same in pdflatex and xelatex, whether or not a PDF has ToUnicode maps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Piece:
    """One of several glyphs that make up a sign.

    Attributes:
        family: the pieces of one sign share it.
        role: "top", "middle" or "bottom" decide what the sign is, "more" only makes it longer.
    """

    family: str
    role: str


_SIZES = ("big", "Big", "bigg", "Bigg")
_DELIMITERS = {
    "parenleft": "(",
    "parenright": ")",
    "bracketleft": "[",
    "bracketright": "]",
    "floorleft": "⌊",
    "floorright": "⌋",
    "ceilingleft": "⌈",
    "ceilingright": "⌉",
    "braceleft": "{",
    "braceright": "}",
    "angbracketleft": "⟨",
    "angbracketright": "⟩",
    "slash": "/",
    "backslash": "\\",
    "radical": "√",
}
_OPERATORS = {
    "summation": "∑",
    "product": "∏",
    "coproduct": "∐",
    "integral": "∫",
    "contintegral": "∮",
    "union": "⋃",
    "intersection": "⋂",
    "unionmulti": "⨄",
    "unionsq": "⨆",
    "logicaland": "⋀",
    "logicalor": "⋁",
    "circledot": "⨀",
    "circleplus": "⨁",
    "circlemultiply": "⨂",
    # of txfonts
    "iinteg": "∫∫",
    "iiinteg": "∫∫∫",
    "iiiinteg": "∫∫∫∫",
    "idotinteg": "∫···∫",
}
_ACCENTS = {
    "circumflex": "\u0302",
    "hatwide": "\u0302",
    "hatwider": "\u0302",
    "hatwidest": "\u0302",
    "tildewide": "\u0303",
    "tildewider": "\u0303",
    "tildewidest": "\u0303",
    "tie": "\u0361",
    "cwm": "",
}
_OTHERS = {
    "mapsto": "↦",
    "arrowhookleft": "\u21aa",  # the hook at the left end of an arrow to the right
    "arrowhookright": "\u21a9",
    "negationslash": "\u0338",
    "phi": "ϕ",  # these fonts draw them the other way round than the glyph list says
    "phi1": "φ",
    "dotlessj": "ȷ",
    "suppress": "\u0335",
    "vector": "\u20d7",
    "bracehext": "",
    "visiblespace": "␣",
    "space": "",
}
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_PIECES = {
    "vextendsingle": Piece("|", "more"),
    "vextenddouble": Piece("‖", "more"),
    "arrowvertex": Piece("arrow", "more"),
    "arrowtp": Piece("arrow", "top"),
    "arrowbt": Piece("arrow", "bottom"),
    "arrowvertexdbl": Piece("double arrow", "more"),
    "arrowdbltp": Piece("double arrow", "top"),
    "arrowdblbt": Piece("double arrow", "bottom"),
    "radicaltp": Piece("√", "top"),
    "radicalvertex": Piece("√", "more"),
    "radicalbt": Piece("√", "bottom"),
    "braceex": Piece("brace", "more"),
    **{
        f"brace{side}{end}": Piece(f"brace {side}", role)
        for side in ("left", "right")
        for end, role in (("tp", "top"), ("mid", "middle"), ("bt", "bottom"))
    },
    **{
        f"{kind}{side}{end}": Piece(f"{kind} {side}", role)
        for kind in ("paren", "bracket")
        for side in ("left", "right")
        for end, role in (("tp", "top"), ("ex", "more"), ("bt", "bottom"))
    },
}
NAMES: dict[str, str] = {
    **{f"{name}{size}": char for name, char in _DELIMITERS.items() for size in _SIZES},
    **{f"{name}{size}": char for name, char in _OPERATORS.items() for size in ("text", "display")},
    **{f"{digit}oldstyle": str(value) for value, digit in enumerate(_DIGITS)},
    **{f"bracehtip{end}": "⏞" for end in ("downleft", "downright", "upleft", "upright")},
    **_ACCENTS,
    **_OTHERS,
}
"""Name -> characters shown, before folding; those of the extension fonts and their like."""

_MSAM = {
    "diamond": "◊",
    "diamondsolid": "⧫",
    "squaresmallsolid": "▪",
    "clockwise": "↻",
    "anticlockwise": "↺",
    "dblarrowleft": "⇇",
    "dblarrowright": "⇉",
    "dblarrowup": "⇈",
    "dblarrowdwn": "⇊",
    "axisshort": "\u2010",
    "arrowaxisright": "⇢",
    "arrowaxisleft": "⇠",
    "satisfies": "⊨",
    "circleS": "Ⓢ",
    "muchless": "⋘",
    "muchgreater": "⋙",
    "followsorequal": "≿",
    "precedesorequal": "≾",
    "perpcorrespond": "⩞",
    "rightanglenw": "⌜",
    "rightanglene": "⌝",
    "rightanglesw": "⌞",
    "rightanglese": "⌟",
}
_MSBM = {
    "lessornotdbleql": "≨",
    "greaterornotdbleql": "≩",
    "notlessorslnteql": "⩽\u0338",
    "notgreaterorslnteql": "⩾\u0338",
    "notprecedesoreql": "⪯\u0338",
    "notfollowsoreql": "⪰\u0338",
    "lessornotsimilar": "⋦",
    "greaterornotsimilar": "⋧",
    "notlessdblequal": "≦\u0338",
    "notgreaterdblequal": "≧\u0338",
    "precedeornoteqvlnt": "⋨",
    "followornoteqvlnt": "⋩",
    "precedenotslnteql": "⪵",
    "follownotslnteql": "⪶",
    "notapproxequal": "≇",
    "notsubsetordbleql": "⫅\u0338",
    "notsupersetordbleql": "⫆\u0338",
    "supersetornoteql": "⫌",
    "subsetornoteql": "⫋",
    "notsubsetoreql": "⊊",
    "notsupersetoreql": "⊋",
    "notshortbar": "∤",
    "notshortparallel": "∦",
    "barshort": "∣",
    "parallelshort": "∥",
    "gimel": "ℷ",
    "beth": "ℶ",
    "daleth": "ℸ",
    "planckover2pi": "ℏ",
    "planckover2pi1": "ℏ",
    "epsiloninv": "϶",
    "notsimequal": "≇",
}
_TXSYC = {
    "nequal": "\u0338=",
    "nelement": "/∈",
    "nowner": "\u0338∋",
    "nequivalence": "\u0338≡",
    "nsimilar": "≁",
    "napproxequal": "\u0338≈",
    "npropersubset": "\u0338⊂",
    "npropersuperset": "\u0338⊃",
    "nsimilarequal": "\u0338≃",
    "colonequal": "≔",
    "parallel1": "∥",
    "doteq": ".=",
    "simequal": "∼=",
    "dashedarrowleft": "⇠--",
    "dashedarrowright": "--⇢",
    "leadsto": "⇝",
    "Diamond": "◊",
}


def _variants(ending: str) -> tuple[str, ...]:
    """Return names of the fonts of txfonts and pxfonts that end so, light and bold."""
    return tuple(f"{family}{weight}{ending}" for family in ("tx", "px") for weight in ("", "b"))


_SUITS = {"diamond": "♢", "heart": "♡"}
_BY_FONT: tuple[tuple[tuple[str, ...], dict[str, str]], ...] = (
    (("MSAM", *_variants("sya")), _MSAM),
    (("MSBM", *_variants("syb")), _MSBM),
    (_variants("syc"), _TXSYC),
    (("CMSY", "CMBSY", "LMMathSymbols", *_variants("sy")), _SUITS),
    (("StandardSym", "Symbol"), _SUITS | {"omega1": "ϖ", "Upsilon1": "Υ", "dotmath": "·"}),
    (("PazoMath",), {"coproduct": "∐"}),
    (
        ("EUFM", "EUFB"),
        {"dalt": "d", "dnos": "d", "falt": "f", "fnos": "f", "galt": "g", "kalt": "k"}
        | {"talt": "t", "ualt": "u"},
    ),
)


_COMMON: dict[str, str | Piece] = NAMES | _PIECES


@lru_cache(maxsize=256)
def meanings(font: str) -> Mapping[str, str | Piece]:
    """Return what the glyphs of a font show, or of what they are pieces, by their names.

    What is not among them is for MuPDF to say.

    Args:
        font: its name without the tag of the subset.
    """
    folded = font.lower()
    own = [
        names
        for prefixes, names in _BY_FONT
        if folded.startswith(tuple(prefix.lower() for prefix in prefixes))
    ]
    if not own:
        return _COMMON
    meant = dict(_COMMON)
    for names in reversed(own):  # the first that lists a name decides
        meant.update(names)
    return meant
