"""Lines of text: as wide as measured, in the faces that have the characters."""

from __future__ import annotations

import numpy as np
import pytest
import skia
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.charts import fonts
from pipelines.charts.echarts.replay.text import Line, Typesetter

SETS = fonts.installed_sets()
SETTERS = {made.name: Typesetter(made) for made in SETS}
TEXTS = st.text(st.characters(codec="utf-8", max_codepoint=0x9FFF), max_size=12)


def _ink(line: Line, x: float, y: float) -> tuple[int, int, int, int]:
    """Return where a line drawn at a point has ink: x0, y0, x1, y1."""
    pixels = np.zeros((120, 400, 4), np.uint8)
    surface = skia.Surface(pixels, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)
    surface.getCanvas().drawTextBlob(line.blob, x, y, skia.Paint(AntiAlias=True))
    rows, columns = np.nonzero(pixels[..., 3] > 8)
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


@settings(deadline=None)
@given(text=TEXTS, size=st.integers(6, 40), bold=st.booleans(), made=st.sampled_from(SETS))
def test_lines_are_as_wide_as_measured(text, size, bold, made):
    line = SETTERS[made.name].line(text, size, bold, False)
    assert line.width == pytest.approx(fonts.measure(made, text, size, bold))
    assert line.missing == fonts.lacks(made, text, bold)


@pytest.mark.parametrize("made", SETS, ids=lambda made: made.name)
@pytest.mark.parametrize("bold", [False, True])
def test_ink_is_where_it_is_said(made, bold):
    text = "Ag中文8" if "zh" in made.languages else "Agfix 8"
    line = SETTERS[made.name].line(text, 24, bold, False)
    drawn = _ink(line, 20, 60)
    said = [line.ink[0] + 20, line.ink[1] + 60, line.ink[2] + 20, line.ink[3] + 60]
    assert drawn == pytest.approx(said, abs=1.6)


def test_skia_agrees_with_the_tables():
    # Skia's own advances, unhinted: what it would draw without being told where.
    for made in SETS:
        for bold in (False, True):
            face = made.faces(bold)[0]
            typeface = skia.Typeface.MakeFromFile(str(face.path), face.index)
            font = skia.Font(typeface, 32)
            font.setSubpixel(True)
            font.setLinearMetrics(True)
            font.setHinting(skia.FontHinting.kNone)
            text = "Sales 1,234.5%"
            own = sum(font.getWidths(font.textToGlyphs(text)))
            assert own == pytest.approx(fonts.measure(made, text, 32, bold), abs=0.3)


def test_bold_is_heavier_even_where_no_bold_face_is():
    for made in SETS:
        weights = []
        for bold in (False, True):
            line = SETTERS[made.name].line("HHH", 30, bold, False)
            pixels = np.zeros((60, 200, 4), np.uint8)
            surface = skia.Surface(pixels, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)
            surface.getCanvas().drawTextBlob(line.blob, 5, 50, skia.Paint(AntiAlias=True))
            weights.append(int(pixels[..., 3].sum()))
        assert weights[1] > 1.08 * weights[0], made.name


def test_spaces_have_no_ink_and_memory_is_bounded(monkeypatch):
    setter = Typesetter(SETS[0])
    line = setter.line("   ", 12, False, False)
    assert (line.blob, line.ink) == (None, (0.0, 0.0, 0.0, 0.0))
    assert line.width > 0
    monkeypatch.setattr("pipelines.charts.echarts.replay.text.MAX_LINES", 10)
    for number in range(100):
        setter.line(str(number), 12, False, False)
    assert len(setter._lines) <= 10


def test_baselines():
    setter = Typesetter(SETS[0])
    rises = {word: setter.rise(word, False) for word in ("top", "middle", "alphabetic", "bottom")}
    assert rises["top"] > rises["middle"] > rises["alphabetic"] == 0 > rises["bottom"]
