"""img2dataset's Parquet form: a row per picture with its bytes, caption, address and status."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from pipelines.imported.captions import read_caption
from pipelines.imported.formats.img2dataset_tar import note
from pipelines.imported.parquet_rows import ParquetRows
from pipelines.imported.records import Entry, Format, Opening, Problem, Records

_PICTURES = ("jpg", "png", "webp")
_CAPTIONS = ("txt", "caption")
_OWN = {"key", "status"}


class _Parquet(Format):
    name = "img2dataset_parquet"
    summary = "img2dataset's Parquet files: a row per picture, with its bytes"
    kind = "caption"

    def recognises(self, name: str, data: bytes) -> bool:
        if not name.lower().endswith(".parquet"):
            return False
        schema = ParquetRows(data).schema
        return bool(_picture_columns(schema)) and bool(_OWN & set(schema.names))

    def open(self, opening: Opening) -> Records:
        return _Rows(opening)


class _Rows(Records):
    def __init__(self, opening: Opening) -> None:
        self._options = opening.options
        self._rows = ParquetRows(opening.data)
        schema = self._rows.schema
        found = [self._options.image] if self._options.image else _picture_columns(schema)
        named = [self._options.text] if self._options.text else list(_CAPTIONS)
        self._captions = [name for name in named if name in schema.names]
        usable = len(found) == 1 and found[0] in schema.names and found[0] not in self._captions
        if not usable or not self._captions:
            shown = ", ".join(f"{field.name} ({field.type})" for field in schema)[:1000]
            raise Problem("unknown-columns", f"set options.image and options.text; it has {shown}")
        self._image = found[0]
        facts = [field.name for field in schema if _is_plain(field) and field.name != "exif"]
        self._rows.take(list(dict.fromkeys((self._image, *self._captions, *facts))))

    def __len__(self) -> int:
        return len(self._rows)

    def entry(self, number: int, source: dict[str, Any]) -> Entry:
        source["records"] = [number]
        row = self._rows[number]
        image = row.pop(self._image)
        captions = [row.pop(name) for name in self._captions]
        note(row, source)
        if not isinstance(image, bytes) or not image:
            raise Problem("missing-image", f"the column {self._image} is empty")
        caption = next((one for one in captions if one is not None), None)
        return Entry(image, read_caption(caption, self._options))


def _picture_columns(schema: pa.Schema) -> list[str]:
    return [name for name in _PICTURES if name in schema.names and _is_bytes(schema.field(name))]


def _is_bytes(field: pa.Field) -> bool:
    return bool(pa.types.is_binary(field.type) or pa.types.is_large_binary(field.type))


def _is_plain(field: pa.Field) -> bool:
    return bool(pa.types.is_primitive(field.type) or is_text(field.type))


def is_text(kind: pa.DataType) -> bool:
    """Say whether a column holds texts."""
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


FORMAT = _Parquet()
