"""img2dataset's Parquet form: rows with bytes, failed ones among them."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataengine.sample import Rejection
from tests.pipelines.imported.importing import import_all, picture, reasons, samples, write

CAPTION = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def table(captions: list[str | None], failed: tuple[int, ...] = ()) -> pa.Table:
    rows = [
        {
            "url": f"https://example.org/{n}.jpg",
            "caption": caption,
            "key": f"{n:09d}",
            "status": "failed_to_download" if n in failed else "success",
            "error_message": "HTTP Error 404" if n in failed else None,
            "width": None if n in failed else 40,
            "exif": "{}",
            "NSFW": "NSFW",
            "jpg": None if n in failed else picture(n),
        }
        for n, caption in enumerate(captions)
    ]
    kinds = {"caption": pa.string(), "width": pa.int32(), "jpg": pa.binary()}
    fields = [(name, kinds.get(name, pa.string())) for name in rows[0]]
    return pa.Table.from_pylist(rows, pa.schema(fields))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(CAPTION | st.none(), min_size=1, max_size=30),
    st.sets(st.integers(0, 29)),
    st.integers(1, 12),
)
def test_what_was_written_comes_back(captions: list[Any], failed: set[int], group: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "00000.parquet"
        pq.write_table(table(captions, tuple(failed)), path, row_group_size=group)
        outcomes = import_all(path)
    assert len(outcomes) == len(captions)
    for number, (caption, outcome) in enumerate(zip(captions, outcomes, strict=True)):
        assert outcome.source["records"] == [number]
        assert outcome.source["url"] == f"https://example.org/{number}.jpg"
        if isinstance(outcome, Rejection):
            assert outcome.reason == ("failed-download" if number in failed else "no-caption")
            assert number in failed or not (caption or "").strip()
            continue
        assert outcome.image == picture(number)
        assert outcome.targets == {"caption": caption.strip()}
        assert outcome.source["meta"]["width"] == 40
        assert "exif" not in outcome.source["meta"]


def test_a_row_without_picture_that_claims_success(tmp_path: Path) -> None:
    one = table(["a"], (0,))
    one = one.set_column(one.schema.get_field_index("status"), "status", pa.array(["success"]))
    pq.write_table(one, tmp_path / "a.parquet")
    assert reasons(import_all(tmp_path / "a.parquet")) == {"missing-image": 1}


def test_columns_by_option(tmp_path: Path) -> None:
    renamed = table(["a"]).rename_columns(
        ["url", "top", "key", "status", "error_message", "width", "exif", "NSFW", "pixels"]
    )
    path = tmp_path / "a.parquet"
    pq.write_table(renamed, path)
    found = import_all(path, format="img2dataset_parquet", image="pixels", text="top")
    assert samples(found)[0].targets == {"caption": "a"}
    (refused,) = import_all(path, format="img2dataset_parquet")
    assert isinstance(refused, Rejection)
    assert refused.reason == "unknown-columns"
    assert "pixels (binary)" in refused.detail


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_a_truncated_file_is_refused(share: float, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    pq.write_table(table(["a", "b"]), buffer)
    data = buffer.getvalue()
    path = write(tmp_path / "a.parquet", data[: int(len(data) * share)])
    for form in ("img2dataset_parquet", "auto"):
        assert reasons(import_all(path, format=form)) == {"broken-file": 1}
