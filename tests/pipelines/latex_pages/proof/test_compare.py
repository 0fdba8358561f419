"""Comparison and boxes without TeX: glyphs placed by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.latex_pages.forms.form import Glyphs
from pipelines.latex_pages.proof.boxes import lines_of, span_boxes, to_pixels, with_rules, words_of
from pipelines.latex_pages.proof.compare import Disproved, Proved, prove
from pipelines.latex_pages.proof.fonts import UnknownFont, face_of
from pipelines.latex_pages.proof.geometry import check_geometry
from pipelines.latex_pages.proof.glyph_names import Piece, meanings
from pipelines.latex_pages.proof.page_glyphs import PageGlyphs
from pipelines.latex_pages.proof.pieces import group_pieces, sign_of, without_shafts

EM = 10.0


def page_of(lines: list[str], faces: str = "", top: float = 50.0) -> PageGlyphs:
    """Return a page of half-em letters; a blank in a line is room without a glyph."""
    chars, xs, ys = "", [], []
    for row, line in enumerate(lines):
        for column, char in enumerate(line):
            if char != " ":
                chars += char
                xs.append(50 + column * EM / 2)
                ys.append(top + row * 1.2 * EM)
    x, y = np.array(xs), np.array(ys)
    boxes = np.stack((x, y - 0.7 * EM, x + 0.45 * EM, y), axis=1)
    codes = np.frombuffer((faces or "n" * len(chars)).encode(), np.uint8)
    return PageGlyphs(chars, codes, np.full(len(x), EM), x, y, x + EM / 2, boxes, 600.0, 800.0)


def demand(chars: str, face: str = "n") -> Glyphs:
    return Glyphs(chars, face * len(chars))


@given(st.lists(st.text("abcxyz 123-", min_size=1, max_size=30), min_size=1, max_size=6))
def test_a_page_proves_what_it_shows_and_nothing_else(lines: list[str]) -> None:
    page = page_of(lines)
    shown = page.chars
    found = prove(page, demand(shown))
    assert isinstance(found, Proved)
    assert found.indices.tolist() == list(range(len(shown)))
    assert isinstance(prove(page, demand(shown + "q")), Disproved)
    if shown:
        assert isinstance(prove(page, demand("q" + shown[1:])), Disproved)


def test_only_hyphens_at_line_ends_may_be_added() -> None:
    found = prove(page_of(["one hyphen-", "ated word"]), demand("onehyphenatedword"))
    assert isinstance(found, Proved)
    assert found.hyphens.tolist() == [9]
    assert 9 not in found.indices
    assert isinstance(prove(page_of(["a well-", "known"]), demand("awell-known")), Proved)
    for lines in (["hyphen-ated"], ["in 12-", "34"], ["last-"]):
        outcome = prove(page_of(lines), demand("".join(lines).replace("-", "")))
        assert isinstance(outcome, Disproved)


def test_the_first_difference_is_named() -> None:
    outcome = prove(page_of(["foo 13 bar"]), demand("foo12bar"))
    assert isinstance(outcome, Disproved)
    assert outcome.reason == "text-mismatch"
    assert "foo1⟪2⟫bar" in outcome.detail
    assert "foo1⟪3⟫bar" in outcome.detail


@pytest.mark.parametrize(
    ("wanted", "shown", "fits"),
    [
        *[("b", "b", True), ("b", "n", False), ("b", "g", True), ("i", "k", True)],
        *[("i", "n", False), ("n", "k", True), ("n", "b", False), ("l", "i", True)],
        *[("l", "s", False), ("h", "s", True), ("a", "m", True), ("m", "n", False)],
        ("s", "b", False),
    ],
)
def test_faces(wanted: str, shown: str, fits: bool) -> None:
    outcome = prove(page_of(["x"], shown), demand("x", wanted))
    assert isinstance(outcome, Proved) is fits


def test_heights_are_compared() -> None:
    page = page_of(["x2"])
    raised = Glyphs("x2", "ll", ((1, 0, "above"),))
    outcome = prove(page, raised)
    assert isinstance(outcome, Disproved)
    assert outcome.reason == "script-mismatch"
    page.ys[1] -= 3
    assert isinstance(prove(page, raised), Proved)


def test_geometry_names_what_is_wrong() -> None:
    good = page_of(["some words", "more words"])
    assert check_geometry(good, pixels_per_pt=1.2, least_em_px=7) is None
    small = check_geometry(good, pixels_per_pt=0.5, least_em_px=7)
    assert small is not None
    assert small.reason == "too-small"
    off = page_of(["some words"], top=2.0)
    outcome = check_geometry(off, pixels_per_pt=1.2, least_em_px=7)
    assert outcome is not None
    assert outcome.reason == "off-page"
    both = page_of(["some words", "more words"])
    both.ys[both.ys > 55] -= 9
    outcome = check_geometry(both, pixels_per_pt=1.2, least_em_px=7)
    assert outcome is not None
    assert outcome.reason == "overlap"


def test_words_lines_and_spans() -> None:
    page = page_of(["two words", "and three more"])
    words = words_of(page)
    texts = [page.chars[a:b] for a, b in zip(words.starts, words.ends, strict=True)]
    assert texts == ["two", "words", "and", "three", "more"]
    lines = lines_of(page, words, np.array([0]))
    assert [page.chars[a:b] for a, b in zip(lines.starts, lines.ends, strict=True)] == [
        "twowords",
        "andthreemore",
    ]
    found = prove(page, demand(page.chars))
    assert isinstance(found, Proved)
    boxes, kept = span_boxes(page, found, [(0, 3), (3, 3), (8, len(page.chars))])
    assert kept.tolist() == [0, 2]
    assert boxes[0].tolist() == words.boxes[0].tolist()
    assert boxes[1].tolist() == lines.boxes[1].tolist()
    pixels = to_pixels(boxes, (2.0, 2.0), (1200, 1600))
    assert (pixels[:, :2] <= boxes[:, :2] * 2).all()
    assert (pixels[:, 2:] >= boxes[:, 2:] * 2).all()


def test_rules_extend_a_table() -> None:
    box = np.array([10.0, 10.0, 50.0, 30.0])
    rules = np.array([[8.0, 7.0, 60.0, 7.4], [59.8, 7.0, 60.2, 33.0], [300.0, 0.0, 301.0, 9.0]])
    assert with_rules(box, rules).tolist() == [8.0, 7.0, 60.2, 33.0]


def test_pieces_make_one_sign() -> None:
    names = ["bracketlefttp", "bracketleftex", "bracketleftbt"]
    pieces = [meanings("CMEX10").get(name) for name in names]
    assert all(isinstance(piece, Piece) for piece in pieces)
    real = [piece for piece in pieces if isinstance(piece, Piece)]
    assert sign_of(real) == "["
    assert sign_of(real[:2]) == "⌈"
    assert sign_of(real[1:]) == "⌊"
    numbered = list(enumerate(real))
    sizes = np.full(3, EM)
    assert group_pieces(numbered, np.zeros(3), sizes) == [[0, 1, 2]]
    assert group_pieces(numbered, np.array([0.0, 0.0, 9.0]), sizes) == [[0, 1], [2]]
    assert without_shafts("-→") == "→"
    assert without_shafts("a-b") == "a-b"


def test_fonts_are_known_by_name() -> None:
    faces = {"LMRoman10-Regular": "n", "LMRoman10-BoldItalic": "s", "CMMI10": "i", "CMMIB10": "b"}
    faces |= {"NimbusRomNo9L-Medi": "b", "LMMono10-Regular": "m", "FandolKai-Regular": "k"}
    assert {name: face_of(name) for name in faces} == faces
    with pytest.raises(UnknownFont, match="Wingdings"):
        face_of("Wingdings")
