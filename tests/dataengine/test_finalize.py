"""A finished dataset: manifest, card, gallery; opened by its reader and by `datasets`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from dataengine import Dataset
from dataengine.duplicates import find_pairs
from dataengine.errors import ShardError
from dataengine.finalize import finalize
from dataengine.fingerprint import sketch
from dataengine.manifest import load_manifest
from dataengine.plan import load_plan
from dataengine.storage import Storage
from tests.conftest import contents, drawn_recipe, recipe_for, render, words

FEW = {"rows": 40, "at_least": 1, "min_rows": 10}
NOT_OF_THE_DATA = ("receipts", "plan", ".lock", ".partial", "recipe.yaml")


@pytest.fixture
def made(corpus, tmp_path) -> Path:
    """A finalized dataset of three shards, with a twin of one line in another shard."""
    lines = words(0, 90)
    files = {"a": lines[:50], "b": [*lines[50:], "!reject ordered"], "z": lines[:1]}
    out = tmp_path / "out"
    plan, report = render(out, recipe_for(corpus(files), shards=FEW), workers=2)
    assert report.complete
    finalize(Storage(str(out)), plan)
    return out


def test_finalized_dataset_is_a_function_of_the_plan(made, corpus, tmp_path):
    again = tmp_path / "again"
    plan, _ = render(again, load_plan(Storage(str(made))).recipe)
    finalize(Storage(str(again)), plan)
    names = ("data", "rejects", "gallery")
    assert contents(made, *names) == contents(again, *names)
    for name in ("manifest.json", "README.md", "duplicates.parquet"):
        assert (made / name).read_bytes() == (again / name).read_bytes(), name


def test_manifest_sums_up_the_shards(made):
    manifest = load_manifest(Storage(str(made)))
    assert manifest.totals["units"] == 92
    assert manifest.totals["samples"] + manifest.totals["rejections"] == 92
    assert sum(shard.data.rows for shard in manifest.shards) == manifest.totals["samples"]
    assert manifest.reasons["toy_found"]["ordered"] == 1
    assert manifest.tallies["toy_found"]["language"] == {"en": manifest.totals["samples"]}


def test_manifest_that_was_edited_is_refused(made):
    path = made / "manifest.json"
    path.write_text(path.read_text().replace('"samples": ', '"samples": 1'))
    with pytest.raises(ShardError, match="was changed after it was written"):
        Dataset(str(made))
    path.write_text("{")
    with pytest.raises(ShardError, match="damaged"):
        Dataset(str(made))


def test_unfinished_job_is_not_finalized_and_the_shard_is_named(made):
    receipt = min((made / "receipts").rglob("*.json"))
    receipt.unlink()
    storage = Storage(str(made))
    with pytest.raises(ShardError, match=r"train-00000-of-00003: .* has no receipt"):
        finalize(storage, load_plan(storage))


def test_near_duplicates_across_shards_are_listed_and_can_be_left_out(made):
    pairs = pq.read_table(made / "duplicates.parquet").to_pylist()
    dataset = Dataset(str(made))
    rejected = [row for row in dataset.rejections() if row["reason"] == "near-duplicate"]
    assert len(pairs) + len(rejected) == 1
    kept = {row["id"] for row in Dataset(str(made), skip_near_duplicates=True).rows(["id"])}
    assert kept == {row["id"] for row in dataset.rows(["id"])} - {pair["id"] for pair in pairs}


def test_pairs_are_found_whatever_shard_they_are_in():
    texts = [" ".join(words(0, 3)), " ".join(words(10, 3)), " ".join(words(0, 3)) + " end"]
    rows = [(f"id{place}", sketch(text)) for place, text in enumerate(texts)]
    assert [(pair.id, pair.of) for pair in find_pairs(rows, 0.8)] == [("id2", "id0")]


def test_reader_yields_rows_in_order_with_values_decoded(made):
    rows = list(Dataset(str(made)).rows())
    ids = [row["id"] for row in rows]
    assert ids == sorted(ids)
    first = rows[0]
    assert first["targets"]["text"].split()[0] == first["regions"][0]["text"]
    assert first["source"]["licence"] == ""
    assert first["part"] == "toy_found"
    only = next(Dataset(str(made)).rows(["width"]))
    assert set(only) == {"id", "width", "part", "split"}


def test_reader_notices_a_shard_that_was_replaced(made):
    shards = sorted((made / "data").rglob("*.parquet"))
    shards[0].write_bytes(shards[-1].read_bytes())
    with pytest.raises(ShardError, match="the manifest says"):
        list(Dataset(str(made)).rows())


def test_card_lists_the_parts_as_configs(made):
    text = (made / "README.md").read_text()
    front = yaml.safe_load(text.split("---")[1])
    (config,) = front["configs"]
    assert config["config_name"] == "toy_found"
    assert config["data_files"][0]["path"].startswith("data/toy_found/train-")
    assert str(made) not in text
    assert "corpus" in text


def test_gallery_shows_samples_and_rejections(made):
    page = (made / "gallery" / "index.html").read_text()
    assert "toy_found-5-000000000" in page
    assert "ordered" in page
    assert list((made / "gallery" / "images").iterdir())


LOAD = """
import sys
from datasets import load_dataset
for streaming in (False, True):
    data = load_dataset(sys.argv[1], split="train", streaming=streaming)
    rows = list(data)
    assert len(rows) == int(sys.argv[2]), len(rows)
    assert rows[0]["image"].size == (24, 24), rows[0]["image"]
    assert isinstance(rows[0]["regions"][0]["bbox"][0], int)
    assert rows[0]["template"] is None and isinstance(rows[0]["seed"], int)
    names = {name: str(kind) for name, kind in data.features.items()}
    assert "Image" in names["image"] and "null" not in str(names), names
print("as it should be")
"""


def test_datasets_opens_the_folder_with_pictures_and_types(made):
    """In a process of its own: `datasets` may hang at exit after streaming."""
    samples = load_manifest(Storage(str(made))).totals["samples"]
    code = LOAD + "import os; sys.stdout.flush(); os._exit(0)\n"
    done = subprocess.run(
        [sys.executable, "-c", code, str(made), str(samples)],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "HF_HUB_DISABLE_PROGRESS_BARS": "1"},
    )
    assert "as it should be" in done.stdout, done.stderr


def test_dataset_can_be_made_in_an_object_store(tmp_path):
    """fsspec's memory store stands for one: no folders, no renames, nothing on a disk."""
    recipe = drawn_recipe(90, shards=FEW)
    plan, report = render("memory://bucket/set", recipe, workers=2)
    assert report.complete
    finalize(Storage("memory://bucket/set"), plan)
    render(tmp_path / "disk", recipe)
    finalize(Storage(str(tmp_path / "disk")), plan)
    remote, local = Storage("memory://bucket/set"), Storage(str(tmp_path / "disk"))
    for folder in ("data", "rejects", "gallery"):
        names = remote.names(folder)
        assert names
        assert names == local.names(folder)
        assert all(remote.read_bytes(name) == local.read_bytes(name) for name in names)
    assert len(list(Dataset("memory://bucket/set").rows())) == 90
    assert json.loads(remote.read_bytes("manifest.json")) == json.loads(
        local.read_bytes("manifest.json")
    )


def test_reader_takes_the_parts_that_are_asked_for(made):
    assert not list(Dataset(str(made), ["other"]).rows())
