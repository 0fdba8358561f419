"""Sets every candidate alone, measures it and proves it: pages are made of what passed.

A candidate is set at 10 points in a column of 345 (`page.pieces.MEASURED_WIDTH`), Latin script by
pdflatex, Chinese by xelatex. TeX's own message, or the proof's, says why one fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pipelines.latex_pages.forms.form import Form
from pipelines.latex_pages.forms.tables import render_table
from pipelines.latex_pages.page.assemble import assemble, read_put
from pipelines.latex_pages.page.blocks import Block, make_block
from pipelines.latex_pages.page.compose import ComposedPage
from pipelines.latex_pages.page.geometry import Geometry
from pipelines.latex_pages.page.numbering import Numbering
from pipelines.latex_pages.page.pieces import MEASURED_WIDTH, Piece
from pipelines.latex_pages.page.style import draw_style
from pipelines.latex_pages.page.templates import load_templates
from pipelines.latex_pages.proof.compare import Disproved, prove
from pipelines.latex_pages.proof.fonts import UnknownFont
from pipelines.latex_pages.proof.page_glyphs import read_glyphs
from pipelines.latex_pages.setting import SetPage, Setter

TEMPLATES = {"en": ("article", "lm"), "zh": ("zh_article", "fandol")}
"""Language -> template and font set that pieces are vetted with."""

_HEIGHT = 680.0
_MARGIN = 50.0
_LINE = 12.0
_WIDE = 1200.0
"""Points: wider tables and displays fit no page."""

_PLAIN = {
    "paper": "a4",
    "columns": 1,
    "size": 10,
    "spacing": 1.0,
    "alignment": "justified",
    "parskip": 0,
    "table_rules": "source",
    "table_size": "normalsize",
    "table_stretch": 1.0,
    "captions": "plain",
    "accent": "000000",
}


@dataclass(frozen=True, slots=True)
class Vetted:
    """A candidate that was set and proven, with its sizes."""

    piece: Piece


@dataclass(frozen=True, slots=True)
class Failed:
    """A candidate that was not, and why."""

    reason: str
    detail: str


class Vetter:
    """Vets candidates of one language at a time."""

    def __init__(self, setter: Setter) -> None:
        self._setter = setter

    def vet(self, pieces: Sequence[Piece], language: str) -> Iterator[Vetted | Failed]:
        """Yield the outcome of each candidate, in order."""
        name, fontset = TEMPLATES[language]
        template = load_templates()[name]
        style = {**draw_style(template.draws, _rng()), **_PLAIN}
        made = [_compose(piece, style, language, template.page) for piece in pieces]
        pages = [page.tex for page in made if isinstance(page, ComposedPage)]
        results = self._setter.set_pages(template, fontset, pages)
        for piece, page in zip(pieces, made, strict=True):
            if isinstance(page, Failed):
                yield page
            else:
                yield _judge(piece, page, next(results))


def _rng() -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(0))


def _compose(
    piece: Piece, style: Mapping[str, Any], language: str, page_tex: Any
) -> ComposedPage | Failed:
    """Return the page that sets and measures a candidate."""
    # A heading stands only with what follows it, so its title is set as a paragraph.
    shown = replace(piece, kind="paragraph") if piece.kind == "heading" else piece
    numbering = Numbering(style, _rng())
    geometry = Geometry(
        MEASURED_WIDTH + 2 * _MARGIN,
        _HEIGHT + 2 * _MARGIN,
        _MARGIN,
        _MARGIN,
        MEASURED_WIDTH,
        _HEIGHT,
        1,
        MEASURED_WIDTH,
    )
    if piece.kind in ("table", "display"):
        # Wide ones pass: the composer asks for their width.
        geometry = replace(
            geometry,
            width=_WIDE + 2 * _MARGIN,
            text_width=_WIDE,
            column_width=_WIDE,
        )
    try:
        block = make_block(shown, 0, style, numbering, geometry.column_width)
    except ValueError as error:
        return Failed("unwritable", str(error))
    tex = page_tex(
        style=style,
        page=geometry,
        kind="prose",
        language=language,
        head=None,
        foot=None,
        blocks=_measures(block, shown, style) + block.tex,
        crop=None,
    )
    none = (Form(), Form(), Form())
    return ComposedPage(tex, "prose", geometry, (block,), none, none, {})


def _measures(block: Block, piece: Piece, style: Mapping[str, Any]) -> str:
    if piece.table is not None:
        table = render_table(piece.table, "source")
        labels = [Form() for _ in table.slots]
        return f"\\DEmeasure{{natural}}{{{table.fill(labels).latex}}}"
    if piece.kind == "display":
        return f"\\DEmeasure{{natural}}{{{block.form.latex}}}"
    return ""


def _judge(piece: Piece, page: ComposedPage, result: SetPage) -> Vetted | Failed:
    if result.fault is not None:
        return Failed(*result.fault)
    put = read_put(result.log)
    if not put:
        if any(line.startswith("@@OVER") for line in result.log):
            return Failed("too-wide", f"a line is wider than {page.geometry.column_width:.0f} pt")
        return Failed("too-tall", f"it fills more than {_HEIGHT:.0f} pt")
    assert result.page is not None
    try:
        glyphs = read_glyphs(result.page)
    except UnknownFont as error:
        return Failed("unknown-font", str(error))
    assembled = assemble(page, put)
    outcome = prove(glyphs, assembled.glyphs)
    if isinstance(outcome, Disproved):
        return Failed(outcome.reason, outcome.detail)
    # Notes stand at the foot of the page, far from their block.
    first, end, _ = assembled.spans[0]
    lines = glyphs.ys[outcome.indices[first:end]]
    height = float(lines.max() - lines.min()) + _LINE
    return Vetted(replace(piece, width_pt=_natural_width(result.log), height_pt=height))


def _natural_width(log: Sequence[str]) -> float:
    for line in log:
        if line.startswith("@@SIZE natural "):
            return float(line.split()[2].removesuffix("pt"))
    return 0.0
