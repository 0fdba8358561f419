"""The bundled words of charts can be set in every font set of their language."""

from __future__ import annotations

from pathlib import Path

import pytest

from dataengine.resources import bundled
from pipelines.charts import fonts


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_font_set_has_every_character(language: str) -> None:
    root = Path(bundled("corpora", f"charts/{language}"))
    files = [path for path in root.rglob("*") if path.suffix in (".txt", ".csv")]
    characters = {char for path in files for char in path.read_text("utf-8")} - set("\n\t\r")
    sets = fonts.installed_sets(language)
    if not sets:
        pytest.skip("no font set is installed")
    for made in sets:
        for bold in (False, True):
            assert fonts.lacks(made, "".join(sorted(characters)), bold) == "", made.name
