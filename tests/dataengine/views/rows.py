"""Rows as the reader gives them, for tests of views."""

from __future__ import annotations

from typing import Any

CSV = ",North,Coast\r\nPears,4,7\r\nApples,12,3\r\n"


def row(id: str = "pages-7-000000001", **changes: Any) -> dict[str, Any]:
    """Return a page of two lines."""
    page = {
        "id": id,
        "kind": "page",
        "language": "en",
        "width": 800,
        "height": 1000,
        "targets": {"text": "First line of it\nAnother line", "markdown": "# First line of it"},
        "regions": [
            region("line", 100, 100, 500, 120, "First line of it"),
            region("line", 100, 130, 500, 150, "Another line"),
        ],
        "turns": None,
        "source": {"corpus": "bundled_en"},
        "image": {"bytes": b"png", "path": f"{id}.png"},
        "template": None,
    }
    return {**page, **changes}


def region(level: str, x0: int, y0: int, x1: int, y1: int, text: str) -> dict[str, Any]:
    """Return a region as the reader gives it."""
    return {"level": level, "bbox": [x0, y0, x1, y1], "text": text}


def chart(id: str = "charts-7-000000001", **changes: Any) -> dict[str, Any]:
    """Return a chart whose stored dict has sorted keys, as datasets have."""
    values = {"Coast": {"Apples": "3", "Pears": "7"}, "North": {"Apples": "12", "Pears": "4"}}
    titles = {"source": "None", "title": "Fruit", "x_title": "None", "y_title": "t"}
    targets = {
        "csv": CSV,
        "dict": {**titles, "values": values},
        "dict_vary": {"data": values, "title": "Fruit", "y_title": "t"},
        "text": "Fruit\nPears\nApples",
    }
    return row(id, kind="chart", targets=targets, regions=[], **changes)
