"""Bent sheets: monotone, invertible, and bent along one axis only."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dataengine.degrade.curl import Curl

curls = st.builds(
    lambda width, height, slope, oblique, seed: (
        Curl.of((width, height), {"slope": slope, "oblique": oblique, "seed": seed}),
        (width, height),
    ),
    st.integers(20, 1500),
    st.integers(20, 1500),
    st.floats(0, 0.4),
    st.floats(0, 0.6),
    st.integers(0, 2**32 - 1),
)


@given(curls)
@settings(max_examples=100, deadline=None)
def test_no_point_of_the_sheet_hides_another(case: tuple[Curl, tuple[int, int]]) -> None:
    curl, _ = case
    assert (np.diff(curl.seen) > 0).all()
    assert (curl.zoom > 0.7).all()


@given(curls)
@settings(max_examples=100, deadline=None)
def test_back_undoes_forward_even_beyond_the_sheet(case: tuple[Curl, tuple[int, int]]) -> None:
    curl, size = case
    rng = np.random.Generator(np.random.PCG64(0))
    points = (rng.random((100, 2)) * 1.4 - 0.2) * np.array(size)
    assert np.abs(curl.inverse(curl.forward(points)) - points).max() < 0.05


def test_a_flat_sheet_stays_where_it_is() -> None:
    curl = Curl.of((300, 400), {"slope": 0.0, "oblique": 0.5, "seed": 3})
    points = np.array([[0.0, 0.0], [300, 400], [12, 345]])
    assert np.abs(curl.forward(points) - points).max() < 1e-6


def test_both_axes_and_both_shapes_are_drawn() -> None:
    drawn = [Curl.of((300, 400), {"slope": 0.2, "oblique": 0, "seed": n}) for n in range(40)]
    assert {one.along for one in drawn} == {0, 1}
    assert len({one.shade.tobytes() for one in drawn}) == 40
