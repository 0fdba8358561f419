"""The allow-list of formulas: commands by what they take, and the spelling that is kept."""

from __future__ import annotations

from pipelines.latex_pages.content.symbols import SYMBOLS

FRACTIONS = frozenset(("frac", "dfrac", "tfrac", "cfrac", "binom", "dbinom", "tbinom"))
ACCENTS = frozenset(name[1:] for name, info in SYMBOLS.items() if info.kind == "accent")
STACKS = frozenset(("overset", "underset", "stackrel"))
ARROWS = frozenset(("xrightarrow", "xleftarrow"))
BIGS = frozenset(size + side for size in ("big", "Big", "bigg", "Bigg") for side in ("", *"lrm"))
STYLES = frozenset(("displaystyle", "textstyle", "scriptstyle", "scriptscriptstyle"))
LIMITS = {"limits": "\\limits", "nolimits": "\\nolimits", "displaylimits": ""}

ALPHABETS = {
    **{
        name: f"\\{name}"
        for name in (
            *("mathbf", "mathrm", "mathit", "mathsf", "mathtt", "mathcal", "mathbb", "mathfrak"),
            "boldsymbol",
        )
    },
    "bm": "\\boldsymbol",
    "pmb": "\\boldsymbol",
    "mathbold": "\\boldsymbol",
    "bold": "\\mathbf",
    "Bbb": "\\mathbb",
    "frak": "\\mathfrak",
    "mathscr": "\\mathcal",
    "mathnormal": "",
    "mathds": "\\mathbb",
    "mathbbm": "\\mathbb",
    "mathup": "\\mathrm",
    "mathsfit": "\\mathsf",
    "vb": "\\mathbf",
}
"""Command -> the alphabet that is set; "" is the usual one."""

SWITCHES = {
    "bf": "\\mathbf",
    "rm": "\\mathrm",
    "it": "\\mathit",
    "sf": "\\mathsf",
    "tt": "\\mathtt",
    "cal": "\\mathcal",
    "bfseries": "",
    "mit": "",
}
"""Old commands that change the alphabet up to the group's end."""

WORDS = {
    "text": "\\text",
    "mbox": "\\text",
    "hbox": "\\text",
    "makebox": "\\text",
    "textrm": "\\textrm",
    "textnormal": "\\textrm",
    "textup": "\\textrm",
    "textbf": "\\textbf",
    "textit": "\\textit",
    "emph": "\\textit",
    "texttt": "\\texttt",
    "textsf": "\\textsf",
    "textsc": "\\text",
    "textsl": "\\textit",
}

SPACES = {
    ",": "\\,",
    "thinspace": "\\,",
    ":": "\\:",
    ">": "\\:",
    "medspace": "\\:",
    ";": "\\;",
    "thickspace": "\\;",
    "!": "\\!",
    "negthinspace": "\\!",
    "negmedspace": "\\!",
    "negthickspace": "\\!",
    " ": "\\ ",
    "space": "\\ ",
    "nobreakspace": "\\ ",
    "enspace": "\\ ",
    "enskip": "\\ ",
    "quad": "\\quad",
    "qquad": "\\qquad",
    "hfill": "\\quad",
    "hfil": "\\quad",
}

PIECES = {
    "coloneqq": (":", "="),
    "coloneq": (":", "="),
    "colonequals": (":", "="),
    "eqqcolon": ("=", ":"),
    "Coloneqq": (":", ":", "="),
    "dblcolon": (":", ":"),
    "vcentcolon": (":",),
    "lparen": ("(",),
    "rparen": (")",),
    "lbrace": ("\\{",),
    "rbrace": ("\\}",),
    "textless": ("<",),
    "textgreater": (">",),
    "textbackslash": ("\\backslash",),
    "textbar": ("|",),
    "degree": ("\\circ",),
    "slash": ("/",),
    "cdotp": ("\\cdot",),
    "upmu": ("\\mu",),
    "uppi": ("\\pi",),
    "textasciitilde": ("\\sim",),
}
"""Command -> the symbols that say the same."""

TRANSPARENT = {
    "mathrel": 1,
    "mathbin": 1,
    "mathord": 1,
    "mathopen": 1,
    "mathclose": 1,
    "mathpunct": 1,
    "mathinner": 1,
    "ensuremath": 1,
    "smash": 1,
    "boxed": 1,
    "fbox": 1,
    "textcolor": 2,
    "colorbox": 2,
    "mathclap": 1,
}
"""Command -> how many arguments it takes; the last is what shows."""

INFIX = {"over": "\\frac", "choose": "\\binom", "atop": ""}

MATRICES = {
    **{
        name: name
        for name in (
            *("matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix"),
            *("cases", "array", "aligned", "gathered", "split"),
        )
    },
    "dcases": "cases",
    "alignedat": "aligned",
    "subarray": "substack",
    "pmatrix*": "pmatrix",
    "bmatrix*": "bmatrix",
    "matrix*": "matrix",
    "vmatrix*": "vmatrix",
}
"""Environment -> the one that is set."""

PLAIN_MATRICES = {"matrix": "matrix", "pmatrix": "pmatrix", "cases": "cases", "eqalign": "aligned"}
"""Plain TeX's commands `\\pmatrix{a & b \\cr}` -> environment."""

CHARACTERS = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-*/=<>()[]|,;:.!?@"
)
"""Characters that stand for themselves in a formula."""

_EXTRA = {"×": "\\times", "·": "\\cdot", "−": "-", "…": "\\ldots", "′": "'", "°": "\\circ"}


def _from_unicode() -> dict[str, str]:
    table: dict[str, str] = {}
    for name, info in SYMBOLS.items():
        if len(info.text) == 1 and not info.text.isascii() and info.kind != "accent":
            table.setdefault(info.text, name)
    fullwidth = {chr(ord(char) + 0xFEE0): char for char in CHARACTERS}
    return {**table, **fullwidth, **_EXTRA}


FROM_UNICODE = _from_unicode()
"""Character beyond ASCII -> the command or the character that is set for it."""
