"""Predictions files: written as they are read, strict, and whole batches after a crash."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainers.evaluation.errors import EvaluationError
from trainers.evaluation.predictions import Prediction, PredictionLog, read_predictions

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
PREDICTIONS = st.lists(
    st.builds(
        Prediction,
        id=TEXT.filter(bool),
        prediction=TEXT,
        targets=st.lists(TEXT, max_size=3).map(tuple),
        task=TEXT,
        prompt=TEXT,
        cut=st.booleans(),
        seconds=st.none() | st.floats(0, 100),
    ),
    unique_by=lambda one: one.id,
)


def lines(count: int, first: int = 0) -> list[Prediction]:
    return [Prediction(f"p{number}", f"text {number}\n") for number in range(first, first + count)]


@given(PREDICTIONS)
def test_what_was_written_is_read(tmp_path_factory, predictions):
    path = tmp_path_factory.mktemp("p") / "p.jsonl"
    path.write_bytes(b"".join(one.line() for one in predictions))
    assert list(read_predictions(path)) == predictions


def test_foreign_files_may_have_a_byte_order_mark_empty_lines_and_no_last_line_break(tmp_path):
    path = tmp_path / "p.jsonl"
    path.write_bytes(
        b'\xef\xbb\xbf{"id": "a", "prediction": "1"}\r\n\r\n{"id": "b", "prediction": ""}'
    )
    assert [one.id for one in read_predictions(path)] == ["a", "b"]


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("nothing", "not JSON"),
        ("[1]", "object"),
        ("[" * 100_000, "not JSON"),
        ('{"id": "b", "predicton": "x"}', "did you mean 'prediction'"),
        ('{"id": "b"}', "'prediction' is missing"),
        ('{"prediction": "b"}', "'id' is missing"),
        ('{"id": "", "prediction": "b"}', "id is empty"),
        ('{"id": 7, "prediction": "b"}', "id must be a text, not int"),
        ('{"id": "b", "prediction": ["x"]}', "prediction must be a text, not list"),
        ('{"id": "b", "prediction": null}', "say why"),
        ('{"id": "b", "prediction": "x", "cut": 1}', "cut must be true or false"),
        ('{"id": "b", "prediction": "x", "target": []}', "list of targets is empty"),
        ('{"id": "b", "prediction": "x", "target": [1]}', "target must be a text"),
        ('{"id": "b", "prediction": "x", "prediction": "y"}', "doubled"),
        ('{"id": "b", "prediction": "x", "seconds": NaN}', "NaN"),
        ('{"id": "b", "prediction": "x", "seconds": true}', "seconds"),
        ('{"id": "b", "prediction": "\\ud800"}', "half of a character"),
        ('{"id": "a", "prediction": "x"}', "stands in line 1 too"),
    ],
)
def test_a_wrong_line_is_named(tmp_path, line, word):
    path = tmp_path / "p.jsonl"
    path.write_text('{"id": "a", "prediction": "1"}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"line 2") as caught:
        list(read_predictions(path))
    assert word in str(caught.value)


def test_bytes_that_are_no_text_are_named(tmp_path):
    path = tmp_path / "p.jsonl"
    path.write_bytes(b'{"id": "\xff", "prediction": ""}\n')
    with pytest.raises(EvaluationError, match="line 1"):
        list(read_predictions(path))
    with pytest.raises(EvaluationError, match="absent"):
        list(read_predictions(tmp_path / "absent"))


def test_targets_alone_are_enough_where_they_are_asked_for(tmp_path):
    path = tmp_path / "t.jsonl"
    path.write_text('{"id": "a", "target": ["x", "y"]}\n', encoding="utf-8")
    (found,) = read_predictions(path, ("target",))
    assert found == Prediction("a", None, ("x", "y"))


@given(st.integers(1, 4), st.integers(0, 9), st.integers(0, 200))
def test_a_log_goes_on_after_the_last_whole_batch(tmp_path_factory, batch, total, cut):
    path = tmp_path_factory.mktemp("p") / "p.jsonl"
    whole = b"".join(one.line() for one in lines(total))
    path.write_bytes(whole[:cut])
    with PredictionLog(path, batch, total) as log:
        assert log.done == total or log.done % batch == 0
        assert len(whole[:cut].splitlines()) - log.done <= batch
        for first in range(log.done, total, batch):
            log.append(lines(min(batch, total - first), first))
    assert path.read_bytes() == whole


def test_a_log_refuses_what_is_not_its_own(tmp_path):
    path = tmp_path / "p.jsonl"
    path.write_bytes(b"".join(one.line() for one in lines(3)))
    with pytest.raises(EvaluationError, match="more lines than the 2"):
        PredictionLog(path, 1, 2)
    path.write_text("no predictions\n")
    with pytest.raises(EvaluationError, match="line 1"):
        PredictionLog(path, 1, 2)
    assert path.read_text() == "no predictions\n"


def test_two_writers_are_one_too_many(tmp_path):
    path = tmp_path / "p.jsonl"
    with PredictionLog(path, 1, 2), pytest.raises(EvaluationError, match="another process"):
        PredictionLog(path, 1, 2)


def test_a_line_is_plain_json():
    line = Prediction("a", None, ("x",), failed="broken").line()
    assert json.loads(line) == {
        "id": "a",
        "prediction": None,
        "target": "x",
        "failed": "broken",
    }
