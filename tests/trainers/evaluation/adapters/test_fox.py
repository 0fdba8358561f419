"""Fox's files as its README describes them."""

from __future__ import annotations

import json

import pytest

from trainers.evaluation.adapters import fox
from trainers.evaluation.errors import EvaluationError
from trainers.evaluation.predictions import Prediction
from trainers.evaluation.scoring import score


def page(name: str, text: str) -> dict[str, object]:
    turns = [
        {"from": "human", "value": "<image>\nOCR this image: "},
        {"from": "gpt", "value": text},
    ]
    return {"image": name, "len": 7, "conversations": turns}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "cn_pdf_png").mkdir()
    (tmp_path / "cn_pdf_png" / "cn_1.png").write_bytes(b"picture")
    pages = [page("cn_1.png", "天地玄黄"), page("cn_2.png", "宇宙洪荒")]
    (tmp_path / "cn_page_ocr.json").write_text(json.dumps(pages), encoding="utf-8")
    return tmp_path


def test_pages_are_read(folder):
    made = fox.load(folder, "zh")
    first = made.case(0)
    assert (first.id, first.image, first.prompt) == ("cn_1.png", b"picture", "OCR this image:")
    assert (first.targets, first.language) == (("天地玄黄",), "zh")
    assert made.missing == ("cn_pdf_png/cn_2.png",)


def test_paper_mode_swaps_precision_and_recall_as_its_script_does(folder):
    made = fox.load(folder, "zh")
    said = {"cn_1.png": Prediction("cn_1.png", "天地")}
    correct, paper = (score(made, said, mode).scored[0].values for mode in ("correct", "paper"))
    assert (correct["precision"].value, correct["recall"].value) == (1.0, 0.5)
    assert (paper["precision"].value, paper["recall"].value) == (0.5, 1.0)
    assert paper["edit_distance"] == correct["edit_distance"]
    assert score(made, said, "paper").left_out == {"cn_2.png": "cn_pdf_png/cn_2.png is not there"}


def test_results_are_written_for_its_own_script(folder, tmp_path):
    path = fox.submit(fox.load(folder, "zh"), {"cn_1.png": "天地"}, tmp_path / "out")
    assert path.name == "results_final.json"
    assert json.loads(path.read_text("utf-8")) == [
        {
            "image": "cn_1.png",
            "question": "<image>\nOCR this image: ",
            "label": "天地玄黄",
            "answer": "天地",
        }
    ]


def test_pages_without_answers_are_an_error(folder):
    broken = [page("cn_1.png", "x") | {"conversations": []}]
    (folder / "cn_page_ocr.json").write_text(json.dumps(broken))
    with pytest.raises(EvaluationError, match=r"0\.conversations"):
        fox.load(folder, "zh")
