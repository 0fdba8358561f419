"""The allow-list of blocks: headings, lists, theorems and environments by what becomes of them."""

from __future__ import annotations

from typing import Literal

HEADINGS: dict[str, Literal[1, 2, 3, 4]] = {
    "part": 1,
    "chapter": 1,
    "section": 1,
    "subsection": 2,
    "subsubsection": 3,
    "paragraph": 4,
    "subparagraph": 4,
    "frametitle": 2,
    "framesubtitle": 3,
}

LISTS: dict[str, Literal["itemize", "enumerate", "description"]] = {
    "itemize": "itemize",
    "compactitem": "itemize",
    "checklist": "itemize",
    "enumerate": "enumerate",
    "compactenum": "enumerate",
    "tightlist": "enumerate",
    "questions": "enumerate",
    "parts": "enumerate",
    "subparts": "enumerate",
    "choices": "enumerate",
    "oneparchoices": "enumerate",
    "tasks": "enumerate",
    "exs": "enumerate",
    "description": "description",
    "compactdesc": "description",
}
ITEMS = frozenset(("item", "question", "part", "subpart", "choice", "CorrectChoice", "task"))

THEOREMS = {
    "theorem": ("Theorem", "定理"),
    "thm": ("Theorem", "定理"),
    "lemma": ("Lemma", "引理"),
    "lem": ("Lemma", "引理"),
    "corollary": ("Corollary", "推论"),
    "cor": ("Corollary", "推论"),
    "proposition": ("Proposition", "命题"),
    "prop": ("Proposition", "命题"),
    "definition": ("Definition", "定义"),
    "defn": ("Definition", "定义"),
    "remark": ("Remark", "注"),
    "rmk": ("Remark", "注"),
    "rem": ("Remark", "注"),
    "example": ("Example", "例"),
    "eg": ("Example", "例"),
    "exercise": ("Exercise", "练习"),
    "problem": ("Problem", "问题"),
    "ex": ("Exercise", "练习"),
    "prob": ("Problem", "问题"),
    "solution": ("Solution", "解"),
    "axiom": ("Axiom", "公理"),
    "claim": ("Claim", "断言"),
    "conjecture": ("Conjecture", "猜想"),
    "note": ("Note", "注"),
    "notation": ("Notation", "记号"),
    "proof": ("Proof", "证明"),
}
"""Environment -> its printed name in English and in Chinese, where the work declares none."""
UNNUMBERED = frozenset(("proof", "solution"))

QUOTES = frozenset(("quote", "quotation", "verse", "displayquote"))
CENTRED = frozenset(("center", "centering"))

# Environment -> arguments before its content, which stands as it would without it.
_CONTENT = {
    "": "flushleft flushright abstract small footnotesize scriptsize normalsize large Large "
    "samepage sloppypar subequations document landscape singlespace doublespace "
    "onehalfspace threeparttable refsection CJK* appendices frontmatter "
    "question ThreePartTable raggedright question*",
    "m": "multicols spacing column otherlanguage adjustbox",
    "om": "minipage",
    "mm": "CJK adjustwidth",
    "o": "columns oframed mdframed framed tcolorbox shaded",
}
CONTENT = {
    name: signature
    for signature, names in _CONTENT.items()
    for name in names.split()
    if not name.endswith("@")
}
BOXES = frozenset(("block", "alertblock", "exampleblock"))

TABLE_FLOATS = {
    "table": "o",
    "table*": "o",
    "wraptable": "omm",
    "sidewaystable": "o",
    "margintable": "o",
}
FIGURES = frozenset(
    [
        "figure",
        "figure*",
        "wrapfigure",
        "sidewaysfigure",
        "subfigure",
        "SCfigure",
        "tikzpicture",
        "picture",
        "pspicture",
        "forest",
        "axis",
        "tikzcd",
        "multifigures",
        "marginfigure",
        "overpic",
        "tikz",
        "circuitikz",
        "scope",
    ]
)
CODE = frozenset(
    [
        "algorithm",
        "algorithm*",
        "algorithmic",
        "algorithmicx",
        "algorithm2e",
        "lstlisting",
        "minted",
        "verbatim",
        "Verbatim",
        "listing",
        "prooftree",
        "codeblock",
    ]
)
DROPPED = frozenset(["thebibliography", "filecontents", "comment", "titlepage", "tablenotes"])

# Commands that end the paragraph before them and show nothing.
PARAGRAPH_ENDS = frozenset(
    [
        "newpage",
        "clearpage",
        "cleardoublepage",
        "bigskip",
        "medskip",
        "smallskip",
        "vfill",
        "maketitle",
        "tableofcontents",
        "listoffigures",
        "listoftables",
        "appendix",
        "frontmatter",
        "mainmatter",
        "backmatter",
        "printbibliography",
        "bibliography",
        "bibliographystyle",
        "vspace",
        "vskip",
        "title",
        "author",
        "date",
        "institute",
        "subtitle",
        "smallbreak",
        "medbreak",
        "bigbreak",
        "pagebreak",
        "printindex",
        "begingroup",
        "endgroup",
        "FloatBarrier",
    ]
)
"""Of these, those with arguments are in `commands.INKLESS`."""

BOX_COMMANDS = {
    "resizebox": "smm",
    "scalebox": "m",
    "rotatebox": "om",
    "centerline": "",
    "fbox": "",
    "mbox": "",
    "makebox": "oo",
    "framebox": "oo",
    "parbox": "om",
    "adjustbox": "m",
}
"""Command -> arguments before the box, which may hold blocks."""
