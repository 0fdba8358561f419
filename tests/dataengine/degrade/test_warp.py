"""The map: forward and back agree, nothing leaves the canvas, marks are found where boxes say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataengine.degrade.warp import Warp, resampled

seeds = st.integers(0, 2**32 - 1)


@st.composite
def warps(draw) -> Warp:
    """Draw maps at least as strong as any profile asks for."""
    chosen = {
        "rotate": {"degrees": draw(st.floats(0, 5)), "seed": draw(seeds)},
        "stretch": {"amount": draw(st.floats(0, 0.03)), "seed": draw(seeds)},
        "tilt": {"degrees": draw(st.floats(0, 16)), "seed": draw(seeds)},
        "curl": {
            "slope": draw(st.floats(0, 0.3)),
            "oblique": draw(st.floats(0, 0.5)),
            "seed": draw(seeds),
        },
    }
    names = draw(st.sets(st.sampled_from(sorted(chosen)), min_size=1))
    canvas = {
        "margin": draw(st.floats(0, 0.05)),
        "limit_px": draw(st.sampled_from([0, 300, 1024])),
        "seed": draw(seeds),
    }
    page = draw(st.integers(40, 700)), draw(st.integers(40, 700))
    return Warp.of(page, {name: chosen[name] for name in names}, canvas)


def points_on(warp: Warp, count: int = 200) -> np.ndarray:
    rng = np.random.Generator(np.random.PCG64(1))
    return rng.random((count, 2)) * np.array(warp.page)


@given(warps())
@settings(max_examples=60, deadline=None)
def test_back_undoes_forward(warp: Warp) -> None:
    points = points_on(warp)
    assert np.abs(warp.inverse(warp.forward(points)) - points).max() < 0.05


@given(warps())
@settings(max_examples=60, deadline=None)
def test_the_whole_page_stays_on_the_canvas(warp: Warp) -> None:
    moved = warp.forward(np.concatenate([points_on(warp), warp.outline()]))
    assert moved.min() > -0.01
    assert (moved <= np.array(warp.size) + 0.01).all()


@given(warps())
@settings(max_examples=60, deadline=None)
def test_nothing_is_flipped_or_turned_far(warp: Warp) -> None:
    points = points_on(warp)
    right = warp.forward(points + np.array([0.5, 0])) - warp.forward(points)
    down = warp.forward(points + np.array([0, 0.5])) - warp.forward(points)
    assert (right[:, 0] * down[:, 1] - right[:, 1] * down[:, 0] > 0).all()
    assert (right[:, 0] > 2.5 * np.abs(right[:, 1])).all()  # reading goes on from left to right
    assert (down[:, 1] > 2.5 * np.abs(down[:, 0])).all()


@given(warps())
@settings(max_examples=60, deadline=None)
def test_boxes_hold_all_that_was_inside_and_little_more(warp: Warp) -> None:
    width, height = warp.page
    box = np.array([[width // 4, height // 4, width // 2 + 2, height // 2 + 2]], np.int32)
    x0, y0, x1, y1 = warp.boxes(box)[0]
    share = np.stack(np.meshgrid(*[np.linspace(0, 1, 40)] * 2), axis=2).reshape(-1, 2)
    inside = warp.forward(box[0, :2] + share * (box[0, 2:] - box[0, :2]))
    assert (inside >= np.array([x0, y0]) - 0.1).all()
    assert (inside <= np.array([x1, y1]) + 0.1).all()
    assert np.abs(inside.min(axis=0) - [x0, y0]).max() < 1.5
    assert np.abs(inside.max(axis=0) - [x1, y1]).max() < 1.5


@given(warps())
@settings(max_examples=30, deadline=None)
def test_the_maps_for_pixels_are_the_exact_inverse(warp: Warp) -> None:
    x, y = warp.maps()
    assert x.shape == y.shape == (warp.size[1], warp.size[0])
    rows, columns = np.mgrid[: warp.size[1] : 7, : warp.size[0] : 7]
    exact = warp.inverse(np.stack([columns + 0.5, rows + 0.5], axis=2).reshape(-1, 2)) - 0.5
    found = np.stack([x[rows, columns], y[rows, columns]], axis=2).reshape(-1, 2)
    on_page = ((exact > 0) & (exact < np.array(warp.page))).all(axis=1)
    assert np.abs(found - exact)[on_page].max(initial=0) < 0.1


@given(warps(), st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_marks_at_the_corners_of_boxes_are_found_where_the_boxes_say(warp: Warp, at: int) -> None:
    """Draw a dot at each corner, wear the page, and look for the dots' centres."""
    width, height = warp.page
    x0, y0 = 8 + at % (width // 3), 8 + at // 1000 % (height // 3)
    x1, y1 = x0 + width // 3, y0 + height // 3
    quad = warp.quads(np.array([[x0, y0, x1, y1]], np.int32))[0]
    maps = warp.maps()
    for (x, y), expected in zip([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], quad, strict=True):
        page = np.full((height, width), 255, np.uint8)
        page[y - 2 : y + 2, x - 2 : x + 2] = 0  # its centre is the corner
        dark = 255.0 - resampled(page, maps)
        dark[dark < 30] = 0
        assert dark.sum() > 0
        rows, columns = np.mgrid[: dark.shape[0], : dark.shape[1]]
        centre = [((one + 0.5) * dark).sum() / dark.sum() for one in (columns, rows)]
        assert np.abs(np.array(centre) - expected).max() < 1.5


@given(warps())
@settings(max_examples=30, deadline=None)
def test_the_mask_covers_the_page_and_not_the_rest(warp: Warp) -> None:
    mask = warp.mask()
    inner = warp.forward(np.clip(points_on(warp), 1, np.array(warp.page) - 1))
    columns, rows = np.clip(inner.astype(int), 0, np.array(warp.size) - 1).T
    assert (mask[rows, columns] == 255).all()
    area = abs(np.linalg.det(warp.plane)) * warp.page[0] * warp.page[1]
    assert mask.shape == (warp.size[1], warp.size[0])
    assert area > 0


@pytest.mark.parametrize("limit", [64, 200, 1024])
def test_the_canvas_fits_the_limit(limit: int) -> None:
    bends = {"rotate": {"degrees": 3.0, "seed": 1}}
    warp = Warp.of((700, 1024), bends, {"margin": 0.03, "limit_px": limit, "seed": 2})
    assert max(warp.size) == limit


def test_boxes_outside_the_page_are_cut_off_at_the_canvas() -> None:
    canvas = {"margin": 0.0, "limit_px": 0, "seed": 0}
    warp = Warp.of((100, 100), {"rotate": {"degrees": 2.0, "seed": 0}}, canvas)
    boxes = np.array([[-50, -50, 400, 400], [500, 500, 600, 600], [7, 7, 7, 7]], np.int32)
    moved = warp.boxes(boxes)
    assert (moved >= 0).all()
    assert (moved <= np.array([*warp.size, *warp.size])).all()
    assert warp.boxes(np.zeros((0, 4), np.int32)).shape == (0, 4)


def test_a_turned_line_has_a_tight_quadrilateral_where_its_box_is_loose() -> None:
    canvas = {"margin": 0.0, "limit_px": 0, "seed": 0}
    warp = Warp.of((800, 600), {"rotate": {"degrees": 3.0, "seed": 0}}, canvas)
    line = np.array([[50, 300, 750, 312]], np.int32)
    quad = warp.quads(line)[0]
    edge_x, edge_y = np.roll(quad, -1, axis=0).T
    area = abs((quad[:, 0] * edge_y - quad[:, 1] * edge_x).sum()) / 2
    assert area == pytest.approx(700 * 12, rel=0.01)
    box = warp.boxes(line)[0]
    assert (box[3] - box[1]) > 3 * 12
