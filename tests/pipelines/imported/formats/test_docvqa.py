"""DocVQA's JSON: questions grouped by page or not, with every spelling of the answers."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataengine.sample import Rejection, Sample
from tests.conftest import REPOSITORY
from tests.pipelines.imported.importing import import_all, picture, reasons, samples, write

VQA = REPOSITORY.parent / "shared" / "data" / "vqa"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def record(number: int, image: str, question: str, answers: list[str] | None) -> dict[str, Any]:
    said = {} if answers is None else {"answers": answers}
    return {
        "questionId": number,
        "question": question,
        "question_types": ["layout"],
        "image": f"documents/{image}.png",
        "docId": 7,
        "ucsf_document_id": "abcd0001",
        "ucsf_document_page_no": "3",
        **said,
        "data_split": "val",
    }


def file_of(records: list[Any]) -> dict[str, Any]:
    return {
        "dataset_name": "docvqa",
        "dataset_version": "1.0",
        "dataset_split": "val",
        "data": records,
    }


RECORD = st.tuples(
    st.sampled_from(["a", "b", "gone"]), TEXT, st.none() | st.lists(TEXT, max_size=3)
)


@settings(max_examples=40, deadline=None)
@given(st.lists(RECORD, min_size=1, max_size=10), st.sampled_from(["image", "record"]))
def test_what_was_written_comes_back(written: list[Any], group: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, image in enumerate("ab"):
            write(folder / f"documents/{image}.png", picture(number, "PNG"))
        records = [record(number, *one) for number, one in enumerate(written)]
        outcomes = import_all(
            write(folder / "val.json", file_of(records)), format="docvqa", group=group
        )
    told = [number for one in outcomes for number in one.source["records"]]
    assert sorted(told) == list(range(len(written)))  # each once, none in another's place
    pictures = Counter()
    for outcome in outcomes:
        numbers = outcome.source["records"]
        images = {written[number][0] for number in numbers}
        assert len(images) == 1
        if isinstance(outcome, Rejection):
            image, question, answers = written[numbers[0]]
            due = {
                "no-answers": answers is None,
                "empty-question": not question.strip(),
                "empty-answer": answers is not None and not any(map(str.strip, answers)),
                "missing-image": image == "gone",
            }
            assert due[outcome.reason]
            continue
        pictures.update(images)
        assert isinstance(outcome, Sample)
        assert outcome.targets["qa"] == [
            {
                "question": written[number][1].strip(),
                "answers": [one.strip() for one in written[number][2] if one.strip()],
            }
            for number in numbers
        ]
        assert [turn.text for turn in outcome.turns[::2]] == [
            pair["question"] for pair in outcome.targets["qa"]
        ]
        for turn, pair in zip(outcome.turns[1::2], outcome.targets["qa"], strict=True):
            assert turn.text in pair["answers"]
        assert [one["record_id"] for one in outcome.source["questions"]] == numbers
    if group == "image":
        assert max(pictures.values(), default=1) == 1


def test_the_answer_is_what_most_people_gave(tmp_path: Path) -> None:
    write(tmp_path / "documents/a.png", picture(0, "PNG"))
    records = [
        record(1, "a", "Who?", ["Bob", "bob", "bob"]),
        record(2, "a", "When?", ["2001", "in 2001"]),
    ]
    (sample,) = samples(import_all(write(tmp_path / "a.json", file_of(records))))
    assert [turn.text for turn in sample.turns] == ["Who?", "bob", "When?", "2001"]
    assert sample.targets["qa"][0]["answers"] == ["Bob", "bob", "bob"]
    assert sample.kind == "document_qa"


def test_the_test_split_has_no_answers(tmp_path: Path) -> None:
    records = [record(number, "a", "Who?", None) for number in range(3)]
    outcomes = import_all(write(tmp_path / "a.json", file_of(records)))
    assert reasons(outcomes) == {"no-answers": 3}


@pytest.mark.parametrize("field", ["image", "question", "answers"])
@pytest.mark.parametrize("value", [None, 3, {"a": "b"}, [1], True])
def test_wrong_types(field: str, value: object, tmp_path: Path) -> None:
    bad = record(1, "a", "Who?", ["x"]) | {field: value}
    outcomes = import_all(write(tmp_path / "a.json", file_of([bad])))
    assert reasons(outcomes) == {"malformed-record": 1}


@pytest.mark.parametrize("text", ['{"data": 3}', '{"x": []}', '{"data": [', "[1]", ""])
def test_other_files(text: str, tmp_path: Path) -> None:
    (outcome,) = import_all(write(tmp_path / "a.json", text), format="docvqa")
    assert isinstance(outcome, Rejection)
    assert outcome.reason == "broken-file"


def test_the_licensed_example() -> None:
    if not VQA.is_dir():
        pytest.skip(f"the question sets are not at {VQA}")
    path = VQA / "docvqa_like" / "val_v1.0.json"
    grouped = samples(import_all(path))
    assert len(grouped) == 5
    assert sum(len(one.targets["qa"]) for one in grouped) == 12
    single = samples(import_all(path, group="record"))
    assert len(single) == 12
    assert Counter(one.language for one in single)["zh"] == 3
    first = single[1]
    assert first.turns[1].text == "version 2.2"
    assert first.targets["qa"][0]["answers"] == ["version 2.2", "2.2"]
    assert first.image == (path.parent / "documents/riscvspec_3.png").read_bytes()


@pytest.mark.parametrize("group", ["image", "record"])
def test_texts_without_end_are_refused_and_not_kept(tmp_path: Path, group: str) -> None:
    records = [
        {**record(1, "a", "q", ["a"]), "image": "n" * 50_000},
        record(2, "p", "q", ["a", "b" * 2000]),
    ]
    path = write(tmp_path / "val.json", file_of(records))
    write(tmp_path / "documents" / "p.png", picture(form="PNG"))
    made = import_all(path, format="docvqa", group=group, max_chars=1000)
    assert reasons(made) == {"bad-name": 1, "too-long": 1}
    assert all(len(one.source["image"]) <= 1000 for one in made)
