"""Text is set as matplotlib's Agg backend sets it, to the pixel."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends import backend_agg
from matplotlib.font_manager import FontPath, get_font

from pipelines.charts import fonts
from pipelines.charts.mpl.shaping import DPI, FLAGS
from pipelines.charts.mpl.typeset import Typesetter

RendererAgg: Any = backend_agg.RendererAgg
SETS = [made.name for made in fonts.installed_sets()]
LINES = (
    "AVATAR To Wave, 1,234.5",
    "office affluent fjord",
    "Müller's café — 45.2%",
    "各地区水果产量（万吨）：3.2万",
    "2024年3月 ABC 平均值，12.9%",
    "¥1,200 · $3.50 €7",
    "AVA j, fjgy",
)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("angle", [0, 90, 45, 30])
def test_pixels_are_those_of_agg(name: str, angle: float) -> None:
    made = fonts.font_set(name)
    for bold in (False, True):
        setter = Typesetter(name, 15, bold)
        paths = [FontPath(str(face.path), face.index) for face in made.faces(bold)]
        for line in LINES:
            if setter.lacks(line):
                continue
            ours, theirs = (RendererAgg(420, 420, DPI) for _ in range(2))
            gc = ours.new_gc()
            gc.set_foreground((0.1, 0.2, 0.3))
            # What was kept of a first drawing elsewhere is drawn the second time.
            setter.draw(RendererAgg(420, 420, DPI), gc, line, 20, 30, angle)
            setter.draw(ours, gc, line, 200, 150, angle)
            _draw_by_agg(theirs, gc, paths, line, 15, 200, 150, angle)
            one, other = np.array(ours.buffer_rgba()), np.array(theirs.buffer_rgba())
            seen = one[..., 3] > 0
            assert np.array_equal(one[..., 3], other[..., 3]), (line, bold)
            assert np.array_equal(one[seen], other[seen]), (line, bold)


def _draw_by_agg(
    renderer: Any, gc: object, paths: list[FontPath], line: str, size: int,
    x: float, y: float, angle: float,
) -> None:  # fmt: skip
    """Do what `RendererAgg.draw_text` does once it has found the font."""
    font = get_font(paths)
    font.clear()
    font.set_size(size, DPI)
    items = font._layout(line, flags=FLAGS)
    renderer._draw_text_glyphs_and_boxes(
        gc, x, renderer.height - y, angle,
        [(item.ft_object, size, item.glyph_index, 0, 1, item.x, item.y) for item in items], [],
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(SETS),
    st.text(
        st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"), max_codepoint=0x9FFF),
        max_size=12,
    ),
    st.integers(8, 30),
)
def test_any_text_is_shaped_as_libraqm_shapes_it(name: str, text: str, size: int) -> None:
    setter = Typesetter(name, size)
    if setter.lacks(text):
        return
    paths = [FontPath(str(f.path), f.index) for f in fonts.font_set(name).faces()]
    font = get_font(paths)
    font.set_size(size, DPI)
    items = font._layout(text, flags=FLAGS)
    glyphs, width = setter.line(text)
    assert [(g.number, g.x, g.y) for g in glyphs] == [(i.glyph_index, i.x, i.y) for i in items]
    assert width >= 0


def test_missing_characters_are_told_and_drawn_all_the_same() -> None:
    setter = Typesetter("dejavu_sans", 14)
    assert setter.lacks("a汉b字") == "汉字"
    renderer = RendererAgg(200, 50, DPI)
    gc = renderer.new_gc()
    setter.draw(renderer, gc, "汉", 20, 20, 0)
    assert np.asarray(renderer.buffer_rgba())[..., 3].any()


def test_chinese_is_not_set_in_japanese_glyphs() -> None:
    if "noto_sans_cjk" not in SETS:
        pytest.skip("Noto Sans CJK is not installed")
    face = fonts.font_set("noto_sans_cjk").regular[0]
    assert get_font(FontPath(str(face.path), face.index)).family_name == "Noto Sans CJK SC"


def test_a_text_is_bold_only_as_a_whole() -> None:
    name = "open_sans_wqy_microhei"
    if name not in {made.name for made in fonts.installed_sets()}:
        pytest.skip(f"the fonts {name} are not installed")
    bold = Typesetter(name, 14, bold=True)
    assert bold.lacks_weight("金额：2023")
    assert not bold.lacks_weight("Exports\n2023")
    assert not Typesetter(name, 14).lacks_weight("金额：2023")
