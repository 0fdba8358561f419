"""Fonts of charts: coverage, widths, and what is said of those that are not installed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataengine.errors import ToolMissing
from pipelines.charts import fonts
from pipelines.charts.fonts import FontSet

SETS = fonts.installed_sets()
TEXTS = st.text(max_size=30)


@settings(deadline=None)
@given(text=TEXTS, made=st.sampled_from(SETS))
def test_what_is_lacking_is_in_no_face(text: str, made: FontSet):
    lacking = fonts.lacks(made, text)
    assert len(set(lacking)) == len(lacking)
    for character in set(text):
        covered = any(ord(character) in fonts.advance_table(face).glyphs for face in made.regular)
        assert (character in lacking) is not covered


@settings(deadline=None)
@given(one=TEXTS, two=TEXTS, size=st.floats(1, 100), made=st.sampled_from(SETS))
def test_widths_add_up_and_grow_with_the_size(one: str, two: str, size: float, made: FontSet):
    whole = fonts.measure(made, one + two, size)
    parts = fonts.measure(made, one, size) + fonts.measure(made, two, size)
    assert whole == pytest.approx(parts)
    assert fonts.measure(made, one, 2 * size) == pytest.approx(2 * fonts.measure(made, one, size))


@settings(deadline=None)
@given(text=TEXTS, bold=st.booleans(), made=st.sampled_from(SETS))
def test_odd_advances_say_all_widths(text: str, bold: bool, made: FontSet):
    odd = fonts.odd_advances(made, bold)
    width = sum(odd.get(ord(character), 1.0) for character in text)
    assert width * 16 == pytest.approx(fonts.measure(made, text, 16, bold))


def test_a_known_width():
    made = fonts.font_set("dejavu_sans")
    # Digits of DejaVu Sans are 1303 of 2048 units wide, those of the bold face 1425.
    assert fonts.measure(made, "123", 20) == pytest.approx(3 * 20 * 1303 / 2048)
    assert fonts.measure(made, "123", 20, bold=True) == pytest.approx(3 * 20 * 1425 / 2048)
    assert fonts.measure(made, "中", 20) == 20


@pytest.mark.parametrize("made", fonts.installed_sets("zh"), ids=lambda made: made.name)
def test_chinese_sets_have_chinese_and_latin(made: FontSet):
    text = "各地区销售额（2024年）：¥1,234.5 · 12.9% 亿，Sales"
    assert fonts.lacks(made, text) == ""
    assert fonts.lacks(made, text, bold=True) == ""


def test_collections_give_the_simplified_face():
    made = next((one for one in SETS if one.name == "noto_sans_cjk"), None)
    if made is None:
        pytest.skip("Noto Sans CJK is not installed")
    from fontTools.ttLib import TTFont

    for face in (*made.regular, *made.bold):
        with TTFont(face.path, fontNumber=face.index, lazy=True) as font:
            assert "CJK SC" in font["name"].getDebugName(1)


def test_sets_without_bold_are_emboldened():
    for made in SETS:
        assert len(made.bold) == len(made.regular)
        for light, heavy in zip(made.regular, made.bold, strict=True):
            assert heavy.embolden is ((light.path, light.index) == (heavy.path, heavy.index))


def test_description_changes_with_the_sets_only():
    described = fonts.describe(SETS[:1])
    assert set(described) == {face.path.name for face in (*SETS[0].regular, *SETS[0].bold)}
    assert described.items() <= fonts.describe().items()


def test_missing_fonts_are_named_with_their_package(monkeypatch, tmp_path):
    for cached in (fonts._files, fonts._make):
        cached.cache_clear()
    try:
        monkeypatch.setattr(fonts, "FOLDERS", (tmp_path,))
        sentences = fonts.missing("zh")
        assert any("apt-get install fonts-noto-cjk" in words for words in sentences)
        with pytest.raises(ToolMissing, match="fonts-lato"):
            fonts.font_set("lato")
        assert [made.name for made in fonts.installed_sets()] == ["dejavu_sans"]
    finally:
        for cached in (fonts._files, fonts._make):
            cached.cache_clear()


def test_unknown_sets_and_broken_files_are_said(tmp_path):
    with pytest.raises(ToolMissing, match="no font set 'comic'"):
        fonts.font_set("comic")
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"\0\1\0\0" + bytes(60))
    with pytest.raises(ToolMissing, match="cannot be read"):
        fonts.advance_table(fonts.Face(broken, 0, "Broken"))
