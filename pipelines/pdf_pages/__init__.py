"""PDF pages: each page of a corpus becomes a picture with its text, or a rejection with a reason.

The picture and the text come from one interpretation of the page, and the picture is then asked
whether it shows that text and nothing else that reads like text (see `proof`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dataengine.pipeline import Context, Pipeline, Renderer, Requirements
from dataengine.settings import Settings
from pipelines.pdf_pages.options import Options
from pipelines.pdf_pages.reasons import REASONS


class PdfPages(Pipeline):
    """Pages of PDF files with their text, boxes and proof."""

    name = "pdf_pages"
    version = 2
    summary = "pages of PDF files with their text, boxes and a proof that both agree"
    kind = "page"
    promise = "found"
    suffixes = (".pdf",)
    unit_noun = "page"
    Options = Options
    reasons = REASONS

    def requirements(self, options: Settings) -> Requirements:
        """Return versions of what reads, draws and encodes, and what is missing."""
        from pipelines.pdf_pages.requirements import find_requirements

        assert isinstance(options, Options)
        return find_requirements(options)

    def open(self, options: Settings, context: Context) -> Renderer:
        """Return a renderer of pages."""
        from pipelines.pdf_pages.renderer import PageRenderer

        assert isinstance(options, Options)
        return PageRenderer(options, context)

    def benchmark(
        self, corpora: Sequence[str], units: int, say: Callable[[str], None]
    ) -> Mapping[str, Any]:
        """Measure against the paper's way and the floor."""
        from pipelines.pdf_pages import bench

        return bench.run(corpora, units, say)


PIPELINE = PdfPages()
