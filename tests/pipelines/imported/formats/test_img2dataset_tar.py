"""img2dataset's tars: written by the webdataset package where it is there, else by its layout."""

from __future__ import annotations

import io
import json
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataengine.imaging import decode_pixels
from dataengine.picture_sketch import sketch_picture
from dataengine.sample import Rejection
from tests.pipelines.imported.importing import import_all, picture, reasons, samples, write

CAPTION = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def meta(number: int, caption: str | None, **more: Any) -> dict[str, Any]:
    """Return what img2dataset says of a picture that it fetched."""
    return {
        "url": f"https://example.org/{number}.jpg",
        "caption": caption,
        "NSFW": "UNLIKELY",
        "similarity": 0.25,
        "key": f"{number:09d}",
        "status": "success",
        "error_message": None,
        "width": 40,
        "height": 24,
        "original_width": 400,
        "original_height": 240,
        "exif": "{}",
        "sha256": "0" * 64,
    } | more


def tar_of(path: Path, members: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def members(number: int, caption: str | None, **more: Any) -> dict[str, bytes]:
    stem = f"{number:09d}"
    said = {} if caption is None else {f"{stem}.txt": caption.encode()}
    facts = json.dumps(meta(number, caption, **more), indent=4).encode()
    return {f"{stem}.jpg": picture(number), **said, f"{stem}.json": facts}


@settings(max_examples=25, deadline=None)
@given(st.lists(CAPTION | st.none(), min_size=1, max_size=6), st.booleans())
def test_what_was_written_comes_back(captions: list[str | None], unpacked: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        files = {k: v for n, caption in enumerate(captions) for k, v in members(n, caption).items()}
        path = Path(name) / "00000.tar"
        if unpacked:
            for member, data in files.items():
                write(path / member, data)
        else:
            tar_of(path, files)
        outcomes = import_all(path)
    assert len(outcomes) == len(captions)
    for number, (caption, outcome) in enumerate(zip(captions, outcomes, strict=True)):
        assert outcome.source["url"] == f"https://example.org/{number}.jpg"
        if not (caption or "").strip():
            assert isinstance(outcome, Rejection)
            assert outcome.reason == "no-caption"
            continue
        (sample,) = samples([outcome])
        assert sample.targets == {"caption": (caption or "").strip()}
        assert sample.image == picture(number)
        assert sample.turns == ()
        assert sample.fingerprint == sketch_picture(decode_pixels(sample.image))
        assert sample.kind == "caption"
        assert sample.source["meta"]["NSFW"] == "UNLIKELY"
        assert sample.source["meta"]["original_width"] == 400
        assert sample.source["meta"]["status"] == "success"
        assert not {"exif", "caption", "error_message"} & set(sample.source["meta"])


def test_tars_of_the_webdataset_package(tmp_path: Path) -> None:
    webdataset = pytest.importorskip("webdataset")
    with webdataset.TarWriter(str(tmp_path / "00000.tar")) as writer:
        for number in range(4):
            said = meta(number, f"picture {number}")
            writer.write(
                {
                    "__key__": f"{number:09d}",
                    "jpg": picture(number),
                    "txt": f"picture {number}",
                    "json": json.dumps(said, indent=4),
                }
            )
    found = samples(import_all(tmp_path / "00000.tar", format="img2dataset_tar"))
    assert [one.targets["caption"] for one in found] == [f"picture {n}" for n in range(4)]
    assert [one.image for one in found] == [picture(n) for n in range(4)]
    read = webdataset.WebDataset(str(tmp_path / "00000.tar"), shardshuffle=False)
    assert [one["jpg"] for one in read] == [one.image for one in found]


def test_the_caption_may_stand_in_the_json_only(tmp_path: Path) -> None:
    files = members(0, None) | {
        "000000000.json": json.dumps(meta(0, "a cat", top_caption="a dog")).encode()
    }
    path = tar_of(tmp_path / "a.tar", files)
    assert samples(import_all(path))[0].targets == {"caption": "a cat"}
    assert samples(import_all(path, text="top_caption"))[0].targets == {"caption": "a dog"}
    assert reasons(import_all(path, text="nothing")) == {"no-caption": 1}


def test_several_captions(tmp_path: Path) -> None:
    files = members(0, None, all_captions=["a cat", " ", "a tom "])
    (sample,) = samples(import_all(tar_of(tmp_path / "a.tar", files), text="all_captions"))
    assert sample.targets == {"caption": "a cat", "captions": ["a cat", "a tom"]}


def listing(path: Path, statuses: list[str]) -> Path:
    rows = [
        meta(
            n, "x", status=status, error_message=None if status == "success" else f"HTTP Error {n}"
        )
        for n, status in enumerate(statuses)
    ]
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


def test_downloads_that_failed_are_rejections(tmp_path: Path) -> None:
    files = members(0, "a") | members(2, "c")
    tar_of(tmp_path / "00000.tar", files)
    listing(
        tmp_path / "00000.parquet", ["success", "failed_to_download", "success", "failed_to_resize"]
    )
    write(tmp_path / "00000_stats.json", {"count": 4})
    outcomes = import_all(tmp_path, format="img2dataset_tar")
    assert reasons(outcomes) == {"sample": 2, "failed-download": 2}
    failed = [one for one in outcomes if isinstance(one, Rejection)]
    assert [one.source["records"] for one in failed] == [[1], [3]]
    assert "failed_to_download: HTTP Error 1" in failed[0].detail
    assert failed[0].source["url"] == "https://example.org/1.jpg"
    assert reasons(import_all(tmp_path)) == reasons(outcomes)  # auto knows the list, too


def test_a_list_without_failures(tmp_path: Path) -> None:
    path = listing(tmp_path / "00000.parquet", ["success"] * 3)
    assert reasons(import_all(path, format="img2dataset_tar")) == {"only-metadata": 1}


@pytest.mark.parametrize(
    ("change", "due"),
    [
        ({"000000000.txt": b"\xff\xfe"}, "malformed-record"),
        ({"000000000.txt": b" \n"}, "no-caption"),
        ({"000000000.txt": b"x" * 200_000}, "too-long"),
        ({"000000000.txt": b"x" * (2 << 20)}, "malformed-record"),
        ({"000000000.json": b"{"}, "malformed-record"),
        ({"000000000.json": b"[1]"}, "malformed-record"),
        ({"000000000.json": b"[" * 100_000}, "malformed-record"),
        ({"000000000.json": b'{"status": "failed_to_resize"}'}, "failed-download"),
        ({"000000000.jpg": b""}, "unreadable-image"),
        ({"000000000.jpg": b"<html>404</html>"}, "unreadable-image"),
        ({"000000000.jpg": picture(0)[:300]}, "unreadable-image"),
    ],
)
def test_hostile_members(change: dict[str, bytes], due: str, tmp_path: Path) -> None:
    path = tar_of(tmp_path / "a.tar", members(0, "a") | change)
    assert reasons(import_all(path, format="img2dataset_tar")) == {due: 1}


def test_files_beside_come_from_the_own_folder_of_the_tar(tmp_path: Path) -> None:
    inner = {f"../{name}": data for name, data in members(0, "outside").items()}
    write(tmp_path / "000000001.txt", "of the disk")
    path = tar_of(tmp_path / "a.tar", {**inner, "x/000000001.jpg": picture(1)})
    outcomes = import_all(path)
    assert reasons(outcomes) == {"no-caption": 2}
