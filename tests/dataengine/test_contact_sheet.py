"""Contact sheets: every kind of row gets its cell, whatever its texts and pictures are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dataengine import contact_sheet as module
from dataengine.contact_sheet import BOXES, REFUSED, caption, contact_sheet
from dataengine.fonts import caption_font
from tests.dataengine.gallery_samples import (
    HOSTILE,
    chart,
    hostile_rejection,
    hostile_sample,
    rejection,
    sample,
)


def colours(image) -> set[tuple[int, int, int]]:
    return {colour for _, colour in image.getcolors(1 << 24)}


def test_sheet_is_a_grid_of_all_rows() -> None:
    one = contact_sheet([sample()], columns=3, cell_px=100)
    three = contact_sheet([sample(0), chart(), rejection()], columns=3, cell_px=100)
    four = contact_sheet([sample(0), chart(), rejection(), sample(1)], columns=3, cell_px=100)
    assert one.width < three.width == four.width
    assert one.height == three.height < four.height


def test_sheet_is_deterministic() -> None:
    rows = [sample(0), chart(), rejection()]
    first = contact_sheet(rows, columns=2, cell_px=120, levels=["line"])
    assert first.tobytes() == contact_sheet(rows, columns=2, cell_px=120, levels=["line"]).tobytes()


def test_sheet_shows_the_reason_of_rejections_only() -> None:
    assert REFUSED in colours(contact_sheet([rejection()], columns=1, cell_px=120))
    assert REFUSED not in colours(contact_sheet([sample()], columns=1, cell_px=120))


def test_sheet_draws_boxes_of_the_chosen_levels_only() -> None:
    assert BOXES[0] in colours(contact_sheet([sample()], columns=1, cell_px=200, levels=["line"]))
    assert BOXES[0] not in colours(contact_sheet([sample()], columns=1, cell_px=200, levels=["x"]))
    assert BOXES[0] not in colours(contact_sheet([sample()], columns=1, cell_px=200))


def test_sheet_of_no_rows_is_empty_but_a_picture() -> None:
    assert contact_sheet([], columns=4, cell_px=100).width > 0


@pytest.mark.parametrize(("columns", "cell_px"), [(0, 100), (3, 10)])
def test_sheet_refuses_impossible_measures(columns: int, cell_px: int) -> None:
    with pytest.raises(ValueError, match="columns"):
        contact_sheet([sample()], columns=columns, cell_px=cell_px)


def test_sheet_survives_hostile_texts_and_pictures() -> None:
    rows = [hostile_sample(n, text * 50) for n, text in enumerate(HOSTILE)]
    rows += [hostile_rejection(n, text) for n, text in enumerate(HOSTILE)]
    rows += [sample(image={"bytes": b"no picture", "path": ""}), rejection(preview=None)]
    rows += [sample(source="not json", image=None), sample(source='["a", "list"]')]
    assert contact_sheet(rows, columns=6, cell_px=90, levels=["line"]).height > 0


def test_caption_names_id_facts_and_place() -> None:
    assert caption(sample(4)) == ("pages-7-0004", "en  page", "books/one.pdf  p. 5")
    assert caption(chart()) == ("charts-7-0000", "zh  chart  bars", "")


def test_caption_named_by_template_begins_with_it() -> None:
    assert caption(chart(), "template") == ("bars", "zh  chart", "charts-7-0000")
    assert caption(sample(4, template=None), "template")[0] == ""


def test_caption_names_the_first_of_several_works() -> None:
    def works(*items: object) -> str:
        return caption(sample(source=json.dumps({"works": list(items)})))[2]

    assert works({"item": "a.tex"}, {"item": "b.tex"}, {"item": "c.tex"}) == "a.tex  and 2 more"
    assert works({"item": "a.tex"}) == "a.tex"
    assert works() == works(3) == works({}) == ""


def test_caption_has_no_control_characters() -> None:
    source = json.dumps({"item": "a\x00b\n\u202ec\ud800d"})
    assert caption(sample(source=source))[2] == "ab cd"


def test_chinese_captions_differ_from_one_another_where_a_font_has_them() -> None:
    font = caption_font(16)
    if not any(name in str(font.path) for name in ("CJK", "SC", "SourceHan", "wqy", "Droid")):
        pytest.skip("no font with Chinese characters on this machine")
    assert bytes(font.getmask("汉")) != bytes(font.getmask("字"))
    assert font.getname()[0].endswith(("SC", "Hei", "Fallback"))


def test_sheet_is_drawn_without_any_font_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "NotoSansCJK-Regular.ttc").write_bytes(b"broken")
    monkeypatch.setattr(module, "caption_font", lambda size: caption_font(size, [tmp_path]))
    row = sample(source=json.dumps({"item": "汉字.pdf", "page": 3}))
    assert contact_sheet([row], columns=1, cell_px=120).height > 0
