"""What the checks of boxes compute fast is what it is by definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.latex_pages.proof import geometry

_LENGTHS = st.lists(st.floats(0.5, 40.0), min_size=1, max_size=60)


@given(_LENGTHS)
def test_the_middle_is_the_median_of_numpy(values: list[float]) -> None:
    assert geometry._middle(np.array(values)) == float(np.quantile(values, 0.5))


@given(st.lists(st.integers(-3, 9), max_size=40), st.sampled_from([1, 3, 10, 1 << 16]))
def test_pairs_are_the_same_however_many_at_a_time(followers: list[int], most: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(geometry, "_MOST_PAIRS", most)
        found = [
            pair
            for one, other in geometry._pairs(np.array(followers, np.int64))
            for pair in zip(one.tolist(), other.tolist(), strict=True)
        ]
    expected = [
        (row, row + step) for row, count in enumerate(followers) for step in range(1, count + 1)
    ]
    assert found == expected


@pytest.mark.parametrize(("chars", "are_letters"), [("aZ7éΩ中𝐀", True), ("-(∑→•\u0338", False)])
def test_letters(chars: str, are_letters: bool) -> None:
    codes = np.array([ord(char) for char in chars], np.uint32)
    assert geometry._are_letters(codes).tolist() == [are_letters] * len(chars)
