"""Lines are whole at a plot's edge; what is filled ends there."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from pipelines.charts.mpl.stage import Stage
from tests.pipelines.charts.examples import plain_style

BOX = (100, 50, 300, 250)


def painted(artist: Line2D | Rectangle) -> npt.NDArray[np.bool_]:
    """Return which pixels an artist covers, y upwards."""
    frame = plain_style(width=400, height=300, background="#ffffff", spines=()).frame
    stage = Stage()
    stage.begin(frame)
    plane = stage.plane(BOX, frame)
    plane.set_limits((0.0, 1.0), (0.0, 1.0))
    plane.add(artist)
    return np.asarray((stage.paint([])[::-1] != 255).any(axis=2))


@pytest.mark.parametrize("marker", ["o", "s", "D", "^"])
def test_markers_at_the_edges_are_whole(marker: str) -> None:
    counts = [
        painted(Line2D([x], [y], color="black", marker=marker, markersize=9, markeredgewidth=0))
        for x, y in ((0.5, 0.5), (0.0, 0.5), (1.0, 0.5), (0.0, 1.0), (1.0, 0.0))
    ]
    sums = {int(count.sum()) for count in counts}
    assert len(sums) == 1
    assert min(sums) > 30


def test_lines_along_an_edge_are_whole() -> None:
    thick = [
        painted(Line2D([0.2, 0.8], [y, y], color="black", linewidth=6)).sum() for y in (0.5, 1)
    ]
    assert thick[0] == thick[1] > 0


def test_fills_end_at_the_edges() -> None:
    ink = painted(Rectangle((-1, 0.2), 3, 0.2, facecolor="black", linewidth=0))
    columns = np.flatnonzero(ink.any(axis=0))
    assert (columns[0], columns[-1]) == (BOX[0], BOX[2] - 1)
