"""Layout keeps within the margins, at the size asked for or smaller."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.snippets.faces import LISTS, chosen_sets
from pipelines.snippets.layout import Placed, TooLarge, bounds, lay_out
from pipelines.snippets.options import Layout

TEXTS = st.lists(
    st.text("abjg19 ", min_size=1, max_size=9).filter(str.strip), min_size=1, max_size=4
)


def placed(lines: list[str], seed: int = 0, font: int = 0, **options: object) -> Placed:
    settled = Layout.model_validate({"size": (8, 24), **options})
    made = chosen_sets("en", 5)[font]
    lines = [" ".join(line.split()) for line in lines]
    return lay_out(lines, made, settled.size[1], settled, np.random.default_rng(seed))


@given(TEXTS, st.integers(0, 99), st.integers(0, 4), st.floats(0, 1), st.sampled_from("lcr"))
@settings(max_examples=60, deadline=None)
def test_nothing_leaves_the_margins_and_lines_stay_apart(lines, seed, font, jitter, side):
    align = {"l": "left", "c": "center", "r": "right"}[side]
    where = placed(lines, seed, font, jitter=jitter, align=align, width=128, height=128, margin=5)
    x0, y0, x1, y1 = bounds([word.box for word in where.words])
    assert x0 >= 5
    assert y0 >= 5
    assert x1 <= 123
    assert y1 <= 123
    assert 0 <= where.share <= 1
    rows = [[word for word in where.words if word.line == at] for at in range(len(lines))]
    for above, below in itertools.pairwise(rows):
        assert max(word.box[3] for word in above) <= min(word.box[1] for word in below)


def test_alignment_is_that_of_the_lines():
    lines = ["ab", "abababab"]
    left, center, right = (
        placed(lines, align=align).words for align in ("left", "center", "right")
    )
    assert left[0].x == left[1].x
    assert right[0].x + right[0].advance == pytest.approx(right[1].x + right[1].advance, abs=1)
    middles = [word.x + word.advance / 2 for word in center]
    assert middles[0] == pytest.approx(middles[1], abs=1)


def test_the_fixed_place_does_not_depend_on_the_text():
    for font in range(5):
        places = {(placed([text], 0, font).words[0].x, placed([text], 0, font).words[0].y)
                  for text in ("1", "a", "g9 b", "abab")}  # fmt: skip
        assert len(places) == 1


def test_two_numbers_are_drawn_whatever_the_options():
    after = set()
    for jitter in (0, 1):
        rng = np.random.default_rng(1)
        lay_out(["ab"], chosen_sets("en", 1)[0], 16, Layout(jitter=jitter), rng)
        after.add(int(rng.integers(2**62)))
    assert len(after) == 1


def test_what_fits_in_no_size_is_refused():
    with pytest.raises(TooLarge, match="are free"):
        placed(["a" * 60], width=64, height=64)


def test_lists_name_single_faces():
    assert all(len(one.regular) == 1 for language in LISTS for one in chosen_sets(language, 5))
