"""ChartQA's folders: human and augmented questions, the table behind the chart."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataengine.sample import Rejection
from tests.conftest import REPOSITORY
from tests.pipelines.imported.importing import import_all, picture, reasons, samples, write

VQA = REPOSITORY.parent / "shared" / "data" / "vqa"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(str.strip)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), TEXT, TEXT), min_size=1, max_size=8), st.booleans())
def test_what_was_written_comes_back(written: list[Any], table: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(3):
            write(folder / f"png/{number}.png", picture(number, "PNG"))
            if table:
                write(folder / f"tables/{number}.csv", f"\ufeffYear,x\n{number},1\n")
        records = [
            {"imgname": f"{image}.png", "query": query, "label": label}
            for image, query, label in written
        ]
        outcomes = import_all(write(folder / "train_augmented.json", records), format="chartqa")
    for sample in samples(outcomes):
        rows = [written[number] for number in sample.source["records"]]
        assert sample.image == picture(rows[0][0], "PNG")
        assert sample.targets["qa"] == [
            {"question": query.strip(), "answers": [label.strip()]} for _, query, label in rows
        ]
        assert sample.targets.get("csv") == (f"Year,x\n{rows[0][0]},1\n" if table else None)
        assert sample.source["questions_by"] == "augmented"
    assert len(outcomes) == len({image for image, _, _ in written})


def test_the_licensed_example() -> None:
    if not VQA.is_dir():
        pytest.skip(f"the question sets are not at {VQA}")
    found = samples(import_all(VQA / "chartqa_like" / "test_human.json"))
    assert len(found) == 8
    assert sum(len(one.targets["qa"]) for one in found) == 20
    assert {one.source["questions_by"] for one in found} == {"human"}
    assert all(one.targets["csv"] and one.kind == "chart_qa" for one in found)
    assert {one.language for one in found} >= {"en", "zh"}


def test_the_excerpt_without_pictures() -> None:
    if not VQA.is_dir():
        pytest.skip(f"the question sets are not at {VQA}")
    path = VQA / "chartqa_real_noimages" / "test_human_excerpt.json"
    outcomes = import_all(path, group="record")
    assert reasons(outcomes) == {"missing-image": 30}
    assert "record 29: no file 'png/" in outcomes[29].detail  # type: ignore[union-attr]
    grouped = import_all(path)
    assert set(reasons(grouped)) == {"missing-image"}
    assert sorted(n for one in grouped for n in one.source["records"]) == list(range(30))


@pytest.mark.parametrize(
    ("record", "due"),
    [
        ({"imgname": "0.png", "query": "q", "label": 14}, "malformed-record"),
        ({"imgname": "0.png", "query": "q", "label": ["14"]}, "malformed-record"),
        ({"imgname": "0.png", "query": "q"}, "malformed-record"),
        ({"imgname": "0.png", "query": " ", "label": "14"}, "empty-question"),
        ({"imgname": "0.png", "query": "q", "label": ""}, "empty-answer"),
        ({"imgname": "", "query": "q", "label": "14"}, "bad-name"),
        ({"imgname": "../../secret.png", "query": "q", "label": "14"}, "missing-image"),
        ({"imgname": "/etc/passwd", "query": "q", "label": "14"}, "missing-image"),
    ],
)
def test_bad_records(record: dict[str, Any], due: str, tmp_path: Path) -> None:
    write(tmp_path / "secret.png", picture(9, "PNG"))
    write(tmp_path / "set/png/0.png", picture(0, "PNG"))
    good = {"imgname": "0.png", "query": "q", "label": "1"}
    path = write(tmp_path / "set/train_human.json", [good, record])
    for group in ("image", "record"):
        outcomes = import_all(path, format="chartqa", group=group)
        assert reasons(outcomes) == {"sample": 1, due: 1}
        assert isinstance(outcomes[1], Rejection)


def test_pairs_beyond_the_limit_begin_another_sample(tmp_path: Path) -> None:
    write(tmp_path / "png/0.png", picture(0, "PNG"))
    records = [{"imgname": "0.png", "query": str(n), "label": "1"} for n in range(7)]
    outcomes = import_all(write(tmp_path / "train_human.json", records), max_turns=4)
    assert [one.source["records"] for one in outcomes] == [[0, 1], [2, 3], [4, 5], [6]]
