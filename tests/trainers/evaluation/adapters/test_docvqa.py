"""DocVQA's files as its competition publishes them, and its submission."""

from __future__ import annotations

import json

import pytest

from trainers.evaluation.adapters import docvqa
from trainers.evaluation.errors import EvaluationError
from trainers.evaluation.predictions import Prediction
from trainers.evaluation.scoring import score


def question(number: int, **changes) -> dict[str, object]:
    return {
        "questionId": number, "question": f"What is {number}?",
        "question_types": ["table/list", "layout"], "image": f"documents/d{number}_1.png",
        "docId": 1, "ucsf_document_id": "d", "ucsf_document_page_no": "1",
        "answers": [f"No. {number}", str(number)], "data_split": "val", **changes,
    }  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "d7_1.png").write_bytes(b"page")
    write(tmp_path / "val_v1.0.json", [question(7), question(8)])
    return tmp_path


def write(path, data) -> None:
    whole = {
        "dataset_name": "docvqa", "dataset_version": "1.0", "dataset_split": "val", "data": data,
    }  # fmt: skip
    path.write_text(json.dumps(whole))


def test_questions_are_read(folder):
    made = docvqa.load(folder, "val")
    first = made.case(0)
    assert (first.id, first.image, first.prompt) == ("7", b"page", "What is 7?")
    assert first.targets == ("No. 7", "7")
    assert first.kind == "layout + table/list"
    assert made.missing == ("documents/d8_1.png",)


def test_any_answer_is_right_and_near_ones_are_half_right(folder):
    made = docvqa.load(folder, "val")
    said = {"7": Prediction("7", "7"), "8": Prediction("8", "No. 9")}
    values = {one.id: one.values["anls"].value for one in score(made, said, "correct").scored}
    assert values == {"7": 1.0, "8": pytest.approx(0.8)}


def test_the_submission_has_every_question(folder, tmp_path):
    path = docvqa.submit(docvqa.load(folder, "val"), {"7": "seven"}, tmp_path / "out")
    assert json.loads(path.read_text()) == [
        {"questionId": 7, "answer": "seven"},
        {"questionId": 8, "answer": ""},
    ]


def test_the_test_split_has_nothing_to_score(folder):
    plain = question(7)
    del plain["answers"], plain["question_types"]
    write(folder / "test_v1.0.json", [plain])
    found = score(docvqa.load(folder, "test"), {"7": Prediction("7", "x")}, "correct")
    assert not found.scored
    assert found.left_out == {"7": "its targets are not published"}


def test_later_archives_keep_pages_elsewhere(folder):
    (folder / "documents").rename(folder / "spdocvqa_images")
    assert docvqa.load(folder, "val").case(0).image == b"page"


def test_a_strange_id_is_named(folder):
    write(folder / "val_v1.0.json", [question(7, questionId="seven")])
    with pytest.raises(EvaluationError, match=r"data\.0\.questionId"):
        docvqa.load(folder, "val")


def test_the_archives_of_today_are_read(tmp_path):
    for name in ("spdocvqa_qas", "spdocvqa_images"):
        (tmp_path / name).mkdir()
    (tmp_path / "spdocvqa_images" / "d7_1.png").write_bytes(b"page")
    write(tmp_path / "spdocvqa_qas" / "val_v1.0_withQT.json", [question(7)])
    write(tmp_path / "spdocvqa_qas" / "val_v1.0.json", [question(7, question_types=None)])
    made = docvqa.load(tmp_path, "val")
    assert made.missing == ()
    assert (made.case(0).image, made.case(0).kind) == (b"page", "layout + table/list")
    with pytest.raises(EvaluationError, match="test_v"):
        docvqa.load(tmp_path, "test")
