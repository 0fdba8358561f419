"""Boxes by hand, against an oracle, and hostile ones."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainers.evaluation.metrics.boxes import MAX_BOXES, box_scores, boxes_of, overlap, parse_boxes

PLACES = st.tuples(*[st.integers(0, 6)] * 4)
LISTS = st.lists(st.tuples(st.sampled_from(["a", "b"]), PLACES), max_size=4)


def written(boxes) -> str:
    return "; ".join(f"{name}: [{', '.join(map(str, place))}]" for name, place in boxes) + "."


def values(prediction: str, target: str) -> dict[str, float | None]:
    return {name: sample.value for name, sample in boxes_of(prediction, target).items()}


def test_reads_both_forms_of_the_views():
    (alone,) = parse_boxes("[12,30,400,52]")
    assert alone == ("", 12, 30, 400, 52)
    listed = parse_boxes("Person: [535, 544, 568, 591]; Hot Dog: [009, 552, 058, 737], [1,2,3,4].")
    assert [one.name for one in listed] == ["person", "hot dog", "hot dog"]
    assert listed[1][1:] == (9, 552, 58, 737)
    assert [one.name for one in parse_boxes("汽车：[1,2,3,4]；人：[5,6,7,8]")] == ["汽车", "人"]
    assert parse_boxes("[1,2,3] [1,2,3,4,5] [a,b,c,d] [1 2 3 4]") == []


def test_single_box_by_hand():
    # 10x10 against the same moved by 5: 50 shared of 150
    found = values("The box is: [5,0,15,10]", "[0,0,10,10]")
    assert found["iou"] == pytest.approx(1 / 3)
    assert found["f1_50"] == 0
    assert values("[0,0,10,10]", "[0,0,10,10]")["iou"] == 1
    # 10x10 against 10x6: 60 of 100
    found = values("[0,0,10,6]", "[0,0,10,10]")
    assert (found["iou"], found["f1_50"], found["f1_75"]) == (pytest.approx(0.6), 1, 0)


def test_several_boxes_by_hand():
    target = "a: [0,0,10,10], [20,0,30,10]; b: [0,20,10,30]."
    found = values("b: [0,0,10,10]; a: [0,0,10,10], [20,0,30,5].", target)
    assert found["iou"] == pytest.approx((1 + 0.5) / 3)
    assert found["precision_50"] == found["recall_50"] == pytest.approx(2 / 3)
    assert found["f1_75"] == pytest.approx(1 / 3)
    doubled = values("a: [0,0,10,10], [0,0,10,10].", "a: [0,0,10,10].")
    assert (doubled["iou"], doubled["precision_50"], doubled["recall_50"]) == (0.5, 0.5, 1)


def test_what_is_missing():
    assert set(values("nowhere", "[0,0,1,1]").values()) == {0}
    assert set(values("[0,0,1,1]", "no box").values()) == {None}
    assert values("[9,9,0,0]", "[0,0,9,9]")["iou"] == 0
    endless = boxes_of("[0,0,1,1]" * (MAX_BOXES + 1), "[0,0,1,1]")
    assert {(one.value, one.note) for one in endless.values()} == {(0, "too large")}
    parse_boxes("[1," * 60_000)
    parse_boxes("[" + " " * 100_000)


@settings(max_examples=150)
@given(LISTS, LISTS)
def test_best_pairs_bounds_and_symmetry(first, second):
    if not first or not second:
        return
    found, turned = values(written(first), written(second)), values(written(second), written(first))
    one, other = parse_boxes(written(first)), parse_boxes(written(second))
    few, many = sorted((one, other), key=len)
    best = max(
        sum(overlap(a, b) for a, b in zip(few, order, strict=False) if a.name == b.name)
        for order in permutations(many)
    )
    assert found["iou"] == pytest.approx(best / len(many))
    assert found["iou"] == pytest.approx(turned["iou"])
    assert found["precision_50"] == turned["recall_50"]
    assert 0 <= found["f1_75"] <= found["f1_50"] <= 1


def test_means_over_answers():
    scores = box_scores(["[0,0,1,1]", "", "x"], ["[0,0,1,1]", "[0,0,1,1]", "none"])
    assert (scores["iou"].value, scores["iou"].count, scores["iou"].undefined) == (0.5, 2, 1)
