"""Held-out measures: transcripts with their pictures, and pictures that are swapped for others."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

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


def test_transcripts_have_their_pictures_and_requests(tmp_path, monkeypatch):
    monkeypatch.setattr(held_out, "PICTURED", 2)
    run, said = start(tmp_path, recipe(stages__0__steps=1, run__transcripts=3))
    source = run._parts.held_out
    run.train()
    (measured,) = [line[2] for line in said if line[1] == "held_out"]
    found = measured["transcripts"]
    assert [one["asked"] for one in found] == ["read"] * 3
    assert [one["target"] for one in found] == source.texts[:3]
    for number, one in enumerate(found[:2]):
        stored = Image.open(io.BytesIO(source.example(number).image))
        assert Image.open(io.BytesIO(one["picture"])).tobytes() == stored.tobytes()
    assert found[2]["picture"] == b""


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=12))
def test_swapped_pictures_are_another_samples(samples):
    order = held_out.anothers(samples)
    assert len(order) == len(samples)
    if len(set(samples)) > 1:
        assert all(samples[other] != samples[row] for row, other in enumerate(order))
    else:
        assert order == [(row - 1) % len(samples) for row in range(len(samples))]


def test_distinct_samples_are_rolled_by_one():
    assert held_out.anothers("abcd") == [3, 0, 1, 2]
