"""Hub datasets of picture and text as Parquet: a picture's column and one of captions or chats."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from pipelines.imported.captions import read_caption
from pipelines.imported.conversation import read_turns
from pipelines.imported.facts import note_origin, plain_facts
from pipelines.imported.formats.img2dataset_parquet import is_text
from pipelines.imported.parquet_rows import ParquetRows
from pipelines.imported.record_file import record_id
from pipelines.imported.records import Entry, Format, Opening, Problem, Records

_CAPTIONS = ("caption", "text", "captions", "txt")
_TURN_KEYS = ({"from", "value"}, {"role", "content"})
_IMG2DATASET = {"key", "status"}


class _Hub(Format):
    name = "hub"
    summary = "Parquet of the Hub: a picture's column and one of captions or conversations"
    kind = "caption"

    def recognises(self, name: str, data: bytes) -> bool:
        if not name.lower().endswith(".parquet"):
            return False
        schema = ParquetRows(data).schema
        return bool(_pictures(schema)) and not _IMG2DATASET & set(schema.names)

    def open(self, opening: Opening) -> Records:
        return _Rows(opening)


class _Rows(Records):
    def __init__(self, opening: Opening) -> None:
        self._options = opening.options
        self._rows = ParquetRows(opening.data)
        schema = self._rows.schema
        self._image = _choose(self._options.image, _pictures(schema), schema, "image")
        self._text = _choose(self._options.text, _texts(schema), schema, "text")
        if self._image == self._text:
            raise Problem("unknown-columns", f"{self._image!r} cannot be both image and text")
        self._is_chat = _is_chat(schema.field(self._text).type)
        facts = [field.name for field in schema if _is_plain(field.type)]
        self._rows.take(list(dict.fromkeys((self._image, self._text, *facts))))

    def __len__(self) -> int:
        return len(self._rows)

    def entry(self, number: int, source: dict[str, Any]) -> Entry:
        source["records"] = [number]
        row = self._rows[number]
        image, text = row.pop(self._image), row.pop(self._text)
        note_origin(row, source)
        if (name := record_id(row.pop("id", None))) is not None:
            source["record_id"] = name
        if facts := plain_facts(row, ("url", "license", "licence")):
            source["meta"] = facts
        picture = _picture(image, source)
        if self._is_chat:
            turns = read_turns(text, self._options, source)
            return Entry(picture, turns=turns, kind="conversation")
        return Entry(picture, read_caption(text, self._options))


def _picture(image: object, source: dict[str, Any]) -> bytes | str:
    """Return a picture's bytes or, where only that is there, its name."""
    if isinstance(image, list):
        if len(image) > 1:
            raise Problem("several-images", f"the row has {len(image)} pictures")
        image = image[0] if image else None
    if isinstance(image, dict):
        path = image.get("path")
        if isinstance(path, str) and path:
            source["image"] = path[:200]
        image = image.get("bytes") or path
    if image is None or image == b"":
        raise Problem("text-only", "the row has no picture")
    if not isinstance(image, bytes | str):
        raise Problem("malformed-record", f"the picture is a {type(image).__name__}")
    return image


def _choose(wanted: str, found: list[str], schema: pa.Schema, option: str) -> str:
    if wanted in schema.names:
        return wanted
    if len(found) == 1 and not wanted:
        return found[0]
    shown = ", ".join(f"{field.name} ({field.type})" for field in schema)[:1000]
    seen = f"no column {wanted!r}" if wanted else f"{len(found)} columns could be the {option}"
    raise Problem("unknown-columns", f"{seen}; set options.{option}; it has {shown}")


def _pictures(schema: pa.Schema) -> list[str]:
    return [field.name for field in schema if _is_picture(field.type)]


def _texts(schema: pa.Schema) -> list[str]:
    """Return what can be the text: conversations first, then what is called so, then any text."""
    chats = [field.name for field in schema if _is_chat(field.type)]
    texts = [field.name for field in schema if is_text(field.type) or _is_texts(field.type)]
    called = [name for name in texts if name.lower() in _CAPTIONS]
    return chats or called or texts


def _is_picture(kind: pa.DataType) -> bool:
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        kind = kind.value_type
    if pa.types.is_struct(kind):
        return {field.name for field in kind} == {"bytes", "path"}
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _is_chat(kind: pa.DataType) -> bool:
    if not (pa.types.is_list(kind) or pa.types.is_large_list(kind)):
        return False
    turn = kind.value_type
    names = {field.name for field in turn} if pa.types.is_struct(turn) else set()
    return any(keys <= names for keys in _TURN_KEYS)


def _is_texts(kind: pa.DataType) -> bool:
    is_list = pa.types.is_list(kind) or pa.types.is_large_list(kind)
    return bool(is_list and is_text(kind.value_type))


def _is_plain(kind: pa.DataType) -> bool:
    return bool(pa.types.is_primitive(kind) or is_text(kind))


FORMAT = _Hub()
