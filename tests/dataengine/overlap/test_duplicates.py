"""Duplicates: planted ones of every form are found, and nothing else."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataengine.fingerprint import similarity, sketch
from dataengine.overlap.duplicates import find_duplicates
from dataengine.overlap.settings import FORMS, Duplicates
from tests.dataengine.overlap.rows import long_passage, nearly, photo, row, scene, talk


def found(rows, **settings):
    return [
        (one.dataset, one.id, one.of_dataset, one.of, one.form)
        for one in find_duplicates(rows, Duplicates(**settings))
    ]


def test_nothing_is_found_among_different_samples():
    rows = [row(f"a{number}", long_passage(number)) for number in range(30)]
    rows += [photo(f"p{number}", scene(number)) for number in range(30)]
    report = find_duplicates(rows)
    assert list(report) == []
    assert report.rows == 60
    assert report.compared == {"picture": 60, "text": 30, "near-text": 30, "near-picture": 30}


def test_each_form_is_found_within_and_across_datasets():
    text = long_passage(1, lines=40)
    half = np.ascontiguousarray(scene(7)[::2, ::2])
    rows = [
        row("a", text),
        photo("b", scene(7)),
        row("c", long_passage(2)),
        row("picture", "other words " + long_passage(3), "two", pixel_hash="pixels of one c"),
        row("text", "\n  " + text.replace(" ", "  "), "two"),
        row("near-text", nearly(text), "two"),
        photo("near-picture", half),
    ]
    assert found(rows) == [
        ("two", "picture", "one", "c", "picture"),
        ("two", "text", "one", "a", "text"),
        ("two", "near-text", "one", "a", "near-text"),
        ("one", "near-picture", "one", "b", "near-picture"),
    ]
    for form in FORMS:
        assert [one[-1] for one in found(rows, forms=[form]) if one[1] == form] == [form]


def test_exact_forms_are_told_before_near_ones():
    text = long_passage(1)
    report = find_duplicates([row("a", text), row("b", text), photo("c", scene(1))])
    assert [(one.id, one.form, one.similarity) for one in report] == [("b", "text", 1.0)]
    same = [photo("a", scene(1)), photo("b", scene(1), pixel_hash="pixels of one a")]
    assert found(same) == [("one", "b", "one", "a", "picture")]


def test_later_one_is_paired_with_its_nearest_earlier_one():
    text = long_passage(1, lines=40)
    nearer = nearly(text, 0.9, 0.97)
    rows = [row("far", nearly(nearer, 0.7, 0.8)), row("near", text), row("c", nearer)]
    of, expected = max(
        ((one["id"], similarity(sketch(nearer), one["fingerprint"])) for one in rows[:2]),
        key=lambda pair: pair[1],
    )
    (match,) = (one for one in find_duplicates(rows, Duplicates(near_text=0.6)) if one.id == "c")
    assert (match.of, match.similarity) == (of, pytest.approx(expected, abs=1e-4))


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=25), st.randoms())
def test_exact_groups_do_not_depend_on_order(drawn, order):
    rows = [
        row(f"s{place}", long_passage(text), f"d{place % 3}", pixel_hash=f"p{pixels}")
        for place, (text, pixels) in enumerate(drawn)
    ]
    shuffled = list(rows)
    order.shuffle(shuffled)
    for form, key in (("picture", 1), ("text", 0)):
        expected = len(drawn) - len({one[key] for one in drawn})
        for some in (rows, shuffled):
            assert len(found(some, forms=[form])) == expected


@settings(deadline=None)
@given(st.integers(0, 200))
def test_near_texts_are_symmetric(changed):
    text = long_passage(1, lines=12)
    other = text[:changed] + "#" + text[changed + 1 :]
    rows = [row("a", text), row("b", other)]
    forward = [one.similarity for one in find_duplicates(rows)]
    backward = [one.similarity for one in find_duplicates(rows[::-1])]
    assert forward == backward


def test_same_rows_give_the_same_report():
    rows = [row(f"s{number}", long_passage(number % 7), f"d{number % 2}") for number in range(40)]
    first, second = find_duplicates(rows), find_duplicates(rows)
    assert list(first) == list(second)
    assert first.as_data() == second.as_data()


def test_ids_are_told_apart_by_dataset():
    rows = [row("x", long_passage(1), "one"), row("x", long_passage(1), "two")]
    report = find_duplicates(rows)
    assert found(rows) == [("two", "x", "one", "x", "text")]
    assert report.removed() == {"one": set(), "two": {"x"}}
    assert report.counts() == {("two", "one", "text"): 1}


def test_questions_about_one_picture_are_no_duplicates():
    rows = [
        row("a", "", targets={}, turns=talk("What is the title?", "Rain"), pixel_hash="same"),
        row("b", "", targets={}, turns=talk("How many bars are there?", "4"), pixel_hash="same"),
        row("c", "", targets={}, turns=talk("What is the title?", "Rain"), pixel_hash="same"),
    ]
    assert found(rows) == [("one", "c", "one", "a", "picture")]
    near = [
        photo("a", scene(1), targets={}, turns=talk("What is it?", "A wave.")),
        photo("b", scene(1), targets={}, turns=talk("Who rides?", "A man.")),
    ]
    assert found(near) == []


def test_short_answers_about_two_pictures_are_no_duplicates():
    question = "What is the date that is mentioned in the heading of this document?"
    short = [row(key, "", targets={}, turns=talk(question, "8 May 1997")) for key in "ab"]
    assert found(short) == []
    answer = long_passage(4)
    long = [row(key, "", targets={}, turns=talk(question, answer)) for key in "ab"]
    assert found(long) == [("one", "b", "one", "a", "text")]


def test_captions_and_short_texts_are_not_compared():
    assert found([photo("a", scene(1)), photo("b", scene(2))]) == []
    assert found([row("a", "Contents"), row("b", "Contents")]) == []
    assert len(found([row("a", "Contents"), row("b", "Contents")], min_chars=3)) == 1


def test_charts_of_other_values_are_no_duplicates():
    """The stored sketch is that of the labels, which are the same."""
    labels = "Rain by month\n" + "\n".join(f"label {number}" for number in range(20))

    def chart(key: str, step: int):
        values = {f"label {number}": str(number * step + 3) for number in range(20)}
        return row(key, labels, targets={"text": labels, "dict": {"values": values}})

    assert found([chart("a", 17), chart("b", 23)]) == []
    assert found([chart("a", 17), chart("b", 17)]) == [("one", "b", "one", "a", "text")]


@pytest.mark.parametrize(
    "changes",
    [
        {"fingerprint": b"too short to be a sketch"},
        {"fingerprint": None, "pixel_hash": None, "targets": None},
        {"targets": {"text": "\ud800 lone \udfff" * 30}},
        {"targets": {"text": 5, "html": ["no", "text"]}},
        {"targets": {"dict": [[[[]]] * 30]}},
        {"turns": []},
    ],
)
def test_odd_rows_do_no_harm(changes):
    rows = [row("a", long_passage(1)), row("odd", long_passage(2), **changes)]
    assert [one for one in found(rows) if one[1] == "odd"] == []


def test_deeply_nested_target_does_no_harm():
    deep: list = []
    for _ in range(100_000):
        deep = [deep]
    assert found([row("a", "", targets={"dict": deep}), row("b", "", targets={"dict": deep})]) == []


CODE = """
import sys
from tests.dataengine.memory import peak_mb
from tests.dataengine.overlap.rows import row
from dataengine.overlap.duplicates import find_duplicates
from dataengine.overlap.settings import Duplicates
page = row("", "")
text = "x" * 4000
before = peak_mb()
rows = (
    {**page, "id": f"page-{n:09d}", "targets": {"text": f"{n} {text}"}, "pixel_hash": f"{n:032x}"}
    for n in range(40_000)
)
assert len(find_duplicates(rows, Duplicates(forms=("picture", "text")))) == 0
print(peak_mb() - before)
"""


def test_texts_are_not_kept():
    """40,000 texts are 160 MB; what is kept of them is under 100 bytes each."""
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 80
