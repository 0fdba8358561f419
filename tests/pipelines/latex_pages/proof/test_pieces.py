"""Shafts of arrows and repeated letters are found as they are defined."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipelines.latex_pages.proof.pieces import find_repeats, find_shafts

_GLYPHS = st.lists(
    st.tuples(
        st.sampled_from([ord(char) for char in "-=→←⇒ab"] + [0, 1 << 24]),
        st.sampled_from([-0.6, -0.2, 0.0, 0.05, 0.3, 0.9, 1.0]),  # step in x
        st.sampled_from([0.0, 0.0, 0.04, 0.2]),  # y
        st.sampled_from([1.0, 1.5]),  # size
    ),
    max_size=12,
)
_HEADS, _SHAFTS = {ord(char) for char in "→←⇒"}, {ord("-"), ord("=")}


@given(_GLYPHS)
def test_shafts_overlap_their_arrow(glyphs: list[tuple[int, float, float, float]]) -> None:
    codes = np.array([code for code, *_ in glyphs], np.int64)
    xs = np.cumsum([step for _, step, *_ in glyphs])
    ys, sizes = np.array([y for *_, y, _ in glyphs]), np.array([size for *_, size in glyphs])
    ends = xs + 0.8 * sizes
    joined = [
        {int(codes[at]), int(codes[at + 1])} <= _HEADS | _SHAFTS
        and xs[at + 1] < ends[at] - 0.05 * sizes[at]
        and xs[at + 1] > xs[at] - 0.5 * sizes[at]
        and abs(ys[at + 1] - ys[at]) < 0.05 * sizes[at]
        for at in range(len(codes) - 1)
    ]
    expected = [
        at
        for at, code in enumerate(codes)
        if code in _SHAFTS and any(joined[max(0, at - 1) : at + 1])
    ]
    assert find_shafts(codes, xs, ys, ends, sizes).tolist() == expected


@given(_GLYPHS)
def test_repeats_stand_on_the_glyph_before(glyphs: list[tuple[int, float, float, float]]) -> None:
    codes = np.array([code for code, *_ in glyphs], np.int64)
    xs = np.cumsum([step for _, step, *_ in glyphs])
    ys, sizes = np.array([y for *_, y, _ in glyphs]), np.array([size for *_, size in glyphs])
    expected = [
        at
        for at in range(1, len(codes))
        if codes[at] == codes[at - 1] > 0
        and abs(xs[at] - xs[at - 1]) < 0.1 * sizes[at]
        and abs(ys[at] - ys[at - 1]) < 0.1 * sizes[at]
    ]
    assert find_repeats(codes, xs, ys, sizes).tolist() == expected
