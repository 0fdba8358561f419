"""Sheets of pairs, and the verb that draws them."""

from __future__ import annotations

from dataengine.degrade.degrader import Degrader
from dataengine.degrade.settings import Degradation
from dataengine.degrade.sheet import Pair, pairs_sheet
from tests.dataengine.degrade.pages import page_row


def pair(**settings) -> Pair:
    row = {**page_row(), "language": "en"}
    return Pair(row, Degrader(Degradation.model_validate(settings), 0).outcome(row))


def test_a_pair_says_what_was_done() -> None:
    worn = pair(share=1, profiles={"*": {"photo": 1}})
    assert "photo" in worn.line()
    assert worn.as_data()["applied"][0]["profile"] == "photo"
    assert "canvas" not in worn.effects()
    clean = pair(share=0)
    assert clean.line().endswith("left clean (not-drawn)")
    assert clean.as_data()["applied"] == []
    assert clean.effects() == []


def test_a_sheet_has_two_cells_for_each_pair() -> None:
    pairs = [pair(share=1), pair(share=0)]
    wide = pairs_sheet(pairs, columns=2, cell_px=100, levels=["line"])
    narrow = pairs_sheet(pairs, columns=1, cell_px=100)
    assert wide.width > narrow.width
    assert wide.height < narrow.height
    assert wide.tobytes() != pairs_sheet(pairs, columns=2, cell_px=100).tobytes()
