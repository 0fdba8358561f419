"""A snippet is a function of its index, shows its text in its boxes, and records its draws."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataengine.imaging import decode_pixels, pixel_hash
from dataengine.sample import Rejection, Sample
from tests.pipelines.snippets.making import DIGITS, render, renderer, samples


@given(
    st.integers(0, 2**40),
    st.sampled_from(["digits", "alphanumeric", "words"]),
    st.sampled_from(["en", "zh"]),
    st.booleans(),
)
@settings(max_examples=12, deadline=None)
def test_a_unit_is_a_pure_function_of_its_index(index, text, language, colour):
    options = {"text": text, "language": language, "jitter": 0.5, "colour": colour}
    first, again = (render(renderer(**options), index) for _ in range(2))
    assert isinstance(first, Sample)
    assert isinstance(again, Sample)
    assert (first.image, first.targets) == (again.image, again.targets)
    assert json.dumps(first.source) == json.dumps(again.source)
    assert first.pixel_hash == pixel_hash(decode_pixels(first.image))


@given(
    st.integers(0, 2**40),
    st.sampled_from(["left", "center", "right"]),
    st.floats(0, 1),
    st.sampled_from(["en", "zh"]),
    st.booleans(),
)
@settings(max_examples=25, deadline=None)
def test_boxes_hold_all_ink_and_nothing_else(index, align, jitter, language, colour):
    made = renderer(
        language=language, align=align, jitter=jitter, colour=colour, lines=(1, 4), chars=(2, 12)
    )
    sample = render(made, index)
    if isinstance(sample, Rejection):
        assert sample.reason in ("too-large", "no-ink")
        return
    pixels = decode_pixels(sample.image)
    flat = pixels.reshape(*pixels.shape[:2], -1)
    ground = sample.source["draws"]["colours"][1][: flat.shape[2]]
    ink = (flat != np.array(ground)).any(axis=2)
    words = np.zeros_like(ink)
    for level, (x0, y0, x1, y1) in zip(sample.regions.levels, sample.regions.boxes, strict=True):
        part = ink[y0:y1, x0:x1]
        assert part[0].any()
        assert part[-1].any()
        assert part[:, 0].any()
        assert part[:, -1].any()
        if level == "word":
            words[y0:y1, x0:x1] = True
    assert not (ink & ~words).any()
    lines = [
        text
        for level, text in zip(sample.regions.levels, sample.regions.texts, strict=True)
        if level == "line"
    ]
    assert "\n".join(lines) == sample.targets["text"]


def test_digits_are_digits_at_one_place_in_grey():
    made = samples(200, **DIGITS)
    texts = [one.targets["text"] for one in made]
    assert all(text.isdecimal() and text.isascii() and 2 <= len(text) <= 5 for text in texts)
    assert {len(text) for text in texts} == {2, 3, 4, 5}
    assert set("".join(texts)) == set("0123456789")
    assert {tuple(one.source["draws"]["baseline"]) for one in made} == {(4, 21)}
    assert {one.proof["jitter"] for one in made} == {0.0}
    assert decode_pixels(made[0].image).shape == (64, 64)
    assert len({one.source["draws"]["font"] for one in made}) == 1


def test_one_text_at_one_place_is_one_picture():
    by_text: dict[str, set[str]] = {}
    for one in samples(300, **DIGITS | {"chars": (2, 2)}):
        by_text.setdefault(one.targets["text"], set()).add(one.pixel_hash)
    assert len(by_text) > 80
    assert all(len(hashes) == 1 for hashes in by_text.values())
    assert len(set().union(*by_text.values())) == len(by_text)


@pytest.mark.parametrize("jitter", [0.1, 0.5, 1.0])
def test_jitter_bounds_the_displacement_and_reaches_it(jitter):
    shares = [one.proof["jitter"] for one in samples(150, text="digits", jitter=jitter)]
    assert max(shares) <= jitter + 0.01  # whole pixels
    assert max(shares) > 0.9 * jitter


def test_full_jitter_reaches_every_quarter_of_the_canvas():
    boxes = np.array([one.regions.boxes[0] for one in samples(100, text="digits", jitter=1)])
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2 > 128
    assert {tuple(one) for one in centres.tolist()} == set(
        itertools.product([False, True], repeat=2)
    )


def test_draws_of_place_do_not_change_the_text():
    still, moved = samples(10, jitter=0), samples(10, jitter=1)
    assert [one.targets for one in still] == [one.targets for one in moved]


def test_density_is_characters_per_megapixel():
    one = samples(1, **DIGITS)[0]
    assert one.proof["density"] == pytest.approx(len(one.targets["text"]) / 0.004096, abs=0.1)


def test_words_name_their_files_and_random_characters_none():
    assert "works" not in samples(1, text="digits")[0].source
    for language in ("en", "zh"):
        (work,) = samples(1, language=language)[0].source["works"]
        assert (work["corpus"], work["licence"]) == (f"bundled:charts/{language}", "CC0-1.0")


def test_colours_contrast_and_are_recorded():
    made = samples(40, colour=True, min_contrast=7)
    assert all(one.proof["contrast"] >= 7 for one in made)
    assert len({str(one.source["draws"]["colours"]) for one in made}) == 40
    one = made[0]
    ground = one.source["draws"]["colours"][1]
    assert decode_pixels(one.image)[0, 0].tolist() == ground


def test_what_does_not_fit_is_refused_with_its_size():
    made = renderer(text="digits", width=32, height=32, margin=0, chars=(12, 12), size=(16, 16))
    outcome = render(made, 0)
    assert isinstance(outcome, Rejection)
    assert outcome.reason == "too-large"
    assert "32 x 32 are free" in outcome.detail


def test_a_text_too_large_for_its_size_is_set_smaller():
    made = samples(20, text="digits", width=64, height=64, chars=(5, 5), size=(8, 60))
    assert all(8 <= one.source["draws"]["size_px"] <= 24 for one in made)
