"""Hostile pictures and annotations through a whole job: each ends as it should, none ends it."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dataengine.finalize import finalize
from dataengine.reader import Dataset
from dataengine.recipe import Recipe, resolve
from dataengine.storage import Storage
from tests.conftest import contents, render
from tests.pipelines.natural.photos import clouds, coco, encoded, rejection, sample

LIMITS = {"unit_cpu_s": 5, "unit_wall_s": 30, "memory_mb": 1000, "item_mb": 8}
LIMITS["min_counted"] = 10**6


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, rows: bytes, *between: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"".join(
        (b"\x89PNG\r\n\x1a\n", header, *between, chunk(b"IDAT", rows), chunk(b"IEND", b""))
    )


def lying_jpeg() -> bytes:
    """Return a JPEG whose header claims more rows than its data hold."""
    data = bytearray(encoded(clouds()))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 7] = (900).to_bytes(2, "big")
    return bytes(data)


def damaged_jpeg() -> bytes:
    """Return a JPEG whose data end in the middle, with an end mark all the same."""
    data = encoded(clouds())
    return data[: len(data) // 2] + b"\xff\xd9"


def looping_tiff() -> bytes:
    """Return a TIFF whose list of pictures leads back to its first."""
    return b"II*\0\x08\0\0\0\x01\0\x00\x01\x03\0\x01\0\0\0\x40\x01\0\0\x08\0\0\0"


HOSTILE: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "bomb.png": (lambda: png(60000, 60000, zlib.compress(bytes(1 << 20))), {"too-many-pixels"}),
    "vast.png": (lambda: png(2**31 - 1, 2**31 - 1, b""), {"too-many-pixels", "broken"}),
    "zero.png": (lambda: png(0, 0, b""), {"broken", "tiny"}),
    "text_bomb.png": (
        lambda: png(200, 200, zlib.compress(bytes(201 * 200)),
                    chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(1 << 26)))),
        {"broken", "blank"},
    ),
    "claims_more.png": (lambda: png(300, 3000, zlib.compress(bytes(9000))), {"broken", "aspect"}),
    "lying.jpg": (lying_jpeg, {"broken", "truncated"}),
    "damaged.jpg": (damaged_jpeg, {"broken", "truncated"}),
    "start_only.jpg": (lambda: b"\xff\xd8\xff", {"broken"}),
    "empty.jpg": (lambda: b"", {"not-an-image"}),
    "svg.jpg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>', {"not-an-image"}),
    "page.jpg": (lambda: b"<!DOCTYPE html><html></html>", {"not-an-image"}),
    "postscript.jpg": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n", {"not-an-image"}),
    "heic.heic": (lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", {"unsupported"}),
    "dot.png": (lambda: encoded(Image.new("RGB", (1, 1)), "PNG"), {"tiny"}),
    "moving.gif": (
        lambda: encoded(clouds(), "GIF", save_all=True, append_images=[clouds(1)]), {"animated"}),
    "loop.tif": (looping_tiff, {"broken", "not-an-image", "unsupported"}),
    "cmyk.jpg": (lambda: encoded(clouds(11).convert("CMYK")), {"sample"}),
    "wide.png": (
        lambda: encoded(Image.fromarray(np.asarray(clouds(12).convert("L")).astype(np.uint16) << 8),
                        "PNG"),
        {"sample"},
    ),
    "nul\u2028 name \u202e.jpg": (lambda: encoded(clouds(13)), {"sample"}),
    "polyglot.jpg": (lambda: encoded(clouds(14)) + b"PK\x03\x04 <script>", {"sample"}),
}  # fmt: skip


def recipe_for(folder: Path, **options: object) -> Recipe:
    part = {"pipeline": "natural", "corpora": [str(folder)], "options": options}
    return resolve({"name": "hostile", "parts": {"natural": part}, "limits": LIMITS}, "test")


def outcomes(folder: Path, out: Path, **options: object) -> dict[str, str]:
    """Run a job and return item name -> outcome."""
    plan, report = render(out, recipe_for(folder, **options))
    assert report.complete, report.failed
    finalize(Storage(str(out)), plan)
    dataset = Dataset(str(out))
    found = {row["source"]["item"]: "sample" for row in dataset.rows(["source"])}
    for row in dataset.rejections(["source", "reason", "detail"]):
        assert row["detail"], row
        found[row["source"]["item"]] = row["reason"]
    assert dataset.manifest.totals["units"] == len(found)
    return found


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in range(6):
        (folder / f"{seed}.jpg").write_bytes(encoded(clouds(seed)))
    return folder


@pytest.mark.slow
def test_every_hostile_file_ends_as_it_should_and_none_ends_the_job(photos, tmp_path):
    for name, (make, _) in HOSTILE.items():
        (photos / name).write_bytes(make())
    (photos / "captions.json").write_bytes(coco(captions=["x"]))
    found = outcomes(photos, tmp_path / "out")
    wrong = {name: found.get(name, "lost") for name, (_, due) in HOSTILE.items()
             if found.get(name) not in due}  # fmt: skip
    assert not wrong
    assert all(found[f"{seed}.jpg"] == "sample" for seed in range(6))
    for row in Dataset(str(tmp_path / "out")).rows(["image"]):
        assert b"script" not in row["image"]["bytes"]


@pytest.mark.parametrize(
    "annotations",
    [
        b"[" * 1_000_000,
        b'{"images": [{"id": "x"}, 3, null], "annotations": {}}',
        b"\xff\xfe\0",
        b'{"images": ' + b'{"a":' * 300_000,
    ],
)
def test_hostile_annotations_refuse_their_photographs_only(annotations):
    photo, files = encoded(clouds()), {"captions.json": annotations}
    assert rejection(photo, beside=files).reason == "broken-annotations"
    assert sample(photo, {"captions": []}, files)


def test_equal_files_and_copies_of_a_photograph_are_told(photos, tmp_path):
    (photos / "equal.jpg").write_bytes(encoded(clouds(0)))
    (photos / "smaller.jpg").write_bytes(encoded(clouds(1).resize((240, 180)), quality=60))
    found = outcomes(photos, tmp_path / "out")
    assert sorted(found.values())[:2] == ["duplicate-file", "near-duplicate"]
    assert sorted(found.values()).count("sample") == 6


@pytest.mark.parametrize("form", ["zip", "tar"])
def test_archives_are_read_with_the_annotations_in_them(tmp_path, form):
    folder = tmp_path / "archives"
    folder.mkdir()
    members = {f"val2017/{at}.jpg": encoded(clouds(at)) for at in range(3)}
    images = coco(captions=["In the archive."], file_name="1.jpg")
    members["annotations/captions_val2017.json"] = images
    if form == "zip":
        with zipfile.ZipFile(folder / "coco.zip", "w") as archive:
            for name, data in members.items():
                archive.writestr(name, data)
    else:
        with tarfile.open(folder / "coco.tar", "w") as archive:
            for name, data in members.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))
    assert list(outcomes(folder, tmp_path / "out").values()) == ["sample"] * 3
    said = [
        row["targets"].get("captions") for row in Dataset(str(tmp_path / "out")).rows(["targets"])
    ]
    assert sorted(map(str, said)) == ["None", "None", "['In the archive.']"]


def test_a_job_gives_the_same_bytes_whoever_makes_it(photos, tmp_path):
    render(tmp_path / "one", recipe_for(photos), workers=1)
    render(tmp_path / "two", recipe_for(photos), workers=2)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
