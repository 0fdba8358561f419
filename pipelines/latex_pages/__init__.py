"""LaTeX pages: tables, formulas and prose of real sources, set again in many templates, proven.

Material is harvested once per corpus: expanded, parsed into a strict content model, set alone and
proven. A page draws a template, a style and pieces of material from its rng, is set by pdflatex or
xelatex among many others, and is kept only if the glyphs on the set page are exactly those that
its targets demand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dataengine.pipeline import Context, Pipeline, Renderer, Requirements
from dataengine.settings import Settings
from pipelines.latex_pages.options import Options
from pipelines.latex_pages.reasons import REASONS


class LatexPages(Pipeline):
    """Pages set by TeX from harvested tables, formulas and prose."""

    name = "latex_pages"
    version = 3
    summary = "pages set by TeX from tables, formulas and prose of LaTeX sources, proven by glyphs"
    kind = "latex"
    promise = "generated"
    material = True
    material_options = ("sandbox",)
    suffixes = (".tex", ".ltx", ".gz")
    unit_noun = "page"
    writes_files = True
    Options = Options
    reasons = REASONS

    def requirements(self, options: Settings) -> Requirements:
        """Return versions of what sets, draws and reads pages, and what is missing."""
        from pipelines.latex_pages.requirements import find_requirements

        assert isinstance(options, Options)
        return find_requirements(options)

    def prepare(self, options: Settings) -> None:
        """Dump the TeX formats of all templates that these options may draw."""
        from pipelines.latex_pages.workshop import prepare_formats

        assert isinstance(options, Options)
        prepare_formats(options)

    def by_template(self, options: Settings) -> Mapping[str, Settings]:
        """Return each template that these options may draw, with options that draw it alone."""
        from pipelines.latex_pages.drawing import usable_templates

        assert isinstance(options, Options)
        return {
            name: options.model_copy(update={"templates": {name: 1.0}})
            for name, weight in usable_templates(options).items()
            if weight > 0
        }

    def open(self, options: Settings, context: Context) -> Renderer:
        """Return a renderer of pages, which also harvests."""
        from pipelines.latex_pages.renderer import LatexRenderer

        assert isinstance(options, Options)
        return LatexRenderer(options, context)

    def benchmark(
        self, corpora: Sequence[str], units: int, say: Callable[[str], None]
    ) -> Mapping[str, Any]:
        """Measure against one process per page and against one more page inside a running TeX."""
        from pipelines.latex_pages import bench

        return bench.run(corpora, units, say)


PIPELINE = LatexPages()
