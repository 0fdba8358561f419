"""Glyphs read from MuPDF's memory are those that its own interface tells."""

from __future__ import annotations

import pymupdf
import pytest

from pipelines.latex_pages.proof.text_spans import font_at, read_spans


def _page(*lines: tuple[str, str, float, int]) -> pymupdf.Page:
    page = pymupdf.open().new_page(width=400, height=300)
    for number, (text, font, size, angle) in enumerate(lines):
        page.insert_text((100, 60 + 40 * number), text, fontname=font, fontsize=size, rotate=angle)
    return page


def test_glyphs_and_places_are_mupdfs_own() -> None:
    page = _page(
        ("Two words", "helv", 11, 0), ("turned", "tiro", 9, 90), ("Kursiv äöü", "heit", 14, 0)
    )
    spans = read_spans(page.get_displaylist(annots=0))
    told = [(char, trace["font"]) for trace in page.get_texttrace() for char in trace["chars"]]
    assert spans.items["ucs"].tolist() == [char[0] for char, _ in told]
    assert spans.items["gid"].tolist() == [char[1] for char, _ in told]
    names = [
        font_at(font).name
        for font, length in zip(spans.fonts, spans.lengths.tolist(), strict=True)
        for _ in range(length)
    ]
    assert names == [font for _, font in told]
    at = 0
    spaces = [
        space
        for space, length in zip(spans.spaces.tolist(), spans.space_lengths.tolist(), strict=True)
        for _ in range(length)
    ]
    for length, (a, b, c, d, e, f) in zip(spans.lengths.tolist(), spaces, strict=True):
        for item in spans.items[at : at + length]:
            x, y = float(item["x"]), float(item["y"])
            place = (x * a + y * c + e, x * b + y * d + f)
            assert place == pytest.approx(told[at][0][2], abs=1e-3)
            at += 1


def test_transparent_glyphs_are_counted() -> None:
    page = _page(("shown", "helv", 11, 0))
    page.insert_text((100, 200), "hidden", fill_opacity=0)
    assert read_spans(page.get_displaylist(annots=0)).invisible == len("hidden")


def test_empty_page() -> None:
    spans = read_spans(_page().get_displaylist(annots=0))
    assert len(spans.items) == len(spans.fonts) == len(spans.spaces) == 0
