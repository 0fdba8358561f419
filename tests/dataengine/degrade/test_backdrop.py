"""Backdrops: around the page only, and never with anything to read."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from dataengine.degrade.backdrop import BACKDROPS, around
from dataengine.degrade.fields import coloured, grey


@pytest.mark.parametrize("kind", BACKDROPS)
@pytest.mark.parametrize("colour", [False, True])
def test_the_page_is_untouched_and_the_rest_is_smooth(kind: str, colour: bool) -> None:
    noise = np.random.Generator(np.random.PCG64(1)).integers(0, 256, (200, 160)).astype(np.uint8)
    page = coloured(noise) if colour else noise
    mask = np.zeros((200, 160), np.uint8)
    mask[40:160, 30:130] = 255
    for seed in range(12):
        laid = around(page, mask, kind, np.random.Generator(np.random.PCG64(seed)))
        inside = laid[40:160, 30:130]
        assert (grey(np.ascontiguousarray(inside)) == grey(page)[40:160, 30:130]).all()
        beside = grey(laid)[:36].astype(float)
        fine = beside - cv2.GaussianBlur(beside, (0, 0), 3)
        assert fine.std() < 8


def test_unknown_backdrops_raise() -> None:
    with pytest.raises(KeyError):
        around(np.zeros((9, 9), np.uint8), np.zeros((9, 9), np.uint8), "lawn", None)  # type: ignore[arg-type]
