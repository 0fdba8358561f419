"""Snippets: a few short lines of text on a small canvas, for the first steps of learning to read.

Pix2Struct (arXiv 2210.03347, section 2.4) warms up on such pictures before it sees pages. Digits,
letters or bundled phrases; how far the text strays from one fixed place is an option, since it is
what decides how hard reading is to learn. No corpus is needed: `snippets_corpus` draws from yours.
"""

from __future__ import annotations

from dataengine.pipeline import Context, Pipeline, Renderer, Requirements
from dataengine.settings import Settings
from pipelines.snippets.options import Options
from pipelines.snippets.reasons import REASONS


class Snippets(Pipeline):
    """Short texts that need no corpus."""

    name = "snippets"
    version = 1
    summary = "short texts on a small canvas: digits, letters or phrases, fixed or anywhere"
    kind = "snippet"
    promise = "generated"
    unit_noun = "snippet"
    Options = Options
    reasons = REASONS

    def requirements(self, options: Settings) -> Requirements:
        """Return versions of what draws, the fonts and the bundled phrases."""
        from pipelines.snippets.requirements import find_requirements

        assert isinstance(options, Options)
        return find_requirements(options)

    def open(self, options: Settings, context: Context) -> Renderer:
        """Return a renderer of snippets."""
        from pipelines.snippets.renderer import SnippetRenderer
        from pipelines.snippets.texts import writer

        assert isinstance(options, Options)
        return SnippetRenderer(options, writer(options), context)


PIPELINE = Snippets()
