"""A mixture exported in Hub layout: published as a dataset is, and refused where it is damaged."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from dataengine.errors import ConfigError, ShardError
from dataengine.publishing.export_folder import EXPORT_FILE
from dataengine.publishing.folder import open_publishable
from dataengine.publishing.publication import Publication, prepare
from dataengine.storage import Storage
from tests.dataengine.publishing.conftest import REPOSITORY, Client, content, on_hub
from tests.hub_server import HubServer


@pytest.fixture
def export(finished: Path, tmp_path: Path) -> Path:
    """Two shards of the dataset as the exporter would lay them out: two splits of one config."""
    folder = tmp_path / "export"
    shards = sorted((finished / "data" / "toy").glob("*.parquet"))
    for split, shard in zip(("train", "test"), shards, strict=False):
        target = folder / "data" / "all" / f"{split}-00000-of-00001.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(shard, target)
    write_manifest(folder)
    return folder


def write_manifest(folder: Path, **changes: Any) -> None:
    files = [
        {
            "name": str(path.relative_to(folder)),
            "config": path.parent.name,
            "split": path.name.split("-")[0],
            "rows": pq.read_metadata(path).num_rows,
            "bytes": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in sorted((folder / "data").rglob("*.parquet"))
    ]
    data = {"format": "hub", "version": 1, "name": "mix", "hash": "ab", "seed": 3}
    data |= {"engine": "0.1.0", "recipe": "name: mix\n", "files": files, **changes}
    (folder / EXPORT_FILE).write_text(json.dumps(data))


def prepared(folder: Path) -> Publication:
    return prepare(open_publishable(Storage(str(folder))), REPOSITORY)


def test_export_is_published_like_a_dataset(export: Path, client: Client, hub: HubServer) -> None:
    publication = prepared(export)
    publication.require_passed()
    client(publication)
    assert on_hub(hub) == content(publication)
    card = on_hub(hub)["README.md"].decode()
    assert "path: data/all/test-*.parquet" in card
    assert "| `all` | `text` (" in card
    assert "| found | CC-BY-4.0 |" in card
    assert "from dataengine import Dataset" not in card
    assert EXPORT_FILE in on_hub(hub)
    assert client(publication).commits == 0


def test_pictures_come_from_the_first_split(export: Path) -> None:
    assert any(file.name == "assets/all.jpg" for file in prepared(export).files)


def test_faults_are_told(export: Path) -> None:
    path = export / "data" / "all" / "test-00000-of-00001.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + b"x")
    assert "changed after" in prepared(export).checks[0].faults[0]
    path.unlink()
    assert "missing" in prepared(export).checks[0].faults[0]
    path.write_bytes(whole)
    shutil.copy(path, path.with_name("dev-0.parquet"))
    assert "is not in" in prepared(export).checks[0].faults[0]


def test_rows_without_sources_cannot_be_judged(export: Path) -> None:
    path = export / "data" / "all" / "test-00000-of-00001.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["source"]), path)
    write_manifest(export)
    assert "nobody can tell its licences" in prepared(export).checks[0].faults[0]


@pytest.mark.parametrize(
    "name",
    [
        "../data/all/train-0.parquet",
        "data/../x/train-0.parquet",
        "/data/all/train-0.parquet",
        "data/all/a/train-0.parquet",
        "data/other/train-0.parquet",
        "data/all/test-0.parquet",
    ],
)
def test_names_outside_the_layout_are_refused(export: Path, name: str) -> None:
    file = {"name": name, "config": "all", "split": "train", "rows": 1, "bytes": 1, "sha256": ""}
    write_manifest(export, files=[file])
    with pytest.raises(ShardError, match="which is not data/all/train"):
        prepared(export)


@pytest.mark.parametrize("changes", [{"version": 2}, {"format": "tar"}, {"more": 1}])
def test_other_manifests_are_refused(export: Path, changes: dict[str, Any]) -> None:
    write_manifest(export, **changes)
    with pytest.raises(ShardError, match="is damaged"):
        prepared(export)


def test_extras_are_those_of_datasets(export: Path) -> None:
    with pytest.raises(ConfigError, match="--with"):
        open_publishable(Storage(str(export)), ["rejects"])
