"""The log: what is written is read, whatever texts hold; a crash or a full disk loses no line."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dataengine.errors import StorageError
from tests.trainers.digits import picture
from trainers.loop.log import LOG_FILE, RunLog, figures, is_number, read_log
from trainers.loop.pictures import PICTURES, small

TEXTS = st.text(st.characters(), max_size=30)


@settings(max_examples=60)
@given(texts=st.lists(TEXTS, max_size=4))
@example(texts=["a\u2028b\x85c\x0bd\n", "\ud800", "after"])
def test_any_text_comes_back(texts, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    log = RunLog(folder, 0)
    for step, text in enumerate(texts):
        log.write(step, "skipped", {"reason": text})
    assert [line["reason"] for line in read_log(folder)] == texts
    RunLog(folder, len(texts))
    assert [line["reason"] for line in read_log(folder)] == texts


def test_lines_beyond_the_resumed_step_are_taken_back(tmp_path):
    log = RunLog(tmp_path, 0)
    for step in (1, 2, 3):
        log.write(step, "step", {"loss": 1.0})
    RunLog(tmp_path, 2).write(3, "step", {"loss": 2.0})
    assert [(one["step"], one["loss"]) for one in read_log(tmp_path)] == [(1, 1), (2, 1), (3, 2)]


@pytest.mark.parametrize("cut", range(1, 30, 4))
def test_a_line_that_a_crash_cut_off_is_left_out(cut, tmp_path):
    log = RunLog(tmp_path, 0)
    log.write(1, "step", {"loss": 1.0})
    whole = (tmp_path / LOG_FILE).read_bytes()
    log.write(2, "skipped", {"reason": "读不出来的图片"})
    path = tmp_path / LOG_FILE
    path.write_bytes(path.read_bytes()[: len(whole) + cut + 20])
    assert [one["step"] for one in read_log(tmp_path)] == [1]
    RunLog(tmp_path, 5).write(2, "step", {"loss": 0.5})
    assert [one["step"] for one in read_log(tmp_path)] == [1, 2]


def test_lines_of_another_form_are_passed_over(tmp_path):
    lines = ["[1]", "3", '"x"', '{"step": 1, "kind": "step"}', "[" * 100_000, '{"kind": "odd"}']
    (tmp_path / LOG_FILE).write_text("\n".join(lines))
    RunLog(tmp_path, 1)
    assert read_log(tmp_path) == [{"step": 1, "kind": "step"}, {"kind": "odd"}]


def test_pictures_lie_beside_the_log_and_lines_name_them(tmp_path):
    png = small(picture("12"))
    one = {"id": "page-1", "asked": "read", "target": "12", "said": "1", "picture": png}
    values = {"loss": 1.0, "transcripts": [one, {**one, "id": "page-2", "picture": b""}]}
    RunLog(tmp_path, 0).write(4, "held_out", values)
    (line,) = read_log(tmp_path)
    assert [one["picture"] for one in line["transcripts"]] == ["page-1.png", ""]
    assert (tmp_path / PICTURES / "page-1.png").read_bytes() == png
    assert values["transcripts"][0]["picture"] == png


def test_a_full_disk_is_told(tmp_path):
    log = RunLog(tmp_path, 0)
    (tmp_path / LOG_FILE).unlink()
    (tmp_path / LOG_FILE).symlink_to("/dev/full")
    with pytest.raises(StorageError, match="the disk is full"):
        log.write(1, "step", {"loss": 1.0})


def test_a_log_is_replaced_in_one_piece(tmp_path, monkeypatch):
    RunLog(tmp_path, 0).write(1, "step", {"loss": 1.0})

    def fails(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_text", fails)
    with pytest.raises(StorageError, match="the disk is full"):
        RunLog(tmp_path, 1)
    assert [one["step"] for one in read_log(tmp_path)] == [1]


def test_figures_are_finite_numbers_alone():
    values = {"loss": 1.5, "samples": 3, "name": "x", "flag": True, "nan": float("nan"), "n": None}
    assert figures("step", values) == {"step/loss": 1.5, "step/samples": 3}
    assert not is_number(float("inf"))
    assert json.dumps(figures("a", {"b": 2})) == '{"a/b": 2}'
