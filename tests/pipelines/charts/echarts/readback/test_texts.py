"""Strings count as drawn only if they were painted, with what covers or cuts them."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipelines.charts.echarts.readback.texts import read_texts
from pipelines.charts.echarts.recording import FILL, STROKE, DrawnText, Recording, Shapes

OWNER = ["label", 0, 3, 0, None]


def drawn(string: str, x: float, y: float, order: int = 0, **more: Any) -> DrawnText:
    box = (x, y, x + 40.0, y + 12.0)
    corners = ((x, y), (x + 40, y), (x + 40, y + 12), (x, y + 12))
    fields: dict[str, Any] = {"angle": 0.0, "size_px": 12.0, "bold": False, "colour": (0, 0, 0)}
    fields |= {"alpha": 1.0, "order": order, "corners": corners}
    return DrawnText(string=string, box=box, **(fields | more))


def recording(texts: list[DrawnText], shapes: list[dict[str, Any]] | None = None) -> Recording:
    pixels = np.full((100, 200, 3), 255, np.uint8)
    for one in texts:
        x0, y0, x1, y1 = (round(value) for value in one.box)
        pixels[y0:y1:3, x0:x1:2] = one.colour
    rows = shapes or []
    count = len(rows)
    made = Shapes(
        np.array([row["order"] for row in rows], np.int32),
        np.array([row["box"] for row in rows], np.float32).reshape(count, 4),
        np.tile(np.array([0, 0, 200, 100], np.float32), (count, 1)),
        np.zeros((count, 3), np.uint8),
        np.array([row.get("alpha", 1.0) for row in rows], np.float32),
        np.array([row.get("kind", FILL) for row in rows], np.uint8),
        np.array([row.get("solid", True) for row in rows], np.bool_),
    )
    return Recording(pixels, texts, made)


def row(string: str, x: float, y: float, owner: int = 0, line: float = 0.0) -> list[Any]:
    return [owner, string, x, y, line]


def test_lines_of_one_label_are_one_text() -> None:
    made = recording([drawn("one", 10, 10), drawn("two", 10, 24, 1)])
    rows = [row("one", 10, 16), row("two", 10, 30, line=14.0)]
    (text,) = read_texts(made, [OWNER], rows, {})
    assert text.string == "one\ntwo"
    assert text.box == (10, 10, 50, 36)
    assert (text.role, text.series, text.item, text.hidden) == ("label", 0, 3, "")


def test_pieces_of_one_line_are_joined() -> None:
    made = recording([drawn("one", 10, 10), drawn("two", 50, 10, 1)])
    (text,) = read_texts(made, [OWNER], [row("one", 10, 16), row("two", 50, 16)], {})
    assert text.string == "onetwo"


def test_what_was_not_painted_is_not_there() -> None:
    made = recording([drawn("other", 10, 10)])
    (text,) = read_texts(made, [OWNER], [row("lost", 10, 16)], {})
    assert (text.string, text.role) == ("other", "other")


def test_a_label_that_lost_a_line_is_clipped() -> None:
    made = recording([drawn("one", 10, 10)])
    rows = [row("one", 10, 16), row("two", 10, 30, line=14.0)]
    (text,) = read_texts(made, [OWNER], rows, {})
    assert (text.string, text.hidden) == ("one", "clipped")


def test_equal_strings_go_by_place() -> None:
    made = recording([drawn("5", 10, 10), drawn("5", 120, 60, 1)])
    owners = [["label", 0, 0, 0, None], ["label", 0, 1, 0, None]]
    texts = read_texts(made, owners, [row("5", 120, 66, owner=1)], {})
    assert [(text.role, text.item) for text in texts] == [("other", -1), ("label", 1)]


def test_nodes_are_counted_by_name() -> None:
    made = recording([drawn("leaf", 10, 10)])
    owners = [["label", -1, "Leaf", 0, None]]
    (text,) = read_texts(made, owners, [row("leaf", 10, 16)], {"Root": 0, "Leaf": 1})
    assert text.item == 1


def test_covered_by_a_later_fill() -> None:
    one, place = drawn("one", 10, 10, 5), row("one", 10, 16)
    over = {"order": 9, "box": (0, 0, 30, 30)}
    for shape, hidden in (
        (over, "covered"),
        (over | {"order": 2}, ""),
        (over | {"alpha": 0.3}, ""),
        (over | {"box": (60, 0, 90, 30)}, ""),
        (over | {"solid": False, "kind": STROKE}, ""),
    ):
        (text,) = read_texts(recording([one], [shape]), [OWNER], [place], {})
        assert text.hidden == hidden, shape


def test_a_later_shape_that_leaves_no_ink_covers() -> None:
    made = recording(
        [drawn("one", 10, 10, 5)], [{"order": 9, "box": (0, 0, 60, 30), "solid": False}]
    )
    made.pixels[:] = (10, 200, 10)
    (text,) = read_texts(made, [OWNER], [row("one", 10, 16)], {})
    assert text.hidden == "covered"


def test_clipped_and_missing() -> None:
    made = recording([drawn("on\u0378", 10, 10, clipped=True, missing="\u0378")])
    (text,) = read_texts(made, [OWNER], [row("on\u0378", 10, 16)], {})
    assert (text.hidden, text.missing) == ("clipped", "\u0378")


def test_turned_lines_keep_their_corners() -> None:
    corners = ((30.0, 40.0), (30.0, 10.0), (42.0, 10.0), (42.0, 40.0))
    turned = drawn("up", 30, 10, angle=-90.0, corners=corners)
    (text,) = read_texts(recording([turned]), [OWNER], [row("up", 36, 40)], {})
    assert text.corners == corners
    second = drawn("uq", 44, 10, 1, angle=-90.0, corners=tuple((x + 14, y) for x, y in corners))
    rows = [row("up", 36, 40), row("uq", 50, 40, line=14.0)]
    (text,) = read_texts(recording([turned, second]), [OWNER], rows, {})
    assert text.corners is not None
    xs, ys = zip(*text.corners, strict=True)
    assert (round(min(xs)), round(max(xs))) == (30, 56)
    assert (round(min(ys)), round(max(ys))) == (10, 40)
