"""Every template sets pages of each of its kinds, all proven; its draws do what they say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jinja2 import UndefinedError

from dataengine.errors import ConfigError
from pipelines.latex_pages.content.nodes import Paragraph, Text, Theorem
from pipelines.latex_pages.content.symbols import fold
from pipelines.latex_pages.page.assemble import assemble, read_put
from pipelines.latex_pages.page.choice import Wanted, choose_pieces
from pipelines.latex_pages.page.compose import CROPS, ComposedPage, compose
from pipelines.latex_pages.page.geometry import PAPERS, measure_page
from pipelines.latex_pages.page.style import draw_style
from pipelines.latex_pages.page.templates import Template, load_templates
from pipelines.latex_pages.proof.compare import Proved, prove
from pipelines.latex_pages.proof.geometry import check_geometry
from pipelines.latex_pages.proof.page_glyphs import read_glyphs
from pipelines.latex_pages.setting import Setter
from tests.pipelines.latex_pages.page.samples import (
    EN,
    ZH,
    heading,
    mixture,
    paragraph,
    piece,
    stock,
)

TEMPLATES = load_templates()
NAMED = {
    "acm", "article", "book", "dense_tables", "exam", "formula_sheet", "ieee", "lncs", "mixed",
    "report", "revtex", "slides", "two_column", "zh_article", "zh_cjkutf8", "zh_exam",
    "zh_textbook", "zh_two_column",
}  # fmt: skip
LANGUAGES = {"en": "en", "zh": "zh", "mixed": None}
LONG_EDGE, LEAST_PX = 1024, 7
SMALLEST = 0.7
"""Factor of the smallest size of text (`\\scriptsize`), which is rounded to half points."""

each_template = pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)


def rng_of(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def options_of(draw: Any) -> list[tuple[float, Any]]:
    """Return (weight, value) of a draw that chooses; of others nothing."""
    if not isinstance(draw, Mapping):
        return []
    if "weigh" in draw:
        return [(weight, value) for weight, value in draw["weigh"]]
    chosen = draw.get("choose", {})
    if isinstance(chosen, Mapping):
        return [(weight, value) for value, weight in chosen.items()]
    return [(1, value) for value in chosen]


def composed(template: Template, kind: str, seed: int, **draws: object) -> ComposedPage:
    rng = rng_of(seed)
    style = {**draw_style(template.draws, rng), **draws}
    language = template.about.languages[0]
    wanted = Wanted(kind, LANGUAGES[language], None, style, measure_page(style))  # type: ignore[arg-type]
    pieces = choose_pieces(stock(), wanted, rng)
    return compose(template, style, kind, language, pieces, rng)


def test_the_templates_are_there() -> None:
    assert set(TEMPLATES) >= NAMED
    spoken = [name for template in TEMPLATES.values() for name in template.about.languages]
    assert {"en", "zh", "mixed"} <= set(spoken)
    by_pdflatex = [t.name for t in TEMPLATES.values() if t.about.engine == "pdflatex"]
    assert "zh_cjkutf8" in by_pdflatex


@each_template
def test_draws_reach_what_they_offer(template: Template) -> None:
    rng = rng_of(5)
    styles = [draw_style(template.draws, rng) for _ in range(300)]
    for name, draw in template.draws.items():
        shown = [style[name] for style in styles]
        options = options_of(draw)
        total = sum(weight for weight, _ in options)
        for weight, value in options:
            if weight >= 0.04 * total:
                assert value in shown, f"{name} is never {value}"
        if options:
            assert all(any(one == value for _, value in options) for one in shown)
        if isinstance(draw, Mapping) and "range" in draw:
            low, high = draw["range"]
            assert low <= min(shown) <= low + (high - low) / 4
            assert high - (high - low) / 4 <= max(shown) <= high
        if isinstance(draw, Mapping) and 0.02 < draw.get("chance", 0) < 0.98:
            assert set(shown) == {True, False}


@each_template
def test_every_size_is_legible(template: Template) -> None:
    sizes = [value for _, value in options_of(template.draws["size"])]
    papers = [value for _, value in options_of(template.draws["paper"])]
    for size in sizes or [template.draws["size"]]:
        smallest = int(2 * SMALLEST * size) / 2 if "tables" in template.about.kinds else 0.8 * size
        for paper in papers or [template.draws["paper"]]:
            assert smallest * LONG_EDGE / max(PAPERS[paper]) >= LEAST_PX, (size, paper)


@each_template
def test_a_style_that_lacks_a_draw_is_refused(template: Template) -> None:
    text = (template_folder(template) / "page.tex.j2").read_text(encoding="utf-8")
    own = sorted(set(re.findall(r"style\.(\w+)", text)))
    assert set(own) <= set(template.draws), "page.tex.j2 asks for what is not drawn"
    rng = rng_of(1)
    style = dict(draw_style(template.draws, rng))
    del style["headings"]
    kind = next(kind for kind in template.about.kinds if kind not in CROPS)
    with pytest.raises(UndefinedError, match="headings"):
        compose(template, style, kind, "en", [heading(), paragraph()], rng)


@each_template
def test_unknown_forms_of_draws_and_fonts_are_refused(template: Template) -> None:
    with pytest.raises(ConfigError, match="size"):
        draw_style({**template.draws, "size": {"pick": [10, 11]}}, rng_of(1))
    fonts = template.preamble if template.about.engine == "pdflatex" else template.prelude
    with pytest.raises(ConfigError, match="font set"):
        fonts("wingdings")
    header = {**draw_style(template.draws, rng_of(1)), "header": "skyline"}
    kind = next(kind for kind in template.about.kinds if kind not in CROPS)
    with pytest.raises(ConfigError, match="skyline"):
        compose(template, header, kind, "en", mixture(), rng_of(1))


def template_folder(template: Template) -> Path:
    return Path(__file__).parents[4] / "templates" / "latex" / template.name


@each_template
def test_pages_of_every_kind_are_set_and_proven(tex: Path, template: Template) -> None:
    pages = [composed(template, kind, seed) for seed in (3, 4) for kind in template.about.kinds]
    # Headings in a row, on a page that opens with them.
    style = {**draw_style(template.draws, rng_of(9)), "title_page": False}
    kind = next(kind for kind in template.about.kinds if kind not in CROPS)
    language = template.about.languages[0]
    text = mixture() if language == "en" else mixture(ZH)
    pieces = [heading(1), heading(2, "Second"), *text, heading(3), heading(4), *text]
    pages.append(compose(template, style, kind, language, pieces, rng_of(9)))
    fontset = max(template.about.fontsets, key=lambda name: template.about.fontsets[name])
    setter = Setter(tex)
    results = setter.set_pages(template, fontset, [page.tex for page in pages])
    for page, result in zip(pages, results, strict=True):
        assert result.fault is None, (page.kind, result.fault)
        assert not [line for line in result.log if line.startswith("@@OVER")], page.draws
        made = assemble(page, read_put(result.log))
        assert made.blocks, page.kind
        assert result.page is not None
        glyphs = read_glyphs(result.page)
        outcome = prove(glyphs, made.glyphs)
        assert isinstance(outcome, Proved), (page.kind, outcome)
        scale = LONG_EDGE / max(glyphs.width, glyphs.height)
        problem = check_geometry(glyphs, pixels_per_pt=scale, least_em_px=LEAST_PX)
        assert problem is None or page.kind in CROPS, (page.kind, problem, page.draws)


PAINTED: Mapping[str, Mapping[str, Any]] = {
    "slides": {"strip": True, "header": ["{title}", "", ""], "backdrop": "white"},
    "report": {"letterhead": "side", "accent": "1A3C6E"},
}


@pytest.mark.parametrize("name", PAINTED)
def test_what_is_painted_behind_starts_at_the_upper_left_corner(tex: Path, name: str) -> None:
    template = TEMPLATES[name]
    page = composed(template, "prose", 5, **PAINTED[name])
    fontset = max(template.about.fontsets, key=lambda one: template.about.fontsets[one])
    for result in Setter(tex).set_pages(template, fontset, [page.tex]):
        assert result.page is not None
        pixels = result.page.get_pixmap(dpi=36)
        assert max(pixels.pixel(2, 2)) < 200
        assert min(pixels.pixel(pixels.width - 3, pixels.height // 2)) > 240


BOLD = frozenset(map(ord, "bskgw"))
"""Faces that are bold, or Chinese type that serves as it."""


@each_template
def test_heads_that_the_targets_call_bold_are_bold(tex: Path, template: Template) -> None:
    chinese = template.about.languages[0] != "en"
    text = ZH * 3 if chinese else EN
    word, abstract = ("定理", "摘要：") if chinese else ("Theorem", "Abstract.")
    head = piece(Theorem(word, (Paragraph((Text(text),)),)))
    styles = options_of(template.draws["theorems"]) or [(1, template.draws["theorems"])]
    pages = [
        compose(
            template,
            {**draw_style(template.draws, rng_of(seed)), "title_page": True, "theorems": style},
            "prose",
            "zh" if chinese else "en",
            [heading(), paragraph(text), paragraph(text), head, paragraph(text)],
            rng_of(seed),
        )
        for _, style in styles
        for seed in range(2, 6)
    ]
    fontset = max(template.about.fontsets, key=lambda name: template.about.fontsets[name])
    seen: set[str] = set()
    results = Setter(tex).set_pages(template, fontset, [page.tex for page in pages])
    for page, result in zip(pages, results, strict=True):
        assert result.page is not None, result.fault
        made = assemble(page, read_put(result.log))
        glyphs = read_glyphs(result.page)
        assert isinstance(prove(glyphs, made.glyphs), Proved), page.draws
        for bold in (word, abstract):
            if f"**{bold}" in made.markdown:
                seen.add(bold)
                at = glyphs.chars.index(fold(bold))
                assert set(glyphs.faces[at : at + len(fold(bold))].tolist()) <= BOLD, bold
    assert seen == {word, abstract}


@pytest.mark.parametrize("number", ["一、", "２．", "1"])
def test_a_number_that_holds_its_blank_gets_no_other(number: str) -> None:
    template = TEMPLATES["zh_article"]
    style = {**draw_style(template.draws, rng_of(1)), "title_page": False}
    style["heading_numbers"] = [number] * 4
    pieces = [heading(title="结果"), paragraph(ZH)]
    block = compose(template, style, "prose", "zh", pieces, rng_of(1)).blocks[0]
    tight = number != "1"
    assert block.form.text == f"{number}{'' if tight else ' '}结果"
    assert f"{number}{'' if tight else ' '}结果" in block.form.markdown
    assert ("\\DEtightheading" in block.tex) == tight


def test_templates_are_drawn_by_their_weights() -> None:
    weights = {name: template.about.weight for name, template in TEMPLATES.items()}
    rare = {name: weight for name, weight in weights.items() if weight != 1}
    assert rare == {"zh_cjkutf8": 0.3, "dense_tables": 0.5, "slides": 0.7}
