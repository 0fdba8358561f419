"""One page out of pieces: numbers given, TeX written, everything kept that the targets need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.latex_pages.forms.form import Form
from pipelines.latex_pages.page.blocks import Block, make_block, make_crop_block, table_size
from pipelines.latex_pages.page.furniture import Furniture, draw_furniture
from pipelines.latex_pages.page.geometry import Geometry, measure_page
from pipelines.latex_pages.page.heights import height_on_page
from pipelines.latex_pages.page.numbering import Numbering
from pipelines.latex_pages.page.opening import draw_opening
from pipelines.latex_pages.page.pieces import Piece
from pipelines.latex_pages.page.sentences import goes_on

if TYPE_CHECKING:
    import numpy as np

    from pipelines.latex_pages.page.style import Style
    from pipelines.latex_pages.page.templates import Template

CROPS = ("table_crop", "formula_crop")
DENSE = ("formulas", "tables")
TRIES, DENSE_TRIES = 3, 8
"""Blocks that a page still tries after one that does not fit."""
_GUESS = 0.75
"""Part of its estimated height that a block surely needs: without so much room it is not set."""
_WIDEST_FONT = 1.15
"""Widths are measured in Latin Modern; other fonts are wider by no more than this."""
_SAFETY = 4.0
"""Points that a table or display must be narrower than its column."""


@dataclass(frozen=True, slots=True)
class ComposedPage:
    """A page before TeX has seen it.

    Attributes:
        tex: one piece for `tex.runs`; ships one page.
        kind: the page kind.
        geometry: its measures.
        blocks: in reading order; TeX puts some of them.
        header, footer: left, centre, right.
        draws: every draw, plain data.
    """

    tex: str
    kind: str
    geometry: Geometry
    blocks: tuple[Block, ...]
    header: Furniture
    footer: Furniture
    draws: Mapping[str, Any] = field(default_factory=dict)


def fits(piece: Piece, style: Style, geometry: Geometry) -> bool:
    """Whether a table (at some size) or a display is narrow enough for a column."""
    room = geometry.column_width - _SAFETY
    if piece.kind == "table":
        return table_size(piece, style, room) is not None
    if piece.kind == "display":
        return piece.width_pt * float(style["size"]) / 10 <= room
    return True


def compose(
    template: Template,
    style: Style,
    kind: str,
    language: str,
    pieces: Sequence[Piece],
    rng: np.random.Generator,
) -> ComposedPage:
    """Return a page of these pieces; those too wide for its columns are left out.

    Args:
        style: as drawn from the template.
        kind: page kind; of a crop the first piece alone is set.
        language: "en", "zh" or "mixed": of header and footer.
        pieces: somewhat more than fill the page, in reading order.
    """
    if kind in CROPS:
        return _compose_crop(template, style, kind, language, pieces[0], rng)
    geometry = measure_page(style, DENSE_TRIES if kind in DENSE else TRIES)
    numbering = Numbering(style, rng)
    fitting = [piece for piece in pieces if fits(piece, style, geometry)]
    opening: tuple[Block, ...] = ()
    if style["title_page"] and kind not in DENSE:
        opening, fitting = draw_opening("en" if language == "en" else "zh", fitting, rng)
    blocks = opening + _make_blocks(fitting, style, geometry, numbering, language)
    titles = [piece.form for piece in fitting if piece.kind == "heading" and piece.level < 3]
    header, footer = draw_furniture(style, language, titles, geometry.text_width, rng)
    tex = template.page(
        style=style,
        page=geometry,
        kind=kind,
        language=language,
        head=_strings(header),
        foot=_strings(footer),
        blocks="\n".join(block.tex for block in blocks),
        crop=None,
    )
    return ComposedPage(tex, kind, geometry, blocks, header, footer, dict(style))


def _make_blocks(
    pieces: Sequence[Piece],
    style: Style,
    geometry: Geometry,
    numbering: Numbering,
    language: str,
) -> tuple[Block, ...]:
    blocks = []
    for number, piece in enumerate(pieces):
        following = pieces[number + 1] if number + 1 < len(pieces) else None
        previous = pieces[number - 1] if number else None
        run_in = (
            piece.kind == "heading"
            and piece.level == 4
            and bool(style["run_in"])
            and following is not None
            and following.kind == "paragraph"
        )
        block = make_block(
            piece,
            number,
            style,
            numbering,
            geometry.column_width - _SAFETY,
            # Chinese paragraphs are indented after a heading, too.
            after_heading=language == "en" and previous is not None and previous.kind == "heading",
            run_in=run_in,
        )
        if piece.kind != "heading":
            guess = _GUESS * height_on_page(piece, style, geometry)
            joined = "\\DEjoined" if previous is not None and goes_on(previous, piece) else ""
            tex = f"{joined}\\DEguess{{{guess:.0f}}}{block.tex}"
            block = Block(block.id, block.kind, tex, block.form, block.notes, piece)
        blocks.append(block)
    return tuple(blocks)


def _strings(furniture: Furniture) -> tuple[str, str, str] | None:
    left, centre, right = (form.latex for form in furniture)
    return (left, centre, right) if left or centre or right else None


def _compose_crop(
    template: Template,
    style: Style,
    kind: str,
    language: str,
    piece: Piece,
    rng: np.random.Generator,
) -> ComposedPage:
    """Return a page as large as one table or display and its margins.

    The geometry is the paper's; the true size is in TeX's log (`@@PAGE width height`).
    """
    geometry = measure_page(style)
    block = make_crop_block(piece, style, Numbering(style, rng))
    width = 0.0
    if piece.kind == "display":
        # As much room on both sides as a number takes, or no more than the display itself.
        label = 0 if not piece.form.slots else style["size"] * float(rng.uniform(4, 9))
        natural = piece.width_pt * style["size"] / 10 * _WIDEST_FONT
        width = round(natural + 2 * label + 2 * _SAFETY, 2)
    margins = [style["crop_margin"] + int(rng.integers(0, 9)) for _ in range(4)]
    sizes = "".join(f"{{{length}pt}}" for length in (width, *margins))
    tex = template.page(
        style=style,
        page=geometry,
        kind=kind,
        language=language,
        head=None,
        foot=None,
        blocks="",
        crop=f"\\DEcrop{{{block.id}}}{sizes}{{{block.tex}}}",
    )
    draws = {**style, "crop_margins": margins, "crop_width": width}
    none = (Form(), Form(), Form())
    return ComposedPage(tex, kind, geometry, (block,), none, none, draws)
