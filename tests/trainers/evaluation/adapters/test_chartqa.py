"""ChartQA's files as its repository lays them out."""

from __future__ import annotations

import json

import pytest

from trainers.evaluation.adapters import chartqa
from trainers.evaluation.errors import EvaluationError
from trainers.evaluation.figures import make_groups
from trainers.evaluation.predictions import Prediction
from trainers.evaluation.scoring import score


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "png").mkdir()
    (tmp_path / "png" / "1.png").write_bytes(b"chart")
    human = [
        {"imgname": "1.png", "query": "How many bars??", "label": "100"},
        {"imgname": "2.png", "query": "Is it so?", "label": "Yes"},
    ]
    augmented = [{"imgname": "1.png", "query": "Total?", "label": "0.03"}]
    (tmp_path / "test_human.json").write_text(json.dumps(human))
    (tmp_path / "test_augmented.json").write_text(json.dumps(augmented))
    return tmp_path


def test_questions_of_both_sorts_are_read(folder):
    both = chartqa.load(folder, "both")
    assert [one.id for one in both.entries] == ["human-00000", "human-00001", "augmented-00000"]
    assert both.missing == ("png/2.png",)
    assert both.case(0).prompt == "How many bars??"
    assert len(chartqa.load(folder, "human")) == 2
    assert len(chartqa.load(folder, "augmented")) == 1


def test_numbers_may_be_five_per_cent_off(folder):
    answers = {"human-00000": "104", "human-00001": "yes", "augmented-00000": "3%"}
    said = {name: Prediction(name, text) for name, text in answers.items()}
    both = chartqa.load(folder, "both")
    everything, augmented, human = make_groups(score(both, said, "correct").scored)
    assert everything.figures["relaxed_accuracy"].value == 1.0
    assert (human.kind, human.cases, augmented.kind) == ("human", 2, "augmented")


def test_a_missing_or_strange_file_is_named(folder):
    (folder / "test_augmented.json").write_text('[{"imgname": "1.png", "query": "x", "label": 3}]')
    with pytest.raises(EvaluationError, match=r"0\.label"):
        chartqa.load(folder, "augmented")
    (folder / "test_augmented.json").unlink()
    with pytest.raises(EvaluationError, match="_augmented"):
        chartqa.load(folder, "both")
