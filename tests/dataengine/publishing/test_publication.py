"""What would be sent: which files, what the card says, and what stops it. No network."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from dataengine.errors import ConfigError, DataEngineError
from dataengine.publishing.dataset_folder import DatasetFolder
from dataengine.publishing.errors import PublishError
from dataengine.publishing.files import PublishedFile
from dataengine.publishing.folder import open_publishable
from dataengine.publishing.publication import Publication, prepare
from dataengine.storage import Storage
from dataengine.thumbnails import decode
from tests.conftest import contents
from tests.dataengine.publishing.conftest import REPOSITORY, make_dataset


def prepared(folder: Path, *extras: str, **settings: object) -> Publication:
    publishable = open_publishable(Storage(str(folder)), extras)
    return prepare(publishable, REPOSITORY, **settings)  # type: ignore[arg-type]


def file(publication: Publication, name: str) -> PublishedFile:
    return next(one for one in publication.files if one.name == name)


def names(publication: Publication) -> set[str]:
    return {one.name for one in publication.files}


def failed(publication: Publication) -> list[str]:
    return [check.name for check in publication.checks if not check.passed]


TOP = {"README.md", "LICENSE", "manifest.json", "recipe.yaml"}
TOP |= {"duplicates.parquet", "sources.parquet"}


def test_only_what_is_meant_goes_up(dataset: Path) -> None:
    (dataset / "notes.txt").write_text("mine")
    (dataset / "data" / "scratch.tmp").write_text("mine")
    publication = prepared(dataset)
    assert publication.passed
    shards = set(contents(dataset, "data")) - {"data/scratch.tmp"}
    assert names(publication) == TOP | shards | {"assets/toy.jpg"}
    assert publication.files[-1].name == "README.md"


def test_extras_go_up_if_they_are_asked_for(finished: Path) -> None:
    publication = prepared(finished, "rejects", "receipts", "gallery")
    assert publication.passed
    wanted = set(contents(finished, "data", "rejects", "receipts", "gallery"))
    assert names(publication) == TOP | wanted | {"assets/toy.jpg"}
    assert b"gallery/index.html" in file(publication, "README.md").read()
    assert b"gallery" not in file(prepared(finished), "README.md").read().split(b"```yaml")[0]


def test_sizes_and_hashes_are_those_of_the_content(finished: Path) -> None:
    for one in prepared(finished, "rejects").files:
        assert one == PublishedFile(one.name, len(one.read()), one.sha256, one.content)
        assert PublishedFile.made(one.name, one.read()).sha256 == one.sha256


def test_nothing_tells_where_the_dataset_was_made(finished: Path) -> None:
    """Shards are read as tables, because their columns are compressed."""
    home = str(finished.parent).encode()
    for one in prepared(finished, "rejects", "receipts", "gallery").files:
        data = one.read()
        if one.name.endswith(".parquet"):
            table = pq.read_table(io.BytesIO(data))
            data += (
                repr(
                    table.drop_columns(
                        [n for n in ("image",) if n in table.column_names]
                    ).to_pylist()
                ).encode()
                + repr(table.schema.metadata).encode()
            )
        assert home not in data, one.name
        assert b"secret-place" not in data, one.name


def test_card_names_repository_works_and_truth(publication: Publication) -> None:
    card = file(publication, "README.md").read().decode()
    front = yaml.safe_load(card.split("---\n")[1])
    assert front["license"] == ["cc-by-4.0"]
    assert "| found | found.toy |" in card
    assert 'load_dataset("owner/toy", "toy")' in card
    assert "![text of a sample of toy](assets/toy.jpg)" in card
    recipe = yaml.safe_load(file(publication, "recipe.yaml").read())
    assert recipe["parts"]["toy"]["corpora"][0]["path"] == "found"


def test_card_shows_a_picture_with_its_own_truth(publication: Publication, finished: Path) -> None:
    card = file(publication, "README.md").read().decode()
    shown = card.split("## Samples")[1].split("`")[1]
    truth = card.split("(assets/toy.jpg)")[1].split("```")[1].strip()
    rows = pq.read_table(finished / "data").to_pylist()
    (row,) = (row for row in rows if row["id"] == shown)
    assert json.loads(row["targets"])["text"] == truth
    picture = decode(file(publication, "assets/toy.jpg").read())
    original = decode(row["image"]["bytes"])
    assert picture is not None
    assert original is not None
    assert picture.size == original.size


def test_no_pictures_if_none_are_wanted(finished: Path) -> None:
    publication = prepared(finished, pictures=0)
    assert "## Samples" not in file(publication, "README.md").read().decode()
    assert not any(name.startswith("assets/") for name in names(publication))


def test_sources_file_lists_all_works(publication: Publication) -> None:
    table = pq.read_table(io.BytesIO(file(publication, "sources.parquet").read()))
    assert table.to_pylist() == [
        {"corpus": "found", "item": "found.toy", "url": "", "licence": "CC-BY-4.0", "samples": 60}
    ]
    assert b"CC-BY-4.0 (attribution)" in file(publication, "LICENSE").read()


def test_it_is_a_function_of_the_dataset(finished: Path, dataset: Path) -> None:
    one, other = prepared(finished), prepared(dataset)
    assert [file.sha256 for file in one.files] == [file.sha256 for file in other.files]


@pytest.mark.parametrize("licence", ["", "CC-BY-ND-4.0", "LicenseRef-arxiv"])
def test_licences_that_forbid_it_stop_it(tmp_path: Path, licence: str) -> None:
    made = make_dataset(tmp_path, {"fine": "CC0-1.0", "other": licence}, lines=12)
    publication = prepared(made)
    assert failed(publication) == ["licences"]
    with pytest.raises(PublishError, match="nothing was sent") as caught:
        publication.require_passed()
    assert (licence or "unknown") in str(caught.value)
    assert "other" in str(caught.value)
    let = prepared(made, allowed_licences=[licence or "unknown"])
    assert let.passed
    assert f"`{licence or 'unknown'}`" in file(let, "README.md").read().decode().split("## ")[0]
    assert f"{licence or 'unknown'}".encode() in file(let, "LICENSE").read().splitlines()[-1]


def test_a_name_that_lets_nothing_through_is_a_mistake(finished: Path) -> None:
    with pytest.raises(ConfigError, match="no source has this licence"):
        prepared(finished, allowed_licences=["CC-BY-ND-4.0"])


def test_licences_of_rejections_count_if_these_go_up(tmp_path: Path) -> None:
    made = make_dataset(tmp_path, {"fine": "CC0-1.0"}, lines=12)
    path = next((made / "rejects").rglob("*.parquet"))
    folder = DatasetFolder(Storage(str(made)), ["rejects"])
    rows = [batch.num_rows for _, batch in folder.other_rows(["source"])]
    assert sum(rows) == pq.read_metadata(path).num_rows == 1
    assert list(DatasetFolder(Storage(str(made))).other_rows(["source"])) == []


def test_changed_and_missing_shards_stop_it(dataset: Path) -> None:
    path = min((dataset / "data").rglob("*.parquet"))
    data = bytearray(path.read_bytes())
    data[200] ^= 1
    path.write_bytes(data)
    publication = prepared(dataset)
    assert failed(publication) == ["complete and unchanged"]
    assert publication.files == ()
    path.unlink()
    assert failed(prepared(dataset)) == ["complete and unchanged"]


def test_unfinished_datasets_are_refused(dataset: Path, tmp_path: Path) -> None:
    (dataset / "manifest.json").unlink()
    with pytest.raises(DataEngineError, match="finalize"):
        prepared(dataset)
    with pytest.raises(ConfigError, match="neither a dataset"):
        prepared(tmp_path / "none")
    with pytest.raises(ConfigError, match="not on this machine"):
        DatasetFolder(Storage("memory://bucket/x"))


def test_manifest_older_than_the_shards_is_told(dataset: Path) -> None:
    from dataengine.canonical import content_hash

    path = dataset / "manifest.json"
    body = json.loads(path.read_text())["manifest"]
    body["shards"][0]["data"]["sha256"] = "0" * 64
    path.write_text(json.dumps({"manifest": body, "hash": content_hash(body)}))
    assert "made again after" in prepared(dataset).checks[0].faults[0]


@pytest.mark.parametrize("name", ["toy", "a/b/c", "owner/", "owner/a b", "../x", "owner/x..y", ""])
def test_names_that_are_no_repository_are_refused(finished: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="OWNER/NAME"):
        prepare(DatasetFolder(Storage(str(finished))), name)
