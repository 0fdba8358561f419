"""Scores of a file with known figures, and what becomes of cases that were not read."""

from __future__ import annotations

import pytest

from tests.trainers.evaluation.listed import Listed, case
from trainers.evaluation.errors import EvaluationError
from trainers.evaluation.predictions import Prediction
from trainers.evaluation.scoring import score


def by_id(*predictions: Prediction) -> dict[str, Prediction]:
    return {one.id: one for one in predictions}


def values(scoring, name: str) -> dict[str, float | None]:
    return {one.id: one.values[name].value for one in scoring.scored}


def test_known_figures():
    cases = Listed([case("a", "one two"), case("b", "one two three four"), case("c", "x")])
    found = score(
        cases,
        by_id(
            Prediction("a", "one two"), Prediction("b", "one two"), Prediction("c", "yz")
        ),
        "correct",
    )  # fmt: skip
    assert values(found, "edit_distance") == {"a": 0.0, "b": pytest.approx(11 / 18), "c": 1.0}
    assert values(found, "precision") == {"a": 1.0, "b": 1.0, "c": 0.0}
    assert values(found, "recall") == {"a": 1.0, "b": 0.5, "c": 0.0}


def test_of_several_targets_the_nearest_counts():
    found = score(
        Listed([case("a", "nine", "9", "IX", task="question")]),
        by_id(Prediction("a", "9")),
        "correct",
    )
    assert values(found, "anls") == {"a": 1.0}


def test_what_was_not_read_counts_as_empty_and_is_named():
    found = score(
        Listed([case("a", "x"), case("b", "x"), case("c", "x")]),
        by_id(Prediction("a", "x"), Prediction("b", None, failed="too long")),
        "correct",
    )
    assert values(found, "edit_distance") == {"a": 0.0, "b": 1.0, "c": 1.0}
    assert found.unread == {"b": "too long", "c": "no prediction"}


def test_a_missing_picture_or_target_leaves_out_unless_there_is_a_prediction():
    cases = Listed(
        [
            case("a", "x", missing="a.png is not there"),
            case("b", "x", missing="b.png is not there"),
            case("c"),
        ]
    )
    found = score(cases, by_id(Prediction("b", "x"), Prediction("c", "y")), "correct")
    assert [one.id for one in found.scored] == ["b"]
    assert set(found.left_out) == {"a", "c"}


def test_strangers_are_named_and_only_strangers_are_an_error():
    cases = Listed([case("a", "x")])
    found = score(cases, by_id(Prediction("a", "x"), Prediction("z", "x")), "correct")
    assert found.unknown == ["z"]
    with pytest.raises(EvaluationError, match="like 'a', those of the predictions like 'z'"):
        score(cases, by_id(Prediction("z", "x")), "correct")
    with pytest.raises(EvaluationError, match="two cases"):
        score(Listed([case("a", "x")] * 2), {}, "correct")
