"""Regions are asked for only where what they say is beyond doubt."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dataengine.views.settings import View
from dataengine.views.viewing import Viewer
from tests.dataengine.views.rows import region, row


def asked(task: str, regions: list[dict[str, Any]], text: str = "", **view: Any) -> dict[str, str]:
    """Return request -> answer of all that a page gives."""
    settings = {"tasks": {task: 1}, "per_sample": 100, "prompt_language": "en", **view}
    page = row(targets={"text": text} if text else {}, regions=regions)
    made = Viewer(View.model_validate(settings), 1).conversations(page)
    return {one.turns[0].text: one.turns[1].text for one in made}


def answers(*given: Any, **view: Any) -> list[str]:
    return sorted(asked(*given, **view).values())


@given(
    x0=st.integers(0, 799), y0=st.integers(0, 999), dx=st.integers(1, 800), dy=st.integers(1, 1000)
)
def test_thousandths_are_rounded_and_ordered(x0: int, y0: int, dx: int, dy: int) -> None:
    box = (x0, y0, min(800, x0 + dx), min(1000, y0 + dy))
    found = asked("region_find", [region("line", *box, "words here")])
    for answer in found.values():
        values = [int(value) for value in answer[1:-1].split(",")]
        exact = [1000 * value / size for value, size in zip(box, (800, 1000) * 2, strict=True)]
        assert all(abs(a - b) <= 0.5 for a, b in zip(values, exact, strict=True))
        assert values[0] < values[2]
        assert values[1] < values[3]


def test_pixels_are_the_box_itself() -> None:
    one = region("line", 3, 5, 700, 29, "words here")
    assert answers("region_find", [one], boxes="pixels") == ["[3,5,700,29]"]
    [request] = asked("region_text", [one], boxes="pixels")
    assert "[3,5,700,29]" in request


def test_boxes_out_of_the_picture_or_of_no_size_are_refused() -> None:
    for box in ((-1, 0, 50, 20), (0, 0, 801, 20), (5, 5, 5, 20), (0, 0, 50, 1001)):
        assert answers("region_text", [region("line", *box, "words")]) == []


def test_empty_texts_are_refused() -> None:
    assert answers("region_text", [region("line", 0, 0, 90, 20, " \n")]) == []


def test_boxes_that_share_their_place_are_refused() -> None:
    first = region("line", 0, 0, 100, 20, "first")
    inside = region("line", 10, 2, 30, 18, "inside")
    beside = region("line", 0, 19, 100, 39, "beside")
    assert answers("region_text", [first, inside, beside]) == ["beside"]
    assert answers("region_text", [first, {**inside, "level": "word"}]) == ["first"]


def test_a_heading_that_runs_into_its_paragraph_leaves_both_out() -> None:
    paragraph = region("paragraph", 0, 0, 100, 60, "It does not stay.")
    heading = region("heading", 0, 0, 30, 20, "Keeping.")
    assert answers("region_text", [paragraph, heading], levels=["block"]) == []
    apart = region("heading", 0, 70, 30, 90, "Keeping.")
    assert len(answers("region_text", [paragraph, apart], levels=["block"])) == 2


def test_lines_of_formulas_and_tables_are_refused() -> None:
    line = region("line", 10, 10, 90, 20, "x = 1")
    for level, expected in (("display", []), ("table", []), ("paragraph", ["x = 1"])):
        outer = region(level, 0, 0, 100, 30, "x = 1")
        assert answers("region_text", [line, outer], levels=["line"]) == expected


def test_lines_must_stand_in_the_text_of_the_page() -> None:
    line = region("line", 0, 0, 100, 20, "rates ak of it")
    assert answers("region_text", [line], "the rates\nak of it") == ["rates ak of it"]
    assert answers("region_text", [line], "the rates aₖ of it") == []
    word = region("word", 0, 0, 20, 20, "ak")
    assert answers("region_text", [word], "to make", levels=["word"]) == []
    assert answers("region_text", [word], "so ak.", levels=["word"]) == ["ak"]


def test_blocks_are_all_levels_of_blocks_but_no_mark_of_a_chart() -> None:
    regions = [
        region("heading", 0, 0, 100, 20, "Heading"),
        region("paragraph", 0, 30, 100, 60, "Paragraph"),
        region("bar", 0, 70, 100, 90, "North: 4"),
        region("display", 0, 100, 100, 130, "x"),
        region("tick", 0, 140, 20, 150, "2001"),
    ]
    assert answers("region_text", regions, levels=["block"]) == ["Heading", "Paragraph"]
    assert answers("region_text", regions, levels=["line"]) == ["2001"]
    assert answers("region_text", regions, levels=["heading"]) == ["Heading"]


def test_levels_are_drawn_evenly() -> None:
    words = [region("word", 8 * n, 0, 8 * n + 7, 9, f"word{n}") for n in range(90)]
    lines = [region("line", 0, 20 * n, 90, 20 * n + 15, f"line{n}") for n in range(1, 11)]
    view = View(tasks={"region_text": 1}, levels=("word", "line"))
    page = row(targets={}, regions=words + lines)
    first = [Viewer(view, seed).conversations(page)[0].turns[1].text[:4] for seed in range(200)]
    assert 70 < first.count("line") < 130


def test_a_text_is_searched_for_only_if_it_stands_once() -> None:
    def line(y: int, text: str) -> dict[str, Any]:
        return region("line", 0, y, 100, y + 20, text)

    assert answers("region_find", [line(0, "same"), line(30, "same")]) == []
    assert answers("region_find", [line(0, "other"), line(30, "another one")]) == ["[0,30,125,50]"]
    assert answers("region_find", [line(0, "once")], "once, and once more") == []
    assert answers("region_find", [line(0, "public")], "public, of a Public library") == []
    assert answers("region_find", [line(0, "PUBLIC"), line(30, "publicly")]) == ["[0,30,125,50]"]
    assert answers("region_find", [line(0, "on ce")], "on\nce") == ["[0,0,125,20]"]
    assert answers("region_find", [line(0, "two\nlines")]) == []
    assert answers("region_find", [line(0, "x")]) == []
    assert answers("region_find", [line(0, "long " * 60)]) == []


def test_the_line_of_a_word_does_not_make_it_stand_twice() -> None:
    word = region("word", 0, 0, 40, 20, "once")
    within = region("line", 0, 0, 100, 20, "once only")
    assert answers("region_find", [word, within], levels=["word"]) == ["[0,0,50,20]"]
    twice = {**within, "text": "once or once"}
    assert answers("region_find", [word, twice], levels=["word"]) == []


def test_tables_are_read_whatever_the_levels() -> None:
    table = region("table", 0, 0, 400, 200, "a\tb\n1\t2")
    assert answers("region_table", [table]) == ["a\tb\n1\t2"]
    assert answers("region_text", [table]) == []
