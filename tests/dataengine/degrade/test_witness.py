"""The witness: bent pages are flattened by the recorded map, and errors are those of reading."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from dataengine.degrade.degrader import Degrader
from dataengine.degrade.fields import grey
from dataengine.degrade.settings import Degradation
from dataengine.degrade.witness import flattened, read_error, readable, witness
from dataengine.imaging import decode_pixels
from tests.dataengine.degrade.pages import LINES, page_row

needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="Tesseract is not installed"
)


def test_flattened_pages_lie_as_the_stored_ones_do() -> None:
    row = page_row()
    off = {"shadow": False, "uneven": False, "folds": False}
    settings = Degradation(
        share=1, strength=(0.6, 0.6), profiles={"*": {"photo": 1}}, effects=off, min_text_px=0
    )
    clean = decode_pixels(row["image"]["bytes"]).astype(float).ravel()
    for seed in range(4):
        worn = Degrader(settings, seed).outcome(row).worn
        assert worn is not None
        flat = flattened(row, worn)
        assert flat is not None
        pixels = grey(decode_pixels(flat))
        assert pixels.shape == (row["height"], row["width"])
        assert np.corrcoef(clean, pixels.astype(float).ravel())[0, 1] > 0.8


def test_pages_that_were_not_bent_are_not_flattened() -> None:
    settings = Degradation(share=1, profiles={"*": {"jpeg": 1}})
    worn = Degrader(settings, 0).outcome(page_row()).worn
    assert worn is not None
    assert flattened(page_row(), worn) is None


@needs_tesseract
def test_pages_that_read_well_are_read_and_compared() -> None:
    pytest.importorskip("rapidfuzz")
    text = "\n".join(one for one in LINES[:3])
    row = {**page_row((420, 200)), "language": "en", "targets": {"text": text}}
    other = {**row, "targets": {"text": "something else altogether"}}
    pages = readable([other, row, {**row, "targets": {}}, row], 1)
    assert len(pages) == 1
    assert read_error(row, row["image"]["bytes"]) == pages[0][1] < 0.1
    (figures,) = witness(pages, ["jpeg"], [0.2])
    assert (figures.pages, figures.left) == (1, 0)
    assert figures.worn < 0.15
