"""OmniDocBench's file as its README describes it: pages put together in reading order."""

from __future__ import annotations

import json

import pytest

from trainers.evaluation.adapters import omnidocbench
from trainers.evaluation.errors import EvaluationError


def block(category: str, order: int | None, **changes) -> dict[str, object]:
    return {
        "category_type": category, "poly": [0.0] * 8, "ignore": False, "order": order,
        "anno_id": order, **changes,
    }  # fmt: skip


def page(name: str, *blocks, relation=(), **attributes) -> dict[str, object]:
    about = {"data_source": "newspaper", "language": "simplified_chinese", **attributes}
    return {
        "layout_dets": list(blocks),
        "page_info": {
            "page_no": 0, "height": 9, "width": 9, "image_path": name, "page_attribute": about,
        },
        "extra": {"relation": list(relation)},
    }  # fmt: skip


def load(folder, *pages):
    (folder / "OmniDocBench.json").write_text(json.dumps(pages), encoding="utf-8")
    return omnidocbench.load(folder, "all")


def target(folder, *blocks, **changes) -> str:
    return load(folder, page("a.jpg", *blocks, **changes)).case(0).targets[0]


def test_blocks_are_joined_in_reading_order(tmp_path):
    found = target(
        tmp_path,
        block("text_block", 2, text="second"),
        block("title", 1, text="Title"),
        block("equation_isolated", 3, latex="$$\na = b\n$$"),
        block("table", 4, latex="\\begin{tabular}{l}1\\end{tabular}", html="<table></table>"),
        block("table", 5, html="<table><tr><td>1</td></tr></table>"),
        block("header", 6, text="left out"),
        block("figure_caption", 7, text="left out"),
        block("page_number", None, text="left out"),
        block("text_block", None, text="without an order"),
        block("text_block", 8, text="left out", ignore=True),
    )
    assert found.split("\n\n") == [
        "without an order",
        "# Title",
        "second",
        "\\[a = b\\]",
        "\\begin{tabular}{l}1\\end{tabular}",
        "<table><tr><td>1</td></tr></table>",
    ]


def test_a_block_without_a_text_is_that_of_its_pieces(tmp_path):
    pieces = [{"text": "one", "poly": []}, {"text": "two"}]
    assert target(tmp_path, block("text_block", 1, merge_list=pieces)) == "one\ntwo"
    assert target(tmp_path, block("text_block", 1, text="x", merge_list=pieces)) == "x"


def test_truncated_paragraphs_are_joined(tmp_path):
    goes_on = {"source_anno_id": 1, "target_anno_id": 2, "relation_type": "truncated"}
    english = [block("text_block", 1, text="cut in"), block("text_block", 2, text="two")]
    chinese = [block("text_block", 1, text="天地"), block("text_block", 2, text="玄黄")]
    assert target(tmp_path, *english, relation=[goes_on]) == "cut in two"
    assert target(tmp_path, *chinese, relation=[goes_on]) == "天地玄黄"
    far = [
        block("text_block", 1, text="cut"), block("table", 3, html="<table>t</table>"),
        block("text_block", 2, text="in"), block("title", 4, text="Next"),
        block("text_block", 5, text="three"),
    ]  # fmt: skip
    relation = [
        {"source_anno_id": one, "target_anno_id": other, "relation_type": "truncated"}
        for one, other in ((2, 5), (1, 2))
    ]
    found = target(tmp_path, *far, relation=relation).split("\n\n")
    assert found == ["cut in three", "<table>t</table>", "# Next"]
    parent = {"source_anno_id": 1, "target_anno_id": 2, "relation": "parent_son"}
    assert target(tmp_path, *english, relation=[parent]) == "cut in\n\ntwo"


def test_pages_are_asked_in_their_language_and_those_of_later_versions_left_out(tmp_path):
    one = block("text_block", 1, text="x")
    made = load(
        tmp_path,
        page("a.jpg", one),
        page("b.png", one, language="english", subset="v1.5"),
        page("c.png", one, subset="table_hard"),
        page("d.png", one, language="en"),
    )
    assert [case.id for case in made.entries] == ["a.jpg", "b.png", "d.png"]
    assert [case.language for case in made.entries] == ["zh", "en", "en"]
    assert made.case(0).kind == "newspaper"
    assert made.case(0).prompt != made.case(1).prompt
    assert made.missing == ("images/a.jpg", "images/b.png", "images/d.png")


def test_markdown_is_written_for_its_own_tool(tmp_path):
    made = load(tmp_path, page("a.jpg", block("text_block", 1, text="x")))
    folder = omnidocbench.submit(made, {"a.jpg": "# read"}, tmp_path / "out")
    assert [path.name for path in folder.iterdir()] == ["a.md"]
    assert (folder / "a.md").read_text() == "# read"


def test_two_pages_of_one_name_and_strange_blocks_are_errors(tmp_path):
    one = block("text_block", 1, text="x")
    with pytest.raises(EvaluationError, match="two pages are called 'a'"):
        load(tmp_path, page("a.jpg", one), page("a.png", one))
    with pytest.raises(EvaluationError, match=r"0\.layout_dets\.0\.text"):
        load(tmp_path, page("a.jpg", block("text_block", 1, text=7)))
