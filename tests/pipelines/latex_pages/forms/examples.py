"""One example or more of every node, with text that LaTeX would read as commands."""

from __future__ import annotations

from pipelines.latex_pages.content.nodes import (
    Block,
    Break,
    Cell,
    Column,
    Display,
    Footnote,
    Heading,
    Item,
    ItemList,
    Math,
    Paragraph,
    Quote,
    Rule,
    Script,
    Styled,
    Table,
    Text,
    Theorem,
)
from pipelines.latex_pages.content.parsing import parse_formula
from tests.pipelines.latex_pages.forms.strategies import ASCII

FORMULAS = [
    r"x'^{2}_{i} + {}_{2}F_{1} - \sum\limits_{i=1}^{n} a_i + \int\nolimits_{0}^{1}",
    r"\frac{a}{b} \dfrac12 \tfrac{1}{2} \cfrac{1}{x} \binom{n}{k} \dbinom{n}{k} \tbinom nk",
    r"\sqrt[3]{x} \sqrt{\frac{1}{2}} \hat{x}\vec v\overline{AB}",
    r"\underbrace{a+b}_{n}\overbrace{c}^{m}",
    r"\overset{!}{=}\underset{x}{\max}\stackrel{d}{\to}\xrightarrow[g]{f}\xleftarrow{h}",
    r"\left(\frac{a}{b}\middle|c\right]\left\langle x\right.\bigl[ a\Big/ b\biggr\}",
    r"\mathbf{x}\mathcal{L}\mathbb{R}\mathfrak{g}\mathrm{d}x\mathsf{A}\mathtt{t}\mathit{it}\boldsymbol{\alpha}",
    r"\text{if $x > 0$, \textbf{50\%} of a\_b}\operatorname{rank}A\operatorname*{argmin}_{x}f",
    r"\not\subset\not<a\,b\:c\;d\!e\ f\quad g\qquad h\displaystyle\int_0^1\textstyle\sum_i",
    r"\begin{pmatrix} {}[a] & b \\ {}* & d \end{pmatrix}\begin{cases} x & y \\ z & w \end{cases}",
    r"\begin{array}{|c|r} \hline a & b \\ \hline c & d \\ \hline \end{array}",
    r"\sum_{\substack{i \\ j}}",
    r"\begin{smallmatrix} a & b \end{smallmatrix}\begin{Vmatrix} a \end{Vmatrix}[a][b]*c",
]


def _text(text: str) -> tuple[Text, ...]:
    return (Text(text),)


_X = parse_formula("x = [y]")
_STYLED = tuple(
    Styled(face, _text(f"{face} a_b"))
    for face in ("bold", "italic", "mono", "sans", "slanted", "underline")
)

BLOCKS: list[Block] = [
    Heading(1, (*_text("Title & more: 100% "), Math(_X))),
    Paragraph(_text(f"All of ASCII: {ASCII} and again {ASCII[::-1]}")),
    Paragraph(_text("“Quotes” ‘single’ – — … é Å ß × ° ² µ → ≤ ⇒ ∞ -- --- ,, << >> ?` !` ''")),
    Paragraph(
        (
            *_STYLED,
            Break(),
            Text("[next] line"),
            Script("super", _text("th")),
            Script("sub", _text("2")),
        )
    ),
    Paragraph(
        (Text("note"), Footnote((Text("text_ & "), Math(_X))), Text(" and on.")), continued=True
    ),
    *(Paragraph((Text("Formula "), Math(parse_formula(latex)))) for latex in FORMULAS),
    *(
        Display("equation", ((parse_formula(latex),),), (number % 2 == 0,), ("",))
        for number, latex in enumerate(FORMULAS)
    ),
    *(
        Display(
            name,
            ((_X, _X, _X), (parse_formula("[a]"), (), ())),
            (first, second),
            ("", "A.1" if second else ""),
        )
        for name in ("align", "flalign", "alignat")
        for first, second in ((False, False), (True, True))
    ),
    *(
        Display(name, ((_X,), (parse_formula("* a"),)), (False, True), ("", ""))
        for name in ("gather", "multline")
    ),
    Display("multline", ((_X,), (_X,)), (False, False), ("", "")),
    ItemList(
        "itemize",
        (
            Item(
                (Paragraph(_text("[a]")), ItemList("enumerate", (Item((Paragraph(_text("b")),)),)))
            ),
            Item(()),
        ),
    ),
    ItemList(
        "enumerate",
        (
            Item((Display("equation", ((_X,),), (True,), ("",)),)),
            Item((Paragraph(_text("c")),), _text("]")),
        ),
    ),
    ItemList(
        "description", (Item((Paragraph(_text("d")),), _text("term [1]")), Item((), _text("x")))
    ),
    Theorem(
        "Theorem",
        (Paragraph(_text("body")), ItemList("itemize", (Item((Paragraph(_text("i")),)),))),
        _text("note & co"),
    ),
    Theorem("Proof", (Display("equation", ((_X,),), (False,), ("",)),), None, numbered=False),
    Quote((Paragraph(_text("quoted")), Paragraph(_text("twice")))),
    Table(
        (Column("l", bars=1), Column("c", bars=2), Column("p", 0.3), Column("X")),
        1,
        (
            (Cell(_text("a"), rows=2), Cell(_text("50% & [b]"), 2, 1, "|c|"), Cell(())),
            (
                Cell(()),
                Cell((Text("x"), Break(), Text("[y]"))),
                Cell((Text("p"), Break(), Text("q"))),
                Cell((Math(_X),)),
            ),
            (
                Cell(_text("[1]")),
                Cell(_text("* 2")),
                Cell((Text("n"), Footnote(_text("m")))),
                Cell(_STYLED),
            ),
        ),
        (
            (Rule("toprule"),),
            (Rule("cmidrule", 2, 3, "lr"),),
            (Rule("hline"), Rule("hline")),
            (Rule("bottomrule"),),
        ),
        _text("A caption"),
    ),
]
