"""Exports are resumed to the same bytes, account for every example, and never mix with others."""

from __future__ import annotations

import errno
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataengine.errors import ConfigError, ShardError, StorageError
from dataengine.exporting.exporting import export
from dataengine.exporting.registry import format_names, make_format
from dataengine.publishing.export_folder import ExportManifest
from dataengine.storage import Storage
from tests.dataengine.exporting.sources import Broken, ListSource, contents, example, exported

SPLITS = {"train": [example(n) for n in range(10)], "test": [example(n) for n in range(20, 24)]}
EACH = pytest.mark.parametrize("name", format_names())


@EACH
def test_the_same_source_gives_the_same_bytes(name: str, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        exported(tmp_path / folder, name, ListSource(SPLITS))
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


@EACH
@pytest.mark.parametrize("after", [0, 1, 3, 7, 10, 12])
def test_a_broken_export_goes_on_to_the_same_bytes(name: str, after: int, tmp_path: Path) -> None:
    exported(tmp_path / "whole", name, ListSource(SPLITS))
    with pytest.raises(Broken):
        exported(tmp_path / "broken", name, ListSource(SPLITS, fail_after=after))
    assert not (tmp_path / "broken" / "export.json").exists()
    again = ListSource(SPLITS)
    exported(tmp_path / "broken", name, again)
    assert contents(tmp_path / "broken") == contents(tmp_path / "whole")
    assert len(again.taken) <= 14 - after + 4  # a shard is made again, and one is looked ahead


@EACH
def test_a_whole_export_is_left_alone(name: str, tmp_path: Path) -> None:
    first = exported(tmp_path, name, ListSource(SPLITS))
    before = contents(tmp_path)
    again = ListSource(SPLITS)
    assert exported(tmp_path, name, again) == first
    assert again.taken == []
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    ("name", "lost"),
    [("webdataset", "train-000001.tar"), ("hub", "data/default/train-000001.parquet")],
)
def test_a_lost_file_is_made_again_and_no_other(name: str, lost: str, tmp_path: Path) -> None:
    exported(tmp_path, name, ListSource(SPLITS))
    before = contents(tmp_path)
    (tmp_path / lost).unlink()
    again = ListSource(SPLITS)
    exported(tmp_path, name, again)
    assert contents(tmp_path) == before
    assert again.taken == [one.id for one in SPLITS["train"][3:7]]


def test_a_truncated_or_edited_receipt_is_not_believed(tmp_path: Path) -> None:
    exported(tmp_path, "webdataset", ListSource(SPLITS))
    before = contents(tmp_path)
    receipts = tmp_path / "receipts"
    (receipts / "train-000000.json").write_text('{"rec')
    edited = receipts / "train-000001.json"
    edited.write_text(edited.read_text().replace('"read": 3', '"read": 2'))
    (tmp_path / "export.json").unlink()
    exported(tmp_path, "webdataset", ListSource(SPLITS))
    assert contents(tmp_path) == before


@EACH
def test_every_example_is_counted(name: str, tmp_path: Path) -> None:
    bad = [example(n, "Read <image> it.", "x") for n in range(30, 34)]
    counts = exported(tmp_path, name, ListSource({"train": [*SPLITS["train"], *bad]}))
    left_out = {"mark-in-text": 4} if name in ("llava", "swift") else {}
    [of_split] = counts["splits"].values()
    assert of_split["examples"] == 14 == of_split["written"] + sum(left_out.values())
    assert of_split["left_out"] == left_out
    assert of_split["source"] == {"samples": 14}
    assert sum(of_split["tallies"]["task"].values()) == of_split["written"]
    assert json.loads((tmp_path / "counts.json").read_text()) == counts
    [licence] = json.loads((tmp_path / "LICENCES.json").read_text())
    assert (licence["licence"], licence["examples"]) == ("CC0-1.0", of_split["written"])


@EACH
def test_hashes_are_those_of_the_files(name: str, tmp_path: Path) -> None:
    exported(tmp_path, name, ListSource(SPLITS))
    named = {}
    for line in (tmp_path / "SHA256SUMS").read_text().splitlines():
        digest, _, file = line.partition("  ")
        named[file] = digest
        assert hashlib.sha256((tmp_path / file).read_bytes()).hexdigest() == digest
    meta = {"SHA256SUMS", "README.md", "LICENCES.json", "counts.json", "export.json"}
    others = {one for one in contents(tmp_path) if not one.startswith("receipts/")}
    assert set(named) == others - meta - {"export_plan.json"}


def test_the_manifest_is_what_publishing_reads(tmp_path: Path) -> None:
    exported(tmp_path, "hub", ListSource(SPLITS))
    manifest = ExportManifest.model_validate_json((tmp_path / "export.json").read_text())
    assert {(one.config, one.split) for one in manifest.files} == {
        ("default", "train"),
        ("default", "test"),
    }
    assert sum(one.rows for one in manifest.files) == 14


@EACH
def test_object_stores_get_the_same_bytes(name: str, tmp_path: Path) -> None:
    format = make_format(name, {"shard_examples": 3})
    storage = Storage(f"memory://{tmp_path.name}-{name}")
    export(storage, ListSource(SPLITS), format, list(SPLITS))
    exported(tmp_path, name, ListSource(SPLITS))
    assert {one: storage.read_bytes(one) for one in storage.names("")} == contents(tmp_path)


@EACH
def test_a_limit_holds_for_each_split(name: str, tmp_path: Path) -> None:
    source = ListSource(SPLITS)
    format = make_format(name, {"shard_examples": 2})
    counts = export(Storage(str(tmp_path)), source, format, source.splits, limit=5)
    assert [one["written"] for one in counts["splits"].values()] == [5, 4]


def test_a_picture_that_cannot_be_decoded_ends_the_export(tmp_path: Path) -> None:
    source = ListSource({"train": [example(1, image=b"RIFF", image_format="webp")]})
    with pytest.raises(ShardError, match="pages-7-000000001"):
        exported(tmp_path, "webdataset", source, images="png")
    assert contents(tmp_path).keys() == {"export_plan.json"}


def test_a_full_disk_is_said_to_be_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(StorageError, match="disk is full"):
        exported(tmp_path, "llava", ListSource(SPLITS))


@EACH
def test_a_split_without_examples_is_no_failure(name: str, tmp_path: Path) -> None:
    counts = exported(tmp_path, name, ListSource({"train": SPLITS["train"], "test": []}))
    assert counts["splits"]["test"]["written"] == 0


def test_another_export_is_refused(tmp_path: Path) -> None:
    exported(tmp_path, "llava", ListSource(SPLITS))
    before = contents(tmp_path)
    for name, source, options in (
        ("swift", ListSource(SPLITS), {}),
        ("llava", ListSource({"train": SPLITS["train"]}), {}),
        ("llava", ListSource(SPLITS), {"mark": "<image>"}),
    ):
        with pytest.raises(ConfigError, match="another export"):
            exported(tmp_path, name, source, **options)
    assert contents(tmp_path) == before


def test_a_folder_with_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("x")
    with pytest.raises(ConfigError, match=r"thesis\.tex"):
        exported(tmp_path, "llava", ListSource(SPLITS))
    assert list(contents(tmp_path)) == ["thesis.tex"]


def test_names_of_splits_that_readers_do_not_know_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="held-out"):
        exported(tmp_path, "hub", ListSource({"held-out": SPLITS["test"]}))
    with pytest.raises(ConfigError, match="no room"):
        exported(tmp_path, "llava", ListSource({"../up": SPLITS["test"]}))
    assert contents(tmp_path) == {}


@settings(max_examples=8, deadline=None)
@given(counts=st.lists(st.integers(0, 7), min_size=1, max_size=3), shard=st.integers(1, 4))
def test_shards_have_all_examples_in_order(
    counts: list[int], shard: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    out = tmp_path_factory.mktemp("out")
    splits = {f"s{n}": [example(10 * n + i) for i in range(c)] for n, c in enumerate(counts)}
    exported(out, "llava", ListSource(splits), shard_examples=shard)
    for split, wanted in splits.items():
        records: list[dict[str, Any]] = json.loads((out / f"{split}.json").read_text())
        assert [one["id"] for one in records] == [one.id for one in wanted]
