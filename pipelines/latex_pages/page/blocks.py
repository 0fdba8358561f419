"""Blocks of a page out of pieces: numbers filled in, the page's TeX written, targets ready."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipelines.latex_pages.forms.form import Form, join_glyphs
from pipelines.latex_pages.forms.markdown import escape_start
from pipelines.latex_pages.forms.tables import TableForms, header_rows, render_table
from pipelines.latex_pages.page.literal import any_face
from pipelines.latex_pages.page.pieces import Piece

if TYPE_CHECKING:
    from pipelines.latex_pages.page.numbering import Numbering
    from pipelines.latex_pages.page.style import Style

TABLE_SIZES = {"normalsize": 1.0, "small": 0.9, "footnotesize": 0.8, "scriptsize": 0.7}
"""Size command -> factor on the base size, largest first."""

HEAD_SHADE, ROW_SHADE = "DEheadshade", "DErowshade"
"""Names of colours that shared/style.tex.j2 defines."""

_BOOKTABS = ("toprule", "midrule", "bottomrule", "cmidrule")
_LONGEST_HEAD = 48
_WIDER = 0.035
"""Latin Modern at 7 points is by a tenth wider than at 10 points, scaled."""
_TIGHT = ("、", "．", "，", "：")
_MARKDOWN_HEADINGS = ("section", "subsection", "subsubsection", "paragraph")


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a page.

    Attributes:
        id: names it in TeX's log, "b3".
        kind: as of its piece.
        tex: the call of a macro of pages.tex that sets it.
        form: what it shows, without slots; its notes left out.
        notes: of each footnote its label and its text.
        piece: what it was made of.
    """

    id: str
    kind: str
    tex: str
    form: Form
    notes: tuple[tuple[Form, Form], ...]
    piece: Piece


def table_size(piece: Piece, style: Style, room: float) -> str | None:
    """Return the largest size, from the drawn one down, at which a table fits into the room.

    Args:
        room: points.
    """
    wanted = TABLE_SIZES[style["table_size"]]
    for name, factor in TABLE_SIZES.items():
        size = factor * style["size"]
        # Type made for small sizes is wider.
        wider = 1 + _WIDER * max(0.0, 10 - size)
        if factor <= wanted and piece.width_pt * size / 10 * wider <= room:
            return name
    return None


def make_block(
    piece: Piece,
    number: int,
    style: Style,
    numbering: Numbering,
    room: float,
    *,
    after_heading: bool = False,
    run_in: bool = False,
) -> Block:
    """Return the block of a piece; asks `numbering` for every number that it shows.

    Args:
        number: of the block on its page.
        room: width of the column in points.
        after_heading: it follows a heading directly, so it is not indented.
        run_in: a heading that stands in the first line of the paragraph after it.

    Raises:
        ValueError: a table that fits at no size.
    """
    name = f"b{number}"
    if piece.kind == "heading":
        return _heading(piece, name, numbering, run_in=run_in)
    if piece.kind == "table":
        return _table(piece, name, style, numbering, room)
    form, notes = _filled(piece.form, numbering)
    tex = form.latex
    if after_heading and piece.kind == "paragraph":
        tex = f"\\noindent {tex}"
    return Block(name, piece.kind, _call(piece.kind, name, tex, notes), form, notes, piece)


def _call(kind: str, name: str, tex: str, notes: tuple[tuple[Form, Form], ...]) -> str:
    written = "".join(f"\\DEnote{{{label.latex}}}{{{text.latex}}}" for label, text in notes)
    # A blank line would end the paragraph of a run-in heading: none stands at the start.
    return f"\\DEblock{{{kind}}}{{{name}}}{{{tex}}}{{{written}}}"


def _filled(form: Form, numbering: Numbering) -> tuple[Form, tuple[tuple[Form, Form], ...]]:
    numbering.begin_list()
    labels = [numbering.label(kind) for kind in form.slots]
    marks = [label for kind, label in zip(form.slots, labels, strict=True) if kind == "footnote"]
    notes = tuple(zip(marks, form.notes, strict=True))
    return replace(form.fill(labels), notes=()) if form.slots or notes else form, notes


def _heading(piece: Piece, name: str, numbering: Numbering, *, run_in: bool) -> Block:
    number = numbering.heading(piece.level)
    title = piece.form
    command = _MARKDOWN_HEADINGS[piece.level - 1]
    # "一、" has its blank in itself.
    tight = number.text.endswith(_TIGHT)
    blank = " " if number.text and not tight else ""
    tag = f"h{piece.level + 1}"
    form = Form(
        latex=f"\\{command}*{{{number.latex}{blank}{title.latex}}}",
        markdown=f"\\{command}*{{{number.markdown}{blank}{title.markdown}}}",
        text=f"{number.text}{blank}{title.text}",
        html=None if title.html is None else f"<{tag}>{number.html}{blank}{title.html}</{tag}>",
        glyphs=join_glyphs((number.glyphs, any_face(title.glyphs))),
        trace=f"{number.traced}{blank}{title.traced}",
    )
    if run_in:
        tex = f"\\DErunin{{{name}}}{{\\DErunhead{{{number.latex}}}{{{title.latex}}}}}"
    else:
        macro = "\\DEtightheading" if tight else "\\DEheading"
        tex = f"\\DEkeep{{{name}}}{{{macro}{{{piece.level}}}{{{number.latex}}}{{{title.latex}}}}}"
    return Block(name, "heading", tex, form, (), piece)


def _table(piece: Piece, name: str, style: Style, numbering: Numbering, room: float) -> Block:
    if piece.table is None:
        raise ValueError("a table without its cells")
    size = table_size(piece, style, room)
    if size is None:
        raise ValueError(f"a table of {piece.width_pt} points for {room}")
    table = _rendered(piece, style)
    caption = piece.table.caption
    if caption is None:
        form, notes = _filled(table, numbering)
        tex = f"{{\\{size} {form.latex}}}"
    else:
        above = style["caption_place"] == "above"
        label = numbering.table()
        # Numbers are given in reading order.
        first, first_notes = _filled(caption if above else table, numbering)
        second, second_notes = _filled(table if above else caption, numbering)
        notes = first_notes + second_notes
        caption, table = (first, second) if above else (second, first)
        parts = (
            f"\\DEcaption{{{label.latex}}}{{{caption.latex}}}",
            f"{{\\{size} {table.latex}}}",
        )
        tex = "\\DEbetween ".join(parts if above else reversed(parts))
        form = _with_caption(table, _captioned(label, caption), above=above)
    return Block(name, "table", _call("table", name, tex, notes), form, notes, piece)


def _rendered(piece: Piece, style: Style) -> Form:
    """Return a piece's table in a style; the piece keeps it for other pages."""
    assert piece.table is not None
    key = (style["table_rules"], style["table_shade"])
    if key not in piece.rendered:
        piece.rendered[key] = _render(piece.table, style)
    return piece.rendered[key]


def _render(table: TableForms, style: Style) -> Form:
    rules, shade = style["table_rules"], style["table_shade"]
    headed = has_header(table)
    if rules == "booktabs" and not headed:
        rules = "source"
    # The rules of booktabs have room around them, which would part the shades.
    parted = rules == "booktabs" or any(
        rule.kind in _BOOKTABS for line in table.rules for rule in line if rules == "source"
    )
    return render_table(
        table,
        rules,
        header_shade=HEAD_SHADE if shade in ("head", "both") and headed and not parted else None,
        stripe=ROW_SHADE if shade in ("rows", "both") and not parted else None,
    )


def has_header(table: TableForms) -> bool:
    """Whether a rule parts the first rows from the others, and they hold words, not data."""
    head = header_rows(table)
    if not 0 < head < len(table.rows) or all(rule.first for rule in table.rules[head]):
        return False
    texts = [cell.form.text.strip() for row in table.rows[:head] for cell in row]
    shown = [text for text in texts if text]
    if not shown or max(map(len, shown)) > _LONGEST_HEAD:
        return False
    numbers = sum(text[0] in "+-−.0123456789" for text in shown)
    return numbers <= len(shown) / 2


def _captioned(label: Form, caption: Form) -> Form:
    html = None if caption.html is None else f"{label.html} {caption.html}"
    return Form(
        latex=f"{label.latex} {caption.latex}",
        markdown=escape_start(f"{label.markdown} {caption.markdown}"),
        text=f"{label.text} {caption.text}",
        html=html,
        glyphs=join_glyphs((label.glyphs, any_face(caption.glyphs))),
        trace=f"{label.traced} {caption.traced}",
    )


def _with_caption(table: Form, caption: Form, *, above: bool) -> Form:
    pair = (caption, table) if above else (table, caption)
    html = None
    # In HTML a caption stands first in its table, wherever it is shown.
    if table.html is not None and caption.html is not None and table.html.startswith("<table>"):
        inside = table.html.removeprefix("<table>")
        html = f"<table><caption>{caption.html}</caption>{inside}"
    return Form(
        latex="\n\n".join(form.latex for form in pair),
        markdown="\n\n".join(form.markdown for form in pair),
        text="\n".join(form.text for form in pair),
        html=html,
        glyphs=join_glyphs(form.glyphs for form in pair),
        trace="\n".join(form.traced for form in pair),
    )


def make_crop_block(piece: Piece, style: Style, numbering: Numbering) -> Block:
    """Return the block of a crop: a table without its caption, or a display; `tex` is its content.

    Raises:
        ValueError: it has notes, for which a crop has no foot.
    """
    form = piece.form
    if piece.table is not None:
        form = _rendered(piece, style)
    if form.notes:
        raise ValueError("a crop with footnotes")
    form, _ = _filled(form, numbering)
    return Block("b0", piece.kind, form.latex, form, (), piece)
