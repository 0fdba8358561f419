"""Versions that can change a snippet's bytes, and what must be there to draw it."""

from __future__ import annotations

from importlib.metadata import version

from PIL import features

from dataengine.pipeline import Requirements
from pipelines.charts import fonts
from pipelines.snippets.faces import chosen_sets, missing_sets
from pipelines.snippets.options import Layout, Options
from pipelines.snippets.texts import phrases_version, writer

_PACKAGES = ("pillow", "fonttools", "isal", "numpy")


def find_requirements(options: Layout) -> Requirements:
    """Look up what these options need.

    Raises:
        ConfigError: no bundled phrase has as many characters as they ask for.
    """
    versions = {name: version(name) for name in _PACKAGES}
    versions["FreeType"] = str(features.version("freetype2"))
    if isinstance(options, Options) and options.text == "words":
        writer(options)
        versions["bundled phrases"] = phrases_version(options.language)
    absent = missing_sets(options.language, options.fonts)
    if not absent:
        versions |= fonts.describe(chosen_sets(options.language, options.fonts))
    return Requirements(versions, tuple(absent))
