"""Snippets whose words are phrases of text files of your own: `snippets` with a corpus."""

from __future__ import annotations

from dataengine.pipeline import Context, Pipeline, Renderer, Requirements
from dataengine.settings import Settings
from pipelines.snippets.options import CorpusOptions
from pipelines.snippets.reasons import REASONS


class SnippetsCorpus(Pipeline):
    """Short texts from a corpus."""

    name = "snippets_corpus"
    version = 1
    summary = "short texts on a small canvas, of phrases from text files of yours"
    kind = "snippet"
    promise = "generated"
    material = True
    material_options = ()
    suffixes = (".txt",)
    unit_noun = "snippet"
    Options = CorpusOptions
    reasons = REASONS

    def requirements(self, options: Settings) -> Requirements:
        """Return versions of what draws, and the fonts."""
        from pipelines.snippets.requirements import find_requirements

        assert isinstance(options, CorpusOptions)
        return find_requirements(options)

    def open(self, options: Settings, context: Context) -> Renderer:
        """Return a renderer of snippets, which also harvests."""
        from pipelines.snippets_corpus.renderer import CorpusRenderer

        assert isinstance(options, CorpusOptions)
        return CorpusRenderer(options, context)


PIPELINE = SnippetsCorpus()
