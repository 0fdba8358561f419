"""Other people's sets of pictures and text, imported record by record: captions, chats, questions.

Every record becomes a sample or a rejection with a reason; none is put in the place of another. A
format is one module under `formats`.
"""

from __future__ import annotations

from dataengine.pipeline import Context, Pipeline, Renderer, Requirements
from dataengine.settings import Settings
from pipelines.imported.options import AUTO, Options
from pipelines.imported.reasons import REASONS


class Imported(Pipeline):
    """Records of captions, conversations and questions about pictures."""

    name = "imported"
    version = 1
    summary = "general data of others: captions, conversations and questions, record by record"
    kind = "imported"
    promise = "found"
    # Files of JSON records only where the format says so: an archive by img2dataset has a JSON file
    # beside each picture, which is no item of its own.
    suffixes = (".jpg", ".jpeg", ".png", ".webp", ".parquet")
    whole_items = True
    unit_noun = "record"
    Options = Options
    reasons = REASONS

    def suffixes_for(self, options: Settings) -> tuple[str, ...]:
        """Return the endings of files that the format is kept in."""
        from pipelines.imported.formats import get_format

        assert isinstance(options, Options)
        known = options.format != AUTO
        return (known and get_format(options.format).suffixes) or self.suffixes

    def requirements(self, options: Settings) -> Requirements:
        """Return versions of what reads, decodes and encodes, and what is missing."""
        from pipelines.imported.requirements import find_requirements

        return find_requirements()

    def open(self, options: Settings, context: Context) -> Renderer:
        """Return a renderer of records."""
        from pipelines.imported.renderer import ImportRenderer

        assert isinstance(options, Options)
        return ImportRenderer(options, context)


PIPELINE = Imported()
