"""Boxes of a page read from its glyphs: what is asked for, in order, in the pixels of the scale."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pymupdf
import pytest

from dataengine.sample import Regions
from pipelines.latex_pages.forms.form import Form, Glyphs
from pipelines.latex_pages.page.assemble import Assembled
from pipelines.latex_pages.page.blocks import Block
from pipelines.latex_pages.page.pieces import Piece
from pipelines.latex_pages.page.templates import load_templates
from pipelines.latex_pages.proof.compare import Proved, prove
from pipelines.latex_pages.proof.page_glyphs import read_glyphs
from pipelines.latex_pages.raster import Scale
from pipelines.latex_pages.regions import page_regions
from pipelines.latex_pages.setting import Setter

HEAD = r"\def\thepage{}\setlength\parindent{0pt}\setlength\parskip{12pt}"
TABLE = r"\begin{tabular}{|l|r|}\hline ab & 12 \\ \hline cd & 34 \\ \hline\end{tabular}"
SCALE = 2.0


def glyphs(text: str) -> Glyphs:
    chars = text.replace(" ", "")
    return Glyphs(chars, "a" * len(chars))


def assembled(parts: Sequence[tuple[str, str]]) -> Assembled:
    """A page of blocks: kind and text of each."""
    blocks, spans, count = [], [], 0
    for number, (kind, text) in enumerate(parts):
        form = Form(text=text, glyphs=glyphs(text))
        blocks.append(Block(f"b{number}", kind, "", form, (), Piece("paragraph")))
        end = count + len(form.glyphs.chars)
        spans.append((count, end, f"b{number}"))
        count = end
    text = "".join(one.form.text for one in blocks)
    return Assembled("", "", text, "", glyphs(text), tuple(spans), tuple(blocks))


def regions(
    tex: Path, code: str, parts: Sequence[tuple[str, str]], wanted: Sequence[str]
) -> Regions:
    """The regions of a page that must show these parts."""
    page = assembled(parts)
    for one in Setter(tex).set_pages(load_templates()["article"], "lm", [HEAD + code]):
        assert one.page is not None, one.fault
        shown: pymupdf.DisplayList = one.page.get_displaylist()
        found = read_glyphs(one.page)
        proved = prove(found, page.glyphs)
        assert isinstance(proved, Proved), proved
        scale = Scale(round(found.width * SCALE), round(found.height * SCALE), SCALE, SCALE)
        return page_regions(page, found, proved, shown, scale, wanted).regions
    raise AssertionError("no page")


PARTS = [("heading", "Title"), ("paragraph", "two words here"), ("list", "and more")]
CODE = r"Title\par two words here\par and more"


def test_levels_come_block_by_block_line_by_line_word_by_word(tex: Path) -> None:
    found = regions(tex, CODE, PARTS, ("block", "line", "word"))
    assert list(zip(found.levels, found.texts, strict=True)) == [
        *PARTS,
        *[("line", text) for _, text in PARTS],
        *[("word", word) for _, text in PARTS for word in text.split()],
    ]


@pytest.mark.parametrize("wanted", [(), ("block",), ("line",), ("word",), ("line", "word")])
def test_each_level_is_the_same_without_the_others(tex: Path, wanted: tuple[str, ...]) -> None:
    whole = regions(tex, CODE, PARTS, ("block", "line", "word"))
    some = regions(tex, CODE, PARTS, wanted)
    keep = [(one if one in ("line", "word") else "block") in wanted for one in whole.levels]
    assert some.boxes.tolist() == whole.boxes[np.array(keep)].tolist()
    assert some.boxes.dtype == np.int32


def test_a_table_has_its_rules_and_a_paragraph_beside_rules_has_none(tex: Path) -> None:
    parts = [("table", "ab 12 cd 34"), ("paragraph", "below")]
    table, below = regions(tex, TABLE + r"\par below", parts, ("block",)).boxes
    words = regions(tex, TABLE + r"\par below", parts, ("word",)).boxes[:4]
    assert (table[:2] <= words[:, :2].min(axis=0) - 4).all()
    assert (table[2:] >= words[:, 2:].max(axis=0) + 4).all()
    (text,) = regions(tex, TABLE + r"\par below", parts, ("word",)).boxes[4:]
    assert below.tolist() == text.tolist()


def test_texs_own_hyphen_stands_in_its_box_and_in_no_text(tex: Path) -> None:
    code = r"\hsize=60pt\textwidth=60pt\parbox{52pt}{\hspace{0pt}internationalisation}"
    found = regions(tex, code, [("paragraph", "internationalisation")], ("block", "word"))
    block, *words = found.boxes.tolist()
    assert len(words) >= 2
    assert "".join(found.texts[1:]) == "internationalisation"
    assert block[2] == max(word[2] for word in words)


def test_a_paragraph_over_two_columns_has_two_boxes_and_a_table_one(tex: Path) -> None:
    left = r"\noindent\parbox[t]{60pt}{\strut\vspace{80pt}\par left}"
    right = r"\hspace{20pt}\parbox[t]{60pt}{right}"
    code = r"\hbox{" + left + right + "}"
    for kind, boxes in (("paragraph", 2), ("list", 2), ("table", 1), ("display", 1)):
        found = regions(tex, code, [(kind, "left right")], ("block",))
        assert list(found.levels) == [kind] * boxes
        assert list(found.texts) == (["left", "right"] if boxes == 2 else ["left right"])
        if boxes == 2:
            assert found.boxes[1, 0] > found.boxes[0, 2]
            assert found.boxes[1, 3] < found.boxes[0, 1]


def test_notes_and_furniture_have_names_of_their_own(tex: Path) -> None:
    label, text = Form(text="1", glyphs=glyphs("1")), Form(text="said", glyphs=glyphs("said"))
    body = Form(text="body1", glyphs=glyphs("body1"))
    block = Block("b0", "paragraph", "", body, ((label, text),), Piece("paragraph"))
    shown = glyphs("Headbody11said7")
    spans = ((0, 4, "header"), (4, 9, "b0"), (9, 14, "b0/notes"), (14, 15, "footer"))
    page = Assembled("", "", "", "", shown, spans, (block,), "Head", "7")
    code = r"Head\par body1\par 1 said\par 7"
    for set_page in Setter(tex).set_pages(load_templates()["article"], "lm", [HEAD + code]):
        assert set_page.page is not None
        found = read_glyphs(set_page.page)
        proved = prove(found, shown)
        assert isinstance(proved, Proved)
        scale = Scale(600, 800, 1.0, 1.0)
        shown_list = set_page.page.get_displaylist()
        made = page_regions(page, found, proved, shown_list, scale, ("block",)).regions
    assert list(zip(made.levels, made.texts, strict=True)) == [
        ("header", "Head"),
        ("paragraph", "body1"),
        ("notes", "1 said"),
        ("footer", "7"),
    ]


def test_a_paragraph_behind_a_heading_in_its_line_has_a_box_beside_and_one_below(
    tex: Path,
) -> None:
    code = r"\parbox{100pt}{{\bfseries Title} here and more of it below the heading}"
    parts = [("heading", "Title"), ("paragraph", "here and more of it below the heading")]
    found = regions(tex, code, parts, ("block",))
    assert list(found.levels) == ["heading", "paragraph", "paragraph"]
    title, beside, below = found.boxes.tolist()
    assert found.texts[0] == "Title"
    assert " ".join(found.texts[1:]) == parts[1][1]
    assert beside[0] >= title[2]
    assert below[0] <= title[0]
    assert below[1] >= max(title[3], beside[3]) - 1


def test_a_paragraph_below_a_heading_has_one_box(tex: Path) -> None:
    parts = [("heading", "Title"), ("paragraph", "here and more")]
    found = regions(tex, r"\parbox{100pt}{Title\par here and more}", parts, ("block",))
    assert list(zip(found.levels, found.texts, strict=True)) == parts
