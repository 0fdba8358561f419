"""Natural photographs as negatives: a picture, a sentence on what it is, COCO's words if any.

A photograph has no text to read, and a model that reads pages must learn to say so. Nothing about
a picture is guessed: besides the fixed sentence there is only what an annotation file says of it.
"""

from __future__ import annotations

from dataengine.pipeline import Context, Pipeline, Renderer, Requirements
from dataengine.settings import Settings
from pipelines.natural.options import Options
from pipelines.natural.reasons import REASONS


class Natural(Pipeline):
    """Photographs of a corpus with the caption of a negative, COCO's captions and objects."""

    name = "natural"
    version = 1
    summary = "photographs as negatives: a fixed caption, and COCO's captions and objects if there"
    kind = "natural"
    promise = "found"
    # Formats that are not read are items, too, so that their files are not passed over in silence.
    suffixes = (
        *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff"),
        *(".heic", ".heif", ".avif", ".jp2", ".jxl"),
    )
    unit_noun = "photo"
    Options = Options
    reasons = REASONS

    def requirements(self, options: Settings) -> Requirements:
        """Return versions of what decodes, scales and encodes."""
        from pipelines.natural.requirements import find_requirements

        return find_requirements()

    def open(self, options: Settings, context: Context) -> Renderer:
        """Return a renderer of photographs."""
        from pipelines.natural.renderer import PhotoRenderer

        assert isinstance(options, Options)
        return PhotoRenderer(options, context)


PIPELINE = Natural()
