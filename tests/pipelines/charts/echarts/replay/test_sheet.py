"""Memory that is used again, and pixels without their fourth channel."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.charts.echarts.replay.sheet import Sheet, three_channels


@given(st.integers(1, 70), st.integers(1, 70), st.integers(0, 2**32 - 1))
def test_the_first_three_channels_are_kept(width, height, seed):
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 4), np.uint8)
    kept = three_channels(pixels)
    assert (kept == pixels[..., :3]).all()
    assert kept.shape == (height, width, 3)
    assert kept.dtype == np.uint8
    assert kept.flags.c_contiguous


def test_large_pictures_too():
    pixels = np.random.default_rng(1).integers(0, 256, (1500, 1999, 4), np.uint8)
    assert (three_channels(pixels) == pixels[..., :3]).all()


def test_the_copy_is_read_only_and_stays():
    pixels = np.full((4, 5, 4), 7, np.uint8)
    kept = three_channels(pixels)
    pixels[:] = 9
    assert (kept == 7).all()
    with pytest.raises(ValueError, match="read-only"):
        kept[0, 0, 0] = 1


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(1, 50)), min_size=1, max_size=5))
def test_cuts_have_their_size_and_share_memory(sizes):
    sheet = Sheet()
    for width, height in sizes:
        cut = sheet.cut(width, height)
        assert cut.shape == (height, width, 4)
        assert cut.flags.c_contiguous
        assert np.shares_memory(cut, sheet.cut(1, 1))
