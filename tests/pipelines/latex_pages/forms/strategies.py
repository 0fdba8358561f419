"""Strategies for nodes as the parser makes them: one spelling for what looks the same."""

from __future__ import annotations

from hypothesis import strategies as st

from pipelines.latex_pages.content.grouping import EMPTY, bare, grouped, trimmed, ungrouped
from pipelines.latex_pages.content.nodes import (
    Accent,
    Alphabet,
    Atom,
    Big,
    Block,
    Break,
    Cell,
    Column,
    Delimited,
    Display,
    Footnote,
    Formula,
    Fraction,
    Group,
    Heading,
    Inlines,
    Item,
    ItemList,
    Math,
    Matrix,
    Negated,
    Operator,
    Paragraph,
    Quote,
    Root,
    Rule,
    Script,
    Scripts,
    Space,
    Stack,
    Style,
    Styled,
    Symbol,
    Table,
    Text,
    Theorem,
    Words,
)
from pipelines.latex_pages.content.spacing import arrange
from pipelines.latex_pages.content.symbols import SYMBOLS
from pipelines.latex_pages.forms.latex import formula_latex

ASCII = "".join(map(chr, range(32, 127)))
CHARACTERS = ASCII + "éÅ“”’–—…×°²ß中文"
HOSTILE = (
    *("1. foo", "- bar", "# x", "[^1]: y", "> q", "\\", "\\[", "\\]", "\\(", "\\)", "**", "*a*"),
    *("`x`", "\\section*{x}", "\\begin{tabular}{l}", "(a) b", "ii) c", "1、 二", "（1） x", "-"),
    *("--", "---", "$x$", "<sup>2</sup>", "a_b_c", "[^", "]:", "+ x", "= = =", "\\\\"),
    *("100% & #1 ~ {x} ^ _", "<<a>>", ",,", "''"),
)

_COMMANDS = sorted(name for name, info in SYMBOLS.items() if info.kind != "accent")
_ACCENTS = sorted(name for name, info in SYMBOLS.items() if info.kind == "accent")
_DELIMITERS = ("(", ")", "[", "]", "|", "/", ".", "\\{", "\\}", "\\langle", "\\rangle", "\\|")
_SIZES = ("big", "Bigl", "biggr", "Biggm")

symbols = st.sampled_from([*"abxyzABX0123456789+-=()[],./|!:;<>*", *_COMMANDS]).map(Symbol)
letters = st.sampled_from([*"abxyzABX0123456789", "\\alpha", "\\Gamma", "\\infty"]).map(Symbol)
spaces = st.sampled_from(("\\,", "\\:", "\\;", "\\!", "\\ ", "\\quad", "\\qquad")).map(Space)
styles = st.sampled_from(("\\displaystyle", "\\textstyle", "\\scriptstyle")).map(Style)


def _is_script(formula: Formula) -> bool:
    return bool(formula) and formula[0] != Symbol("\\prime")


def _args(formulas: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
    return formulas.map(bare)


@st.composite
def _scripts(draw: st.DrawFn, formulas: st.SearchStrategy[Formula]) -> Scripts:
    filled = _args(formulas).filter(_is_script)
    sub = draw(st.none() | filled)
    sup = draw(st.none() | filled)
    primes = draw(st.integers(0, 2) if sub or sup else st.integers(1, 2))
    base = draw(letters | st.just(EMPTY) | st.sampled_from(("\\sum", "\\int", "\\lim")).map(Symbol))
    limits = ""
    if base != EMPTY and isinstance(base, Symbol) and base.name in ("\\sum", "\\int", "\\lim"):
        limits = draw(st.sampled_from(("", "\\limits", "\\nolimits")))
    return Scripts(base, sub, sup, primes, limits)


def _cell_ok(cell: Formula) -> bool:
    return cell != (EMPTY,) and not formula_latex(cell).startswith(("[", "*"))


@st.composite
def _matrices(draw: st.DrawFn, formulas: st.SearchStrategy[Formula]) -> Matrix:
    environment = draw(
        st.sampled_from(("pmatrix", "cases", "aligned", "array", "substack", "matrix"))
    )
    width = 1 if environment == "substack" else draw(st.integers(1, 2))
    cells = _args(formulas).filter(_cell_ok)
    rows = tuple(tuple(draw(cells) for _ in range(width)) for _ in range(draw(st.integers(1, 3))))
    columns = draw(st.sampled_from(("l", "c|", "|r"))) * width if environment == "array" else ""
    rules: tuple[int, ...] = ()
    if environment == "array":
        rules = tuple(sorted(draw(st.lists(st.integers(0, len(rows)), max_size=3))))
    return Matrix(environment, rows, columns, rules)


def _root(body: Formula, index: Formula | None) -> Root:
    return Root(body, None if index is None or "]" in formula_latex(index) else index or None)


@st.composite
def _delimited(draw: st.DrawFn, formulas: st.SearchStrategy[Formula]) -> Delimited:
    signs = st.sampled_from(_DELIMITERS)
    middles = tuple(draw(st.lists(signs, max_size=1)))
    parts = tuple(draw(formulas) for _ in range(len(middles) + 1))
    return Delimited(draw(signs), draw(signs), parts, middles)


def _extend(smaller: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
    formulas = st.just(None).flatmap(lambda _: smaller)  # so that no message prints it in full
    args = _args(formulas)
    filled = args.filter(bool)
    atoms: st.SearchStrategy[Atom] = st.one_of(
        symbols,
        _scripts(formulas),
        st.builds(Fraction, st.sampled_from(("\\frac", "\\dfrac", "\\tbinom")), args, args),
        st.builds(_root, args, st.none() | formulas),
        st.builds(Accent, st.sampled_from(_ACCENTS), filled),
        st.builds(
            Stack, st.sampled_from(("\\overset", "\\underset", "\\stackrel")), filled, filled
        ),
        st.builds(Stack, st.just("\\xrightarrow"), filled, st.just(())),
        _delimited(formulas),
        st.builds(
            lambda size, delimiter: Big("\\" + size, delimiter),
            st.sampled_from(_SIZES),
            st.sampled_from(_DELIMITERS),
        ),
        st.builds(
            lambda command, letter: Alphabet(command, (letter,)),
            st.sampled_from(("\\mathbf", "\\mathrm", "\\mathcal", "\\boldsymbol")),
            letters,
        ),
        st.builds(Words, st.just("\\text"), words),
        st.builds(Operator, st.sampled_from(("rank", "span")), st.booleans()),
        st.sampled_from(("<", "\\subset", "\\mid")).map(lambda name: Negated(Symbol(name))),
        _matrices(formulas),
        formulas.map(grouped).filter(lambda atom: isinstance(atom, Group)),
    )
    inner = st.lists(atoms | spaces | styles, min_size=1, max_size=4)
    # As the parser leaves them: it drops braces that change nothing.
    return inner.map(lambda atoms: trimmed(tuple(map(ungrouped, atoms)))).filter(bool)


texts = st.text(CHARACTERS, min_size=1, max_size=12).map(Text) | st.sampled_from(HOSTILE).map(Text)
plain_words = st.text("ab é中,.'-", min_size=1, max_size=8)
words = plain_words.map(lambda text: arrange([(frozenset(), Text(text))], "keep")).filter(bool)

formulas: st.SearchStrategy[Formula] = st.recursive(
    st.lists(symbols, min_size=1, max_size=4).map(tuple), _extend, max_leaves=5
)
_formulas = formulas
formulas = st.just(None).flatmap(lambda _: _formulas)

_FACES = st.sampled_from((frozenset[str](), {"bold"}, {"italic"}, {"bold", "italic"})).map(
    frozenset
)
_mono = st.text(CHARACTERS.replace("`", ""), min_size=1, max_size=6).map(str.strip).filter(bool)


def _leaves(*, notes: bool, depth: int = 0) -> st.SearchStrategy[tuple[frozenset[str], object]]:
    kinds = [
        st.tuples(_FACES, texts),
        st.tuples(_FACES, formulas.map(Math)),
        st.tuples(_FACES.map(lambda faces: faces | {"mono"}), _mono.map(Text)),
        st.tuples(st.just(frozenset[str]()), st.just(Break())),
    ]
    if notes:
        kinds.append(st.tuples(_FACES, one_line(notes=False).map(Footnote)))
    if not depth:
        scripts = st.builds(Script, st.sampled_from(("super", "sub")), _script_words)
        kinds.append(st.tuples(_FACES, scripts))
    return st.one_of(*kinds)


_script_words = texts.map(lambda text: arrange([(frozenset(), text)])).filter(bool)


def inlines(*, notes: bool = True, min_size: int = 1) -> st.SearchStrategy[Inlines]:
    """Running text with faces that markdown can say."""
    leaves = st.lists(_leaves(notes=notes), min_size=min_size, max_size=5)
    return leaves.map(lambda found: arrange(found)).filter(bool)  # type: ignore[arg-type]


def one_line(**options: bool) -> st.SearchStrategy[Inlines]:
    """Running text without line breaks."""
    return inlines(**options).filter(lambda body: Break() not in body)


def _row_ok(row: tuple[Formula, ...]) -> bool:
    return any(row) and _cell_ok(row[0])


@st.composite
def displays(draw: st.DrawFn) -> Display:
    """Displayed formulas whose numbers are the author's, as the markdown holds them."""
    environment = draw(
        st.sampled_from(("equation", "align", "gather", "multline", "flalign", "alignat"))
    )
    count = 1 if environment == "equation" else draw(st.integers(1, 3))
    width = draw(st.integers(1, 3)) if environment.endswith(("align", "alignat")) else 1
    cells = formulas.filter(_cell_ok)
    rows = tuple(tuple(draw(cells) for _ in range(width)) for _ in range(count))
    tags = [draw(st.sampled_from(("", "3.2", "A.1", "*"))) for _ in rows]
    if environment == "multline":
        tags = [*[""] * (count - 1), tags[-1]]
    if environment == "alignat" and not any(tags):
        environment = "align"
    return Display(environment, rows, tuple(map(bool, tags)), tuple(tags))


def _opens_rows(display: Display) -> bool:
    """A display of nothing but aligned rows reads back as `align`."""
    formula = display.rows[0][0]
    return (
        display.environment == "equation"
        and len(formula) == 1
        and isinstance(formula[0], Matrix)
        and formula[0].environment in ("aligned", "gathered")
    )


paragraphs = inlines().map(Paragraph)
headings = st.builds(Heading, st.sampled_from((1, 2, 3, 4)), one_line(notes=False))
formulas_on_their_own = displays().filter(lambda display: not _opens_rows(display))


@st.composite
def _lists(draw: st.DrawFn, blocks: st.SearchStrategy[Block]) -> ItemList:
    kind = draw(st.sampled_from(("itemize", "enumerate")))
    items = []
    for number in range(draw(st.integers(1, 3))):
        label = None
        if kind == "enumerate":
            label = (
                Text(draw(st.sampled_from((f"{number + 1}.", "(a)", "ii)", "A.2.1.", "（3）")))),
            )
        body = tuple(draw(st.lists(blocks, min_size=1, max_size=2)))
        items.append(Item(body, label))
    return ItemList(kind, tuple(items))


def _nested(smaller: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    blocks = st.just(None).flatmap(lambda _: smaller)
    return _lists(blocks) | st.lists(blocks, min_size=1, max_size=2).map(
        lambda body: Quote(tuple(body))
    )


readable = st.recursive(paragraphs | headings | formulas_on_their_own, _nested, max_leaves=3)
"""Blocks that the markdown gives back as they were."""

_WIDE = st.sampled_from(("sans", "slanted", "underline", "mono", "bold"))
_any_inlines = inlines() | st.builds(
    lambda face, body: (Styled(face, body),), _WIDE, one_line(notes=False)
)
_labels = st.none() | one_line()


def _any_lists(smaller: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    blocks = st.just(None).flatmap(lambda _: smaller)
    bodies = st.lists(blocks, max_size=2).map(tuple)
    items = st.lists(st.builds(Item, bodies, _labels), min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(ItemList, st.sampled_from(("itemize", "enumerate", "description")), items),
        st.builds(
            Theorem,
            st.sampled_from(("Theorem", "Proof", "引理", "Remark * _")),
            bodies,
            st.none() | one_line(),
            st.booleans(),
        ),
        bodies.map(Quote),
    )


@st.composite
def _numbered(draw: st.DrawFn) -> Display:
    display = draw(displays())
    return Display(
        display.environment,
        display.rows,
        tuple(draw(st.booleans()) for _ in display.rows),
        display.tags,
    )


cells = inlines(notes=False)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Tables as the parser reads them back from our markdown, but for widths and faces of rules."""
    width = draw(st.integers(1, 3))
    columns = tuple(
        Column(draw(st.sampled_from(("l", "c", "r"))), 0.0, draw(st.integers(0, 2)))
        for _ in range(width)
    )
    count = draw(st.integers(2, 4))
    rows: list[tuple[Cell, ...]] = []
    spanned = 0
    for number in range(count):
        row: list[Cell] = []
        if spanned:
            row.append(Cell(()))
            spanned -= 1
        elif number + 1 < count and draw(st.booleans()):
            row.append(Cell(draw(cells), rows=2))
            spanned = 1
        while len(row) < width:
            row.append(Cell(draw(cells)))
        if width > 1 and not spanned and len(row) == width and draw(st.booleans()):
            spec = draw(st.sampled_from(("c", "|l|", "r|")))
            row = [*row[:-2], Cell(row[-1].body, 2, 1, spec)] if row[-2].body else row
        rows.append(tuple(row))
    hline, cline = Rule("hline"), Rule("cline", 1, width)
    rules = tuple(
        draw(st.sampled_from(((), (hline,), (hline, hline), (cline,)))) for _ in range(count + 1)
    )
    return Table(columns, draw(st.integers(0, 1)), tuple(rows), rules)


filled_tables = tables().filter(
    lambda table: sum(bool(cell.body) for row in table.rows for cell in row) > 1
)

any_block = st.recursive(
    _any_inlines.map(Paragraph) | headings | _numbered() | filled_tables, _any_lists, max_leaves=3
)
"""Blocks of every kind, with slots."""
