"""The points of a cloud can be told apart: none lies upon another."""

from __future__ import annotations

import numpy as np

from pipelines.charts.proof.verdict import Fault
from pipelines.charts.spec.model import Points, Spec
from pipelines.charts.truth.reading import Findings

_SAME_PX = 2.0
_SLACK_PX = 0.5
_LAYERS = 2
"""Bubbles are a quarter transparent: under so many others the middle of one is not seen."""


def check_clouds(spec: Spec, found: Findings) -> None:
    """Check points of scatter plots and bubbles.

    Raises:
        Fault: points-hidden.
    """
    if not isinstance(spec.data, Points):
        return
    marks = [found.marks[key] for key in found.places]
    places = np.array([mark.measures[:2] for mark in marks], np.float64)
    boxes = np.array([mark.box for mark in marks], np.float64)
    away = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    later = np.triu(np.ones_like(away, dtype=bool), 1)
    near = later & (away <= _SAME_PX)
    if near.any():
        a, b = np.argwhere(near)[0].tolist()
        raise Fault("points-hidden", f"points are {away[a, b]:.1f} px apart ({near.sum()} such)")
    if spec.data.size is None:
        inside = (boxes[:, None, :2] >= boxes[None, :, :2] - _SLACK_PX).all(2)
        inside &= (boxes[:, None, 2:] <= boxes[None, :, 2:] + _SLACK_PX).all(2)
        hidden = (inside & later).any(1)
    else:
        radii = (boxes[:, 2] - boxes[:, 0]) / 2
        covers = later & (away < radii[None])
        inside = later & (away + radii[:, None] <= radii[None] + _SLACK_PX)
        hidden = (covers.sum(1) >= _LAYERS) | inside.any(1)
    if hidden.any():
        at = int(hidden.argmax())
        raise Fault("points-hidden", f"the point at {places[at].round()} lies under others")
