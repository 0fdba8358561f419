"""The allow-list of running text: commands by what they do to their arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.latex_pages.content.nodes import Face

FACES: dict[str, Face | None] = {
    "textbf": "bold",
    "textit": "italic",
    "textsl": "slanted",
    "texttt": "mono",
    "textsf": "sans",
    "underline": "underline",
    "uline": "underline",
    "ul": "underline",
    "pkg": "sans",
    "cls": "sans",
    "file": "mono",
    "textrm": None,
    "textnormal": None,
    "textup": None,
    "textmd": None,
    "textsc": None,
}
"""Command with an argument -> its face; None: upright, as the text around is. Small capitals are
set so, too: half of the fonts show them as capitals, and a target cannot say both."""

SWITCHES: dict[str, Face | None] = {
    "bf": "bold",
    "bfseries": "bold",
    "it": "italic",
    "itshape": "italic",
    "sl": "slanted",
    "slshape": "slanted",
    "sc": None,
    "scshape": None,
    "tt": "mono",
    "ttfamily": "mono",
    "sf": "sans",
    "sffamily": "sans",
    "rm": None,
    "rmfamily": None,
    "normalfont": None,
    "upshape": None,
    "mdseries": None,
}
"""Command -> the face up to the group's end."""

CONTENT = {
    **dict.fromkeys(("mbox", "hbox", "fbox", "alert", "structure", "hologo", "text", "hl"), "m"),
    **dict.fromkeys(("centerline", "leftline", "rightline"), "m"),
    **dict.fromkeys(("only", "uncover", "onslide", "visible"), "vm"),
    **dict.fromkeys(("textcolor", "colorbox"), "omm"),
    **dict.fromkeys(("makebox", "framebox"), "oom"),
    "href": "mm",
    "hyperlink": "mm",
    "hypertarget": "mm",
    "hyperref": "om",
    "parbox": "omm",
    "foreignlanguage": "mm",
    "fcolorbox": "omomm",
    "scalebox": "mm",
    "resizebox": "smmm",
}
"""Command -> its arguments; the last is what shows ("v": an overlay `<…>`)."""

BLANKS = frozenset(
    (
        " ",
        ",",
        ";",
        ":",
        ">",
        "\n",
        "\t",
        "quad",
        "qquad",
        "space",
        "thinspace",
        "enspace",
        "enskip",
    )
) | frozenset(("hfill", "hfil", "nobreakspace", "medspace", "dotfill"))

RAW = frozenset(("url", "nolinkurl", "path"))
"""Commands whose argument shows as it is spelled, in a typewriter face."""

TRANSPARENT_ENVIRONMENTS = frozenset(
    [
        "small",
        "footnotesize",
        "scriptsize",
        "tiny",
        "large",
        "Large",
        "LARGE",
        "huge",
        "normalsize",
        "CJK",
        "CJK*",
        "sloppypar",
        "spacing",
        "onehalfspace",
        "doublespace",
        "singlespace",
        "samepage",
        "otherlanguage",
        "otherlanguage*",
    ]
)

REFERENCES = frozenset(
    [
        "ref",
        "eqref",
        "pageref",
        "cref",
        "Cref",
        "autoref",
        "Autoref",
        "vref",
        "nameref",
        "labelcref",
        "crefrange",
        "cpageref",
        "Cpageref",
        "Nameref",
    ]
)
CITATIONS = frozenset(
    [
        "cite",
        "citep",
        "citet",
        "citealt",
        "citealp",
        "Citep",
        "Citet",
        "citeauthor",
        "citeyear",
        "citeyearpar",
        "textcite",
        "parencite",
        "autocite",
        "footcite",
        "upcite",
        "supercite",
        "cites",
        "onlinecite",
        "citenum",
        "fullcite",
    ]
)

PREFIXES = {
    **dict.fromkeys(("eq", "eqn", "eqs", "equ", "equation"), ("Equation", "式")),
    **dict.fromkeys(("figure", "figs"), ("Figure", "图")),
    **dict.fromkeys(("table", "tabs"), ("Table", "表")),
    **dict.fromkeys(("subsec", "ssec", "sect", "section"), ("Section", "节")),
    **dict.fromkeys(("chap", "chapter"), ("Chapter", "章")),
    "theorem": ("Theorem", "定理"),
    "lemma": ("Lemma", "引理"),
    "fig": ("Figure", "图"),
    "tab": ("Table", "表"),
    "tbl": ("Table", "表"),
    "sec": ("Section", "节"),
    "ch": ("Chapter", "章"),
    "cha": ("Chapter", "章"),
    "thm": ("Theorem", "定理"),
    "lem": ("Lemma", "引理"),
    "def": ("Definition", "定义"),
    "defn": ("Definition", "定义"),
    "prop": ("Proposition", "命题"),
    "cor": ("Corollary", "推论"),
    "rem": ("Remark", "注"),
    "rmk": ("Remark", "注"),
    "ex": ("Example", "例"),
    "eg": ("Example", "例"),
    "alg": ("Algorithm", "算法"),
    "app": ("Appendix", "附录"),
}
"""A label's prefix -> the word before its number in English and in Chinese."""
