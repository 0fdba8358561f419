"""Every template folder is found, whole and sound; nothing of a corpus is read as a template."""

from __future__ import annotations

import numpy as np
import pytest

from dataengine.errors import ConfigError
from dataengine.resources import bundled
from pipelines.latex_pages.page.compose import compose
from pipelines.latex_pages.page.geometry import measure_page
from pipelines.latex_pages.page.style import draw_style
from pipelines.latex_pages.page.templates import Template, load_templates
from tests.pipelines.latex_pages.page.samples import ZH, mixture, paragraph

TEMPLATES = load_templates()


def test_every_folder_with_a_description_is_a_template() -> None:
    folders = {path.parent.name for path in bundled("templates", "latex").glob("*/template.yaml")}
    assert set(TEMPLATES) == folders
    assert {"article", "zh_article"} <= folders


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_a_template_gives_preambles_and_pages(template: Template) -> None:
    for fontset in template.about.fontsets:
        preamble = template.preamble(fontset)
        assert "\\begin{document}" not in preamble
        assert "\\def\\DEship" in preamble
        for mark in ("<<", "<%", "<#"):
            assert mark not in preamble
        fonts = template.prelude(fontset)
        assert bool(fonts) == (template.about.engine == "xelatex")
    language = "en" if template.about.languages[0] == "en" else "zh"
    pieces = mixture() if language == "en" else mixture(ZH)
    for seed in range(6):
        rng = np.random.Generator(np.random.PCG64(seed))
        style = draw_style(template.draws, rng)
        geometry = measure_page(style)
        assert geometry.left + geometry.text_width < geometry.width
        assert geometry.top + geometry.text_height < geometry.height
        assert geometry.column_width > 120
        assert geometry.text_height > 150
        page = compose(template, style, "prose", language, pieces, rng)
        assert page.tex.count("{") == page.tex.count("}")
        assert "\\DEship" in page.tex


def test_text_of_a_corpus_is_never_a_template() -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    template = TEMPLATES["article"]
    hostile = "<< 7 * 7 >> <% include 'x' %> <# gone #>"
    style = {**draw_style(template.draws, rng), "title_page": False}
    page = compose(template, style, "prose", "en", [paragraph(hostile)], rng)
    assert "49" not in page.tex.partition("\\DEopen")[2].partition("\\DEship")[0]
    assert "include 'x'" in page.tex or "include" in page.tex
    assert "gone" in page.tex


def test_an_unknown_font_set_is_refused() -> None:
    with pytest.raises(ConfigError, match="no font set 'wingdings'"):
        TEMPLATES["article"].preamble("wingdings")
