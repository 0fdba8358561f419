"""The proof gives each fault its own reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from pipelines.charts.colours import distance
from pipelines.charts.drawing import Drawing, Text
from pipelines.charts.proof.distinct import check_distinct
from pipelines.charts.proof.ink import check_ink
from pipelines.charts.proof.legibility import check_legibility
from pipelines.charts.proof.prove import Disproved, Proved
from pipelines.charts.proof.verdict import Fault
from pipelines.charts.truth.reading import Truth, read_truth
from tests.pipelines.charts.proof.breaking import BREAKS, Pair, judge
from tests.pipelines.charts.proof.drawing import draw

REASON_OF = {
    "missing_glyphs": ("bar", "missing-glyph"),
    "covered_text": ("bar", "clipped"),
    "tiny_text": ("bar", "too-small"),
    "painted_dark": ("bar", "low-contrast"),
    "dropped_category": ("line", "category-missing"),
    "dropped_label": ("bar", "label-missing"),
    "label_other": ("bar", "label-mismatch"),
    "dropped_legend": ("bar_grouped", "legend-missing"),
    "legend_colour": ("bar_grouped", "legend-mismatch"),
    "wrong_tick": ("bar", "tick-mismatch"),
    "other_language": ("bar", "wrong-script"),
    "bar_lengthened": ("bar_horizontal", "mark-mismatch"),
    "bar_shortened": ("histogram", "mark-missing"),
    "slice_unseen": ("pie", "mark-missing"),
    "truth_off": ("box", "truth-mismatch"),
}


@pytest.mark.parametrize(("name", "kind", "reason"), [(n, *case) for n, case in REASON_OF.items()])
def test_fault_has_its_own_reason(name: str, kind: str, reason: str) -> None:
    broken = BREAKS[name](draw("matplotlib", kind), np.random.default_rng(5))
    assert broken is not None
    verdict = judge(broken)
    assert isinstance(verdict, Disproved)
    assert verdict.reason == reason


def test_scores_tell_what_can_be_read() -> None:
    read = judge(draw("matplotlib", "bar", labelled=False))
    printed = judge(draw("matplotlib", "bar"))
    assert isinstance(read, Proved)
    assert isinstance(printed, Proved)
    assert not read.scores["labelled"]
    assert read.scores["tolerance"]["y"] > 0
    assert 0 < read.scores["tolerance_share"]["y"] < 0.02
    assert printed.scores["labelled"]
    assert printed.scores["exact"] == printed.scores["values"] == 6


def test_series_that_look_alike_are_refused() -> None:
    pair = draw("matplotlib", "bar_grouped")
    first = next(mark.colour for mark in pair.drawing.marks if mark.series == 0)
    marks = [replace(mark, colour=first) for mark in pair.drawing.marks]
    legend = [replace(entry, colour=first) for entry in pair.drawing.legend]
    verdict = judge(Pair(pair.spec, pair.style, replace(pair.drawing, marks=marks, legend=legend)))
    assert isinstance(verdict, Disproved)
    assert verdict.reason in ("alike", "mark-missing")


@pytest.mark.parametrize(("index", "shown"), [(1, True), (1, False), (0, False)])
def test_both_colours_of_candles_are_in_the_legend(index: int, shown: bool) -> None:
    # All candles of the example rise, so that no mark has the falling colour.
    pair = draw("matplotlib", "candlestick")
    assert isinstance(judge(pair), Proved)
    legend = list(pair.drawing.legend)
    rising = legend[0].colour
    assert rising is not None
    near = (min(255, rising[0] + 3), rising[1], rising[2]) if shown else None
    legend[index] = replace(legend[index], colour=near)
    verdict = judge(Pair(pair.spec, pair.style, replace(pair.drawing, legend=legend)))
    assert isinstance(verdict, Disproved)
    assert verdict.reason == ("alike" if shown else "legend-mismatch")


@pytest.mark.parametrize(("shift", "reason"), [((14, 10, 0), "alike"), ((60, 0, 40), "")])
def test_series_of_near_colours_are_refused(shift: tuple[int, int, int], reason: str) -> None:
    pair = draw("matplotlib", "line_multi", labelled=False)
    first = next(one.colour for one in pair.drawing.marks if one.series == 0)
    assert first is not None
    near = tuple(min(255, part + more) for part, more in zip(first, shift, strict=True))

    def recoloured(ones: list[Any]) -> list[Any]:
        return [
            replace(one, colour=near, looks="") if one.series == 1
            else replace(one, looks="") if one.series == 0 else one
            for one in ones
        ]  # fmt: skip

    drawing = replace(
        pair.drawing,
        marks=recoloured(pair.drawing.marks),
        legend=recoloured(pair.drawing.legend),
    )
    truth = read_truth(pair.spec, drawing)
    assert isinstance(truth, Truth)
    if not reason:
        assert check_distinct(pair.spec, pair.style, drawing, truth) >= 20
        return
    with pytest.raises(Fault, match=reason):
        check_distinct(pair.spec, pair.style, drawing, truth)


def _text(string: str, box: tuple[float, float, float, float], turn: float = 0.0) -> Text:
    corners = None
    if turn:
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        wide, tall = (box[2] - box[0]) / 2, (box[3] - box[1]) / 2
        cos, sin = np.cos(np.radians(turn)), np.sin(np.radians(turn))
        places = [(sx * wide, sy * tall) for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
        corners = tuple((x + a * cos - b * sin, y + a * sin + b * cos) for a, b in places)
        xs, ys = [p[0] for p in corners], [p[1] for p in corners]
        box = min(xs), min(ys), max(xs), max(ys)
    return Text(string, "x_tick", box, 12.0, (0, 0, 0), corners)


def _legible(*texts: Text) -> None:
    drawing = Drawing(np.full((400, 400, 3), 255, np.uint8), list(texts))
    check_legibility(drawing, training_px=1024, min_text_px=8.0)


def test_turned_names_may_share_boxes_but_not_places() -> None:
    first = _text("North", (100, 100, 160, 114), 45)
    _legible(first, _text("South", (130, 100, 190, 114), 45))
    with pytest.raises(Fault, match="overlap"):
        _legible(first, _text("South", (108, 100, 168, 114), 45))


def test_a_name_touching_the_one_below_is_refused() -> None:
    upper = _text("North", (100, 100, 160, 114))
    _legible(upper, _text("South", (100, 112, 160, 126)))
    with pytest.raises(Fault, match="overlap"):
        _legible(upper, _text("South", (100, 106, 160, 120)))


def test_large_pictures_are_measured_at_the_training_size() -> None:
    text = _text("North", (100, 100, 160, 114))
    drawing = Drawing(np.full((400, 1600, 3), 255, np.uint8), [text])
    with pytest.raises(Fault, match="too-small"):
        check_legibility(drawing, training_px=1024, min_text_px=8.0)


def test_ink_has_to_run_along_the_whole_text() -> None:
    pixels = np.full((60, 200, 3), 255, np.uint8)
    pixels[22:34:3, 20:140:3] = 0
    text = replace(_text("Long enough words", (20, 20, 140, 36)), size_px=14.0)
    assert check_ink(Drawing(pixels, [text])) > 0
    pixels[20:36, 70:110] = 255
    with pytest.raises(Fault, match="no-ink"):
        check_ink(Drawing(pixels, [text]))


def test_text_outside_the_picture_has_no_ink() -> None:
    with pytest.raises(Fault, match="no-ink"):
        check_ink(Drawing(np.zeros((50, 50, 3), np.uint8), [_text("x", (60, 60, 70, 70))]))


def test_distance_of_colours_is_that_of_the_standard() -> None:
    # Black to white is 100 in L* alone; red to green as in tables of CIELAB under D65.
    assert distance((0, 0, 0), (255, 255, 255)) == pytest.approx(100, abs=0.1)
    assert distance((255, 0, 0), (0, 255, 0)) == pytest.approx(170.6, abs=0.5)
    assert distance((12, 34, 56), (12, 34, 56)) == 0
