"""Short questions of benchmarks are found whole, counted apart, and tell no more than they are."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataengine.overlap.benchmark_report import BenchmarkReport
from dataengine.overlap.benchmarks import BenchmarkSearch
from dataengine.overlap.settings import BenchmarkOverlap
from dataengine.overlap.whole_texts import MAX_CHARS, whole_hash
from tests.dataengine.overlap.rows import long_passage, row, talk

QUESTION = "What is the value of the blue bar in 2014?"
CHINESE = "二〇一四年的产量是多少？"


def search(tmp_path, *questions: str) -> BenchmarkSearch:
    path = tmp_path / "bench.json"
    records = [{"imgname": "1.png", "query": one, "label": "14"} for one in questions]
    path.write_text(json.dumps(records), encoding="utf-8")
    return BenchmarkSearch(BenchmarkOverlap(files=(str(path),)))


def asked(*texts: str):
    return row("s", "", targets={}, turns=talk(*texts))


@pytest.mark.parametrize(
    "text",
    [
        QUESTION,
        "what is the VALUE of the blue bar, in 2014",
        f"{QUESTION}\nAnswer the question using a single word or phrase.",
    ],
)
def test_a_question_is_found_whole(tmp_path, text):
    (hit,) = search(tmp_path, "Who is it and where?", QUESTION).hits_of(asked(text, "14"))
    assert (hit.form, hit.record, hit.share) == ("question", 2, 1.0)


def test_a_question_in_chinese_is_found_whole(tmp_path):
    (hit,) = search(tmp_path, CHINESE).hits_of(asked(CHINESE.replace("？", " ?"), "14"))
    assert hit.form == "question"


@pytest.mark.parametrize(
    "turns",
    [
        ("What is the value of the red bar in 2014?", "14"),
        (QUESTION + " And why?", "14"),
        ("What?", QUESTION),  # said by the assistant
    ],
)
def test_other_questions_are_no_hits(tmp_path, turns):
    assert search(tmp_path, QUESTION).hits_of(asked(*turns)) == []


def test_questions_that_are_asked_everywhere_are_no_hits(tmp_path):
    assert search(tmp_path, "How many?").hits_of(asked("How many?", "Two.")) == []
    assert search(tmp_path, *[QUESTION] * 11).hits_of(asked(QUESTION, "14")) == []


def test_ngrams_are_told_before_questions(tmp_path):
    found = search(tmp_path, QUESTION, long_passage(1))
    (hit,) = found.hits_of(asked(QUESTION, long_passage(1)))
    assert hit.form == "text"


def test_questions_are_counted_apart(tmp_path):
    found = search(tmp_path, QUESTION, long_passage(1))
    report = BenchmarkReport(found)
    rows = [asked(QUESTION, "14"), row("t", long_passage(1))]
    assert [hit.form for hit in report.counted(found.hits(rows))] == ["question", "text"]
    data = report.as_data()
    assert (data["samples"], [hit.form for hit in report.worst]) == (1, ["text"])
    assert {hit["form"]: hit["count"] for hit in data["hits"]} == {"question": 1, "text": 1}
    assert data["files"][0]["wholes"] == 1


@given(st.text(max_size=2 * MAX_CHARS))
def test_any_text_has_a_hash_or_none(text):
    found = whole_hash(text)
    assert found is None or (0 <= found < 1 << 64 and len(text) <= MAX_CHARS)
    assert whole_hash(text) == found
