"""Transcripts: space that a layout sets around an answer is no difference."""

from __future__ import annotations

import pytest

from tests.trainers.loop.runs import recipe, start
from trainers.loop import held_out


@pytest.mark.parametrize("around", ["{}", "{}\n", " {}"])
def test_space_around_answers_is_no_difference(around, tmp_path, monkeypatch):
    run, said = start(tmp_path, recipe(stages__0__steps=1))
    source = run._parts.held_out
    answers = iter(source.texts)

    def reading(model, layout, images, prompts, most):
        del model, layout, images, most
        return [around.format(next(answers)) for _ in prompts]

    monkeypatch.setattr(held_out, "generate", reading)
    run.train()
    (measured,) = [line[2] for line in said if line[1] == "held_out"]
    assert measured["exact"] == 1.0
    assert measured["edit_distance"] == 0.0
