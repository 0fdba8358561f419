"""Parquet as the Hub has it: written by `datasets`, columns guessed or named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataengine.sample import Rejection
from tests.pipelines.imported.importing import import_all, picture, reasons, samples, write

IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
TURNS = pa.list_(pa.struct([("from", pa.string()), ("value", pa.string())]))
CAPTION = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def parquet(path: Path, rows: list[dict[str, Any]], **kinds: pa.DataType) -> Path:
    schema = pa.schema({"image": IMAGE, **kinds})
    pq.write_table(pa.Table.from_pylist(rows, schema), path, row_group_size=3)
    return path


def image(number: int, name: str | None = None) -> dict[str, Any]:
    return {"bytes": picture(number), "path": name}


@settings(max_examples=25, deadline=None)
@given(captions=st.lists(CAPTION, min_size=1, max_size=12))
def test_what_was_written_comes_back(
    captions: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("hub") / "train-00000-of-00001.parquet"
    rows = [{"image": image(n), "text": caption, "n": n} for n, caption in enumerate(captions)]
    outcomes = import_all(parquet(path, rows, text=pa.string(), n=pa.int64()))
    assert len(outcomes) == len(captions)
    for number, (caption, outcome) in enumerate(zip(captions, outcomes, strict=True)):
        assert outcome.source["records"] == [number]
        if not caption.strip():
            assert isinstance(outcome, Rejection)
            assert outcome.reason == "no-caption"
            continue
        (sample,) = samples([outcome])
        assert sample.image == picture(number)
        assert sample.targets == {"caption": caption.strip()}
        assert sample.source["meta"] == {"n": number}


def test_parquet_of_the_datasets_package(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    features = datasets.Features({"image": datasets.Image(), "caption": datasets.Value("string")})
    rows = {"image": [image(n) for n in range(5)], "caption": [f"c{n}" for n in range(5)]}
    made = datasets.Dataset.from_dict(rows, features=features)
    made.to_parquet(tmp_path / "a.parquet")
    found = samples(import_all(tmp_path / "a.parquet"))
    assert [one.targets["caption"] for one in found] == [f"c{n}" for n in range(5)]
    assert [one.image for one in found] == [picture(n) for n in range(5)]


def test_conversations(tmp_path: Path) -> None:
    said = [{"from": "human", "value": "<image>\nWhat?"}, {"from": "gpt", "value": "Noise."}]
    rows = [
        {"image": image(0), "id": "a", "conversations": said},
        {"image": image(1), "id": "b", "conversations": []},
        {"image": image(2), "id": "c", "conversations": None},
        {"image": None, "id": "d", "conversations": said},
        {"image": image(4), "id": "e", "conversations": said[:1]},
    ]
    path = parquet(tmp_path / "a.parquet", rows, id=pa.string(), conversations=TURNS)
    outcomes = import_all(path)
    due = {"sample": 1, "no-turns": 1, "malformed-record": 1, "text-only": 1, "turn-order": 1}
    assert reasons(outcomes) == due
    (sample,) = samples(outcomes)
    assert [turn.text for turn in sample.turns] == ["What?", "Noise."]
    assert sample.kind == "conversation"
    assert sample.source["record_id"] == "a"


def test_chat_messages_without_marks(tmp_path: Path) -> None:
    messages = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
    said = [{"role": "user", "content": "What?"}, {"role": "assistant", "content": "Noise."}]
    path = parquet(tmp_path / "a.parquet", [{"image": image(0), "m": said}], m=messages)
    assert reasons(import_all(path)) == {"image-marks": 1}
    assert reasons(import_all(path, unmarked="accept")) == {"sample": 1}


def test_several_pictures(tmp_path: Path) -> None:
    rows = [{"images": [image(n) for n in range(count)], "text": "a"} for count in (0, 1, 2)]
    schema = pa.schema({"images": pa.list_(IMAGE), "text": pa.string()})
    pq.write_table(pa.Table.from_pylist(rows, schema), tmp_path / "a.parquet")
    due = {"text-only": 1, "sample": 1, "several-images": 1}
    assert reasons(import_all(tmp_path / "a.parquet")) == due


def test_several_captions(tmp_path: Path) -> None:
    rows = [{"image": image(0), "caption": ["a", "b "]}, {"image": image(1), "caption": []}]
    path = parquet(tmp_path / "a.parquet", rows, caption=pa.list_(pa.string()))
    outcomes = import_all(path)
    assert samples(outcomes)[0].targets == {"caption": "a", "captions": ["a", "b"]}
    assert reasons(outcomes)["no-caption"] == 1


def test_pictures_that_are_only_named_lie_beside(tmp_path: Path) -> None:
    write(tmp_path / "img/1.jpg", picture(1))
    rows = [
        {"image": {"bytes": None, "path": name}, "text": "a"}
        for name in ("img/1.jpg", "img/2.jpg", "../../etc/passwd")
    ]
    path = parquet(tmp_path / "a.parquet", rows, text=pa.string())
    assert reasons(import_all(path)) == {"sample": 1, "missing-image": 2}


@pytest.mark.parametrize(
    "kinds",
    [
        {"alpha": pa.string(), "beta": pa.string()},
        {"caption": pa.string(), "text": pa.string()},
        {"n": pa.int64()},
        {"image2": IMAGE, "text": pa.string()},
        {"conversations": TURNS, "messages": TURNS},
    ],
)
def test_columns_that_cannot_be_told_are_listed(kinds: dict[str, Any], tmp_path: Path) -> None:
    path = parquet(tmp_path / "a.parquet", [{"image": image(0)}], **kinds)
    (refused,) = import_all(path)
    assert isinstance(refused, Rejection)
    assert refused.reason == "unknown-columns"
    assert all(name in refused.detail for name in ("image", *kinds))


def test_columns_by_option(tmp_path: Path) -> None:
    row = {"image": image(0), "image2": image(1), "alpha": "a", "beta": "b"}
    kinds = {"image2": IMAGE, "alpha": pa.string(), "beta": pa.string()}
    path = parquet(tmp_path / "a.parquet", [row], **kinds)
    (sample,) = samples(import_all(path, image="image2", text="beta"))
    assert sample.image == picture(1)
    assert sample.targets == {"caption": "b"}
    assert reasons(import_all(path, image="image2", text="gamma")) == {"unknown-columns": 1}


def test_a_text_column_of_another_type(tmp_path: Path) -> None:
    path = parquet(tmp_path / "a.parquet", [{"image": image(0), "n": 3}], n=pa.int64())
    assert reasons(import_all(path, text="n")) == {"malformed-record": 1}
    path = parquet(tmp_path / "b.parquet", [{"image": image(0), "text": "a"}], text=pa.string())
    assert reasons(import_all(path, image="text")) == {"unknown-columns": 1}
    path = parquet(
        tmp_path / "c.parquet",
        [{"image": image(0), "n": 3, "text": "a"}],
        n=pa.int64(),
        text=pa.string(),
    )
    assert reasons(import_all(path, image="n")) == {"malformed-record": 1}
