"""Means by task, kind and language; intervals that draw pictures and hold the truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from trainers.evaluation.figures import make_groups
from trainers.evaluation.metric_sets import MetricSet
from trainers.evaluation.metrics.scores import Sample
from trainers.evaluation.metrics.text import summed_distance_of
from trainers.evaluation.scoring import Scored

ONE = MetricSet("one", {"m": "lower"}, "m", lambda said, target, mode: {})


def scored(number: int, value: float | None, picture: str = "", **changes) -> Scored:
    about = {"task": "t", "kind": "page", "language": "en", **changes}
    note = "odd" if value is None else ""
    return Scored(
        number, f"c{number}", about["task"], about["kind"], about["language"],
        about.get("member", ""), picture or f"c{number}", ONE,
        {"m": Sample(value, note)}, about.get("unread", ""),
    )  # fmt: skip


def test_counts_undefined_ones_and_notes():
    cases = [scored(0, 0.0), scored(1, 1.0), scored(2, None), scored(3, 1.0, unread="broken")]
    (group,) = make_groups(cases)
    figure = group.figures["m"]
    assert (group.cases, group.pictures, group.unread) == (4, 4, 1)
    assert (figure.value, figure.count, figure.undefined) == (pytest.approx(2 / 3), 3, 1)
    assert figure.notes == {"odd": 1}
    assert 0 <= figure.low < figure.value < figure.high <= 1


def test_kinds_and_languages_stand_below_their_task():
    cases = [
        scored(0, 0.0),
        scored(1, 1.0, language="zh"),
        scored(2, 0.5, kind="chart"),
        scored(3, 0.25, task="u"),
    ]
    groups = make_groups(cases)
    assert [(one.task, one.kind, one.language, one.cases) for one in groups] == [
        ("t", None, None, 3),
        ("t", "chart", "en", 1),
        ("t", "page", "en", 1),
        ("t", "page", "zh", 1),
        ("u", None, None, 1),
    ]
    assert groups[0].figures["m"].value == pytest.approx(0.5)


def test_members_of_a_mixture_stand_below_its_kinds():
    cases = [scored(0, 0.0, member="b"), scored(1, 1.0, member="a"), scored(2, 0.5, member="b")]
    groups = make_groups(cases)
    assert [(one.kind, one.member, one.cases) for one in groups] == [
        (None, None, 3),
        (None, "a", 1),
        (None, "b", 2),
    ]
    assert groups[2].figures["m"].value == pytest.approx(0.25)
    assert len(make_groups(cases[::2])) == 1, "one member is all of them"


def test_a_mean_of_weighted_cases_is_sum_by_sum():
    cases = [scored(number, 0.0) for number in range(3)]
    pairs = [("ab", "ab"), ("x", "abcdef"), ("", "")]
    cases = [
        replace(case, values={"m": summed_distance_of(*pair)})
        for case, pair in zip(cases, pairs, strict=True)
    ]
    figure = make_groups(cases)[0].figures["m"]
    assert figure.value == pytest.approx(6 / 8)  # 0 + 6 + 0 edits of 2 + 6 + 0 characters
    assert (figure.count, figure.undefined) == (3, 0)
    assert figure.low == pytest.approx(0)
    assert figure.high == pytest.approx(1)
    assert make_groups(cases[2:])[0].figures["m"].value is None


def test_no_interval_where_it_could_not_be_known():
    for cases in ([scored(0, 0.5)], [scored(0, 0.5, "p"), scored(1, 0.7, "p")], [scored(0, None)]):
        figure = make_groups(cases)[0].figures["m"]
        assert figure.low is None
        assert figure.high is None


def test_questions_about_one_picture_are_not_independent():
    rng = np.random.Generator(np.random.PCG64(1))
    by_picture = rng.random(40)
    alone = make_groups([scored(n, value) for n, value in enumerate(by_picture)])[0].figures["m"]
    repeated = make_groups(
        [scored(n, by_picture[n // 5], f"p{n // 5}") for n in range(200)]
    )[0].figures["m"]  # fmt: skip
    assert repeated.value == pytest.approx(alone.value)
    assert repeated.high - repeated.low == pytest.approx(alone.high - alone.low, rel=0.15)


def test_intervals_hold_the_true_mean_about_as_often_as_they_say():
    rng = np.random.Generator(np.random.PCG64(2))
    held = 0
    for seed in range(60):
        cases = [scored(n, float(value)) for n, value in enumerate(rng.random(30))]
        figure = make_groups(cases, seed)[0].figures["m"]
        held += figure.low <= 0.5 <= figure.high
    assert held >= 50
    assert make_groups(cases, 3) == make_groups(cases, 3)
