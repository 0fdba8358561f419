"""Scans hold what members may draw, are made once, and are made again where they are not whole."""

from __future__ import annotations

import dataclasses
import os

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dataengine.errors import ShardError
from dataengine.manifest import load_manifest
from dataengine.mixture.scanning import ScanTask, open_scan, scan_all, scan_shard
from dataengine.mixture.scans import DatasetScan
from dataengine.storage import Storage
from tests.dataengine.mixture.synthetic_sets import mixture_of, tiny, write_dataset

MEMBERS = {
    "all": {"dataset": "d"},
    "late": {"dataset": "d", "filter": {"chars": [80, None]}},
    "tables": {"dataset": "d", "view": {"tasks": {"markdown": 1}}},
}


@pytest.fixture
def tasks(tmp_path):
    """The shards of a dataset of 23 samples: row groups of 5, documents of two works."""
    samples = [tiny(at, documents=(f"d{at}", f"d{at + 1}")) for at in range(23)]
    path = write_dataset(tmp_path / "d", {"p": samples}, shard_rows=12, row_group=5)
    mixture = mixture_of({"d": path}, MEMBERS, splits={"test": 0.3})
    return [
        ScanTask(
            str(path),
            shard,
            str(tmp_path),
            f"scan/{shard.name}.arrow",
            mixture.seed,
            mixture.members,
            mixture.splits,
        )
        for shard in load_manifest(Storage(str(path))).shards
    ]


def test_a_scan_has_a_batch_per_row_group_and_says_what_each_sample_gives(tasks):
    assert list(scan_all(tasks, workers=1)) == tasks
    scan = DatasetScan(tasks, ("train", "test"))
    assert [place.rows for place in scan.places] == [5, 5, 2, 5, 5, 1]
    assert scan.rows == 23
    assert scan.groups_of(scan.starts).tolist() == list(range(6))
    first = scan.batch(4).to_pylist()[0]
    assert first["id"] == "p-7-000000017"
    assert (first["refusal.all"], first["tasks.all"]) == ("", ["text"])
    assert first["chars.all"][0] > 64
    assert (first["refusal.tables"], first["tasks.tables"]) == ("no task", [])
    mask, why = scan.allowed("late")
    assert why["chars.text"] == 23 - mask.sum() > 0
    assert scan.conversations("all").tolist() == [1] * 23


def test_a_scan_is_used_again_only_if_it_is_whole_and_of_the_same_task(tasks, tmp_path):
    list(scan_all(tasks, workers=1))
    paths = [tmp_path / task.name for task in tasks]
    before = [path.stat().st_ino for path in paths]
    list(scan_all(tasks, workers=1))
    assert [path.stat().st_ino for path in paths] == before
    paths[0].write_bytes(paths[0].read_bytes()[:-30])
    list(scan_all(tasks, workers=1))
    assert open_scan(str(paths[0]), tasks[0].key) is not None
    assert paths[1].stat().st_ino == before[1]
    others = [dataclasses.replace(task, splits={"test": 0.4}) for task in tasks]
    assert open_scan(str(paths[1]), others[1].key) is None
    list(scan_all(others, workers=1))
    assert open_scan(str(paths[1]), others[1].key) is not None


def test_a_shard_that_is_not_what_the_manifest_says_is_refused(tasks, tmp_path):
    path = tmp_path / "d" / tasks[1].shard.data.name
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(ShardError, match="bytes, the manifest says"):
        list(scan_all(tasks, workers=1))
    os.remove(path)
    with pytest.raises(ShardError, match="is missing"):
        scan_shard(tasks[1])


@pytest.mark.parametrize("part", ["../up", "A", "a b", "x/y"])
def test_ids_that_cannot_be_file_names_are_refused(tmp_path, part):
    path = write_dataset(tmp_path / "d", {"p": [tiny(1)]})
    shard = load_manifest(Storage(str(path))).shards[0]
    file = path / shard.data.name
    table = pq.read_table(file)
    ids = pa.array([f"{part}-7-000000000"])
    pq.write_table(table.set_column(0, table.schema.field("id"), ids), file)
    data = dataclasses.replace(shard.data, bytes=file.stat().st_size)
    shard = dataclasses.replace(shard, data=data)
    members = mixture_of({"d": path}, {"m": {"dataset": "d"}}).members
    task = ScanTask(str(path), shard, str(tmp_path), "scan/x.arrow", 1, members, {})
    with pytest.raises(ShardError, match="not made of a-z"):
        scan_shard(task)


def test_several_processes_pass_on_what_went_wrong(tasks, tmp_path):
    os.remove(tmp_path / "d" / tasks[0].shard.data.name)
    with pytest.raises(ShardError, match="is missing"):
        list(scan_all(tasks, workers=2))
