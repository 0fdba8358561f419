"""What snippets say: of the lengths asked for, drawn from all there is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataengine.errors import ConfigError
from pipelines.snippets.options import Options
from pipelines.snippets.texts import ALPHANUMERIC, bundled_phrases, phrases_version, writer


@given(st.integers(2, 12), st.integers(0, 8), st.sampled_from(["digits", "alphanumeric", "words"]))
@settings(max_examples=30, deadline=None)
def test_lengths_lie_in_the_range(least, more, text):
    write = writer(Options(text=text, chars=(least, least + more)))
    rng = np.random.default_rng(least)
    assert all(least <= len(write(rng).text) <= least + more for _ in range(20))


def test_letters_that_look_like_digits_are_left_out():
    assert not set("IlO") & set(ALPHANUMERIC)
    assert len(ALPHANUMERIC) == 59
    write = writer(Options(text="alphanumeric"))
    rng = np.random.default_rng(0)
    assert set("".join(write(rng).text for _ in range(400))) == set(ALPHANUMERIC)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_phrases_are_one_line_each_once(language):
    texts = [one.text for one in bundled_phrases(language)]
    assert len(texts) == len(set(texts)) > 4000
    assert all(text == " ".join(text.split()) for text in texts)


def test_no_phrase_of_a_length_is_said_before_anything_is_drawn():
    with pytest.raises(ConfigError, match="none of the bundled phrases"):
        writer(Options(text="words", chars=(300, 400)))


def test_each_language_has_its_version():
    assert len({phrases_version("en"), phrases_version("zh")}) == 2
