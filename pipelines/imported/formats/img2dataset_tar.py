"""img2dataset's tars (WebDataset) and folders: a picture with .txt and .json of the same stem.

Each picture is an item. The Parquet list that img2dataset writes beside each tar has the downloads
that failed: as an item it holds one unit for each of them, which is a rejection.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any

import orjson

from pipelines.imported.captions import read_caption
from pipelines.imported.facts import note_origin, plain_facts
from pipelines.imported.parquet_rows import ParquetRows
from pipelines.imported.records import Entry, Format, Opening, Problem, Records

IMAGES = (".jpg", ".jpeg", ".png", ".webp")
_MAX_BESIDE_BYTES = 1 << 20
_STATUS, _SUCCESS = "status", "success"
_NOT_READ = ("exif", "caption")
_KEPT_OUT = ("caption", "url", "exif", "error_message")


class _Tar(Format):
    name = "img2dataset_tar"
    summary = "img2dataset's tars or folders: pictures with .txt and .json beside them"
    kind = "caption"

    def recognises(self, name: str, data: bytes) -> bool:
        if name.lower().endswith(".parquet"):
            return _is_list(ParquetRows(data))
        return name.lower().endswith(IMAGES)

    def open(self, opening: Opening) -> Records:
        name = (opening.item.member or opening.item.path).lower()
        if name.endswith(IMAGES):
            return _Picture(opening)
        if name.endswith(".parquet") and _is_list(rows := ParquetRows(opening.data)):
            return _Failures(rows)
        raise Problem("unknown-format", "neither a picture nor img2dataset's list of metadata")


class _Picture(Records):
    """One picture and the files beside it."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        name = posixpath.basename(opening.item.member or opening.item.path)
        self._name = name
        self._stem = name.rpartition(".")[0]

    def __len__(self) -> int:
        return 1

    def entry(self, number: int, source: dict[str, Any]) -> Entry:
        opening = self._opening
        source["image"] = self._name
        meta = self._meta()
        note(meta, source)
        field = opening.options.text
        caption = meta.get(field) if field else self._beside(".txt")
        if caption is None and not field:
            caption = meta.get("caption")
        elif isinstance(caption, bytes):
            caption = _text(caption)
        return Entry(opening.data, read_caption(caption, opening.options))

    def _meta(self) -> dict[str, Any]:
        data = self._beside(".json")
        if data is None:
            return {}
        try:
            meta = orjson.loads(data)
        except orjson.JSONDecodeError as error:
            raise Problem("malformed-record", f"{self._stem}.json: {error}") from error
        if not isinstance(meta, dict):
            raise Problem("malformed-record", f"{self._stem}.json is no object")
        return meta

    def _beside(self, ending: str) -> bytes | None:
        data = self._opening.beside(self._stem + ending)
        if data is not None and len(data) > _MAX_BESIDE_BYTES:
            raise Problem("malformed-record", f"{self._stem}{ending} has {len(data):,} bytes")
        return data


class _Failures(Records):
    """What img2dataset could not fetch, by the list beside a tar."""

    def __init__(self, rows: ParquetRows) -> None:
        said = rows.column(_STATUS)
        self._failed = [row for row, status in enumerate(said) if status != _SUCCESS]
        if not self._failed:
            raise Problem("only-metadata", f"{len(said)} downloads, none of which failed")
        self._rows = rows
        self._rows.take([name for name in rows.schema.names if name not in _NOT_READ])

    def __len__(self) -> int:
        return len(self._failed)

    def entry(self, number: int, source: dict[str, Any]) -> Entry:
        source["records"] = [self._failed[number]]
        note(self._rows[self._failed[number]], source)
        raise Problem("failed-download", "img2dataset gives no message")


def note(meta: Mapping[str, Any], source: dict[str, Any]) -> None:
    """Keep what img2dataset says of a picture.

    Raises:
        Problem: "failed-download" if it says that it has none.
    """
    note_origin(meta, source)
    if facts := plain_facts(meta, _KEPT_OUT):
        source["meta"] = facts
    status = meta.get(_STATUS)
    if isinstance(status, str) and status != _SUCCESS:
        words = str(meta.get("error_message") or "without a message")[:300]
        raise Problem("failed-download", f"{status[:60]}: {words}")


def _is_list(rows: ParquetRows) -> bool:
    """Say whether a Parquet file lists downloads and holds no picture."""
    names = set(rows.schema.names)
    return {"key", "url", _STATUS} <= names and not {"jpg", "png", "webp"} & names


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem("malformed-record", f"the caption is not UTF-8: {error}") from error


FORMAT = _Tar()
