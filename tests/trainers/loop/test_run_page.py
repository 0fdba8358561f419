"""The page of a run: from its folder alone, the same bytes, everything escaped."""

from __future__ import annotations

import json

import pytest

from dataengine.report.page import page_html
from tests.trainers.loop.runs import recipe, start
from trainers.errors import TrainError
from trainers.loop.run_page import run_page

HOSTILE = '<script>alert("x")</script>\u202e'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    steps = [
        {"name": "short", "max_answer_chars": 3, "max_samples": 8, "until_edit_distance": 0.0},
        {"name": "all"},
    ]
    made = recipe(
        stages__0__steps=4, run__evaluate_every=2, run__held_out=2, run__transcripts=2,
        data__curriculum=steps,
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("run")
    assert start(folder, made)[0].train()
    return folder


def test_page_of_a_run(folder):
    page = page_html(run_page(folder))
    for words in (
        "Training run digits", "Held-out loss", "Vision gap", "Learning rate",
        "Images per second", "Waiting for data", "Transcripts", "short to all, step 2",
        "4 of 4 steps.", "Peak memory", "asked", "data:image/png;base64,",
        "Recipe of the newest checkpoint", "model.towers.vary.kind", "sam_vitdet",
    ):  # fmt: skip
        assert words in page, words
    assert page.count("<svg") >= 8
    assert page == page_html(run_page(folder))
    assert str(folder) not in page
    assert "<script" not in page


def log(folder, *lines) -> None:
    folder.mkdir(exist_ok=True)
    text = "".join(json.dumps(one) + "\n" for one in lines)
    (folder / "log.jsonl").write_text(text, encoding="utf-8")


def test_hostile_lines_are_escaped_or_left_out(tmp_path):
    transcript = {"id": HOSTILE, "target": HOSTILE, "said": "a\nb", "picture": ""}
    log(
        tmp_path,
        {"step": 1, "kind": "step", "loss": 3.0, "images_per_s": float("nan")},
        {"step": 2, "kind": "step", "loss": "x", "learning_rate": True},
        {"step": "3", "kind": "step", "loss": 1.0},
        {"step": -1, "kind": "step", "loss": 1.0},
        ["step"],
        {"step": 4, "kind": "skipped", "id": "a", "reason": f"{HOSTILE} 99 tokens"},
        {"step": 4, "kind": "skipped", "id": "b", "reason": f"{HOSTILE} 100 tokens"},
        {"step": 5, "kind": "curriculum", "from": HOSTILE, "to": None},
        {"step": 6, "kind": "held_out", "loss": 1.0, "transcripts": [transcript, 3]},
    )
    page = page_html(run_page(tmp_path))
    assert "<script>" not in page
    assert "\u202e" not in page
    assert "&lt;script&gt;" in page
    assert "nan" not in page.lower().replace("finance", "")
    assert "a↵b" in page
    assert page.count("… tokens") == 1
    assert "without a checkpoint" in page


def test_speeds_are_drawn_from_zero_and_shares_in_per_cent(tmp_path):
    values = {"images_per_s": 107.5, "wait_share": 0.0123, "mfu": 0.4, "peak_memory_mb": 83212.0}
    log(tmp_path, *({"step": step, "kind": "step", **values} for step in (1, 2)))
    page = page_html(run_page(tmp_path))
    assert "1.2%" in page
    assert "40.0%" in page
    assert "81.3 GiB" in page
    assert page.count('text-anchor="end">0</text>') >= 4


def test_folder_without_a_log_is_an_error(tmp_path):
    with pytest.raises(TrainError, match="is it a run's folder"):
        run_page(tmp_path)
