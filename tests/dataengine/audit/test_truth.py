"""What of a row can be asked of OCR."""

from __future__ import annotations

from typing import Any

from dataengine.audit.truth import target_of, truth_of

SIZE = {"width": 200, "height": 200}


def region(level: str, text: str, *box: int) -> dict[str, Any]:
    return {"level": level, "text": text, "bbox": list(box)}


def test_displayed_formulas_are_left_out() -> None:
    text = "We find\n\na + b = c (1)\n\nwhich holds."
    row = SIZE | {"regions": [region("display", "a + b = c (1)", 0, 0, 90, 20)]}
    assert truth_of(row, text).tokens == ("we", "find", "which", "holds")


def test_headers_are_printed_but_not_asked_for() -> None:
    row = SIZE | {
        "regions": [
            region("header", "60 Rates", 0, 0, 90, 12),
            region("line", "60 Rates", 0, 0, 90, 12),
            region("line", "Body text", 0, 20, 90, 32),
        ]
    }
    truth = truth_of(row, "Body text")
    assert truth.margins == "60 Rates"
    assert truth.tokens == ("body", "text")
    assert [cut.text for cut in truth.cuts] == ["60 Rates", "Body text"]


def test_turned_texts_are_cut_and_slanted_ones_left_out() -> None:
    row = SIZE | {
        "regions": [
            region("axis-title", "Harvest (t)", 5, 10, 18, 90),
            region("tick", "Northern lowlands", 50, 100, 110, 145),
            region("tick", "Coast", 120, 100, 150, 112),
            region("tick", "1", 20, 50, 24, 60),
            region("bar", "Coast: 412", 120, 20, 150, 98),
        ]
    }
    truth = truth_of(row, "Harvest (t)\nNorthern lowlands\nCoast\n1")
    assert [(cut.text, cut.turned) for cut in truth.cuts] == [
        ("Harvest (t)", True),
        ("Coast", False),
        ("1", False),
    ]
    assert truth.left_out == ("Northern lowlands",)
    assert truth.tokens == ("harvest", "coast", "1")


def test_boxes_at_an_edge_are_not_whole() -> None:
    row = SIZE | {
        "regions": [region("line", "whole", 5, 5, 90, 20), region("line", "cut", 150, 30, 200, 45)]
    }
    assert truth_of(row, "whole\ncut").boxed == "whole"


def test_rows_without_text_have_no_target() -> None:
    for targets in ({}, {"text": "  "}, {"text": 5}, {"caption": "a dog"}, None, []):
        assert target_of({"targets": targets}) is None
    assert target_of({"targets": {"text": "words"}}) == "words"
