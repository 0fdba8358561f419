"""Jobs of imports: the same bytes with any number of workers, every record accounted for."""

from __future__ import annotations

import io
import json
import tarfile
import tracemalloc
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dataengine.finalize import finalize
from dataengine.pipeline import Item
from dataengine.reader import Dataset
from dataengine.recipe import Recipe, resolve
from dataengine.reproduce import reproduce
from dataengine.storage import Storage
from dataengine.validate import validate
from pipelines.imported.formats import get_format
from pipelines.imported.options import Options
from pipelines.imported.records import Opening
from tests.conftest import contents, render
from tests.pipelines.imported.importing import chat, picture, write


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    """Return a folder with a set of each form: 20 units each, one of five of them bad."""
    root = tmp_path / "sets"
    for number in range(20):
        write(root / f"pictures/{number}.jpg", picture(number, "JPEG"))
    names = [f"{n}.jpg" if n % 5 else "gone.jpg" for n in range(20)]
    chats = [chat(name, "<image>\nWhat?", f"It is {n}.") for n, name in enumerate(names)]
    write(root / "chats.json", chats)
    asked = [
        {"questionId": n, "question": f"Which {n}?", "image": name, "answers": [str(n)]}
        for n, name in enumerate(names)
    ]
    write(root / "asked.json", {"data": asked})
    rows = [
        {"image": {"bytes": picture(n) if n % 5 else b"no", "path": None}, "text": f"c {n}"}
        for n in range(20)
    ]
    image = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    table = pa.Table.from_pylist(rows, pa.schema([("image", image), ("text", pa.string())]))
    pq.write_table(table, root / "hub.parquet", row_group_size=7)
    with tarfile.open(root / "00000.tar", "w") as archive:
        for n in range(20):
            members = {
                f"{n:09d}.jpg": picture(n + 100),
                f"{n:09d}.txt": f"c {n}".encode() if n % 5 else b" ",
            }
            for name, data in members.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
    return root


def recipe(root: Path) -> Recipe:
    files = [str(root / "pictures")]
    paths = ("chats.json", "asked.json", "hub.parquet", "00000.tar")
    part = {
        "pipeline": "imported",
        "corpora": [
            {"path": str(root / path), "name": path, "files": files, "licence": "CC0-1.0"}
            for path in paths
        ],
        "options": {"group": "record"},
    }
    shards = {"rows": 30, "min_rows": 30}
    return resolve({"name": "sets", "seed": 3, "parts": {"sets": part}, "shards": shards}, "test")


def test_a_job_with_one_and_two_workers(sets: Path, tmp_path: Path) -> None:
    plan, report = render(tmp_path / "one", recipe(sets))
    assert report.complete
    again, report = render(tmp_path / "two", recipe(sets), workers=2)
    assert report.complete
    assert again == plan
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    storage = Storage(str(tmp_path / "one"))
    finalize(storage, plan)
    assert validate(storage, plan, deep=True) == []
    rows = list(Dataset(str(tmp_path / "one")).rows())
    assert len(rows) == 4 * 16
    for row in (rows[0], rows[-1]):
        assert reproduce(storage, plan, row["id"]).exact, row["id"]
    refused = pa.concat_tables(
        [pq.read_table(path) for path in (tmp_path / "one" / "rejects").rglob("*.parquet")]
    ).to_pylist()
    due = {"missing-image": 8, "unreadable-image": 4, "no-caption": 4}
    assert {reason: sum(row["reason"] == reason for row in refused) for reason in due} == due
    assert len(refused) == 16
    by_set = {
        name: [row for row in rows if row["source"]["corpus"] == name]
        for name in ("chats.json", "hub.parquet")
    }
    told = sorted(row["source"]["records"][0] for row in by_set["chats.json"])
    assert told == [n for n in range(20) if n % 5]
    for row in by_set["chats.json"]:
        (number,) = row["source"]["records"]
        assert row["image"]["bytes"] == picture(number)
        assert row["turns"][1] == {"role": "assistant", "text": f"It is {number}."}
    for row in by_set["hub.parquet"]:
        (number,) = row["source"]["records"]
        assert row["image"]["bytes"] == picture(number)
        assert row["targets"] == {"caption": f"c {number}"}


def test_a_large_file_is_not_parsed_whole() -> None:
    """100 MB of records take 16 bytes each besides the file itself."""
    one = json.dumps(chat("a.jpg", "<image>\n" + "What is it? " * 400, "It is noise. " * 400))
    count = 100_000_000 // len(one)
    data = ("[" + ",\n".join([one] * count) + "]").encode()
    tracemalloc.start()
    try:
        opening = Opening(Item("set", "a.json"), data, Options(), lambda name: None)
        records = get_format("llava").open(opening)
        entries = [records.entry(number, {}) for number in (0, count // 2, count - 1)]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(records) == count
    assert len({entry.text for entry in entries}) == 1
    assert peak < 64 * count + (4 << 20)
