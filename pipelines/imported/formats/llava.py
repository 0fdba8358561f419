"""LLaVA's conversation JSON: an array or lines of {"id", "image", "conversations"}."""

from __future__ import annotations

from typing import Any

from pipelines.imported.conversation import read_turns
from pipelines.imported.facts import note_origin
from pipelines.imported.formats import HEAD_BYTES
from pipelines.imported.options import Options
from pipelines.imported.record_file import RecordFile, record_id
from pipelines.imported.records import Entry, Format, Opening, Problem, Records

_TURNS = ("conversations", "messages")
_IMAGES = ("image", "images")
_SHOWN_CHARS = 200


class Llava(Format):
    """Conversations in JSON, with the pictures beside."""

    name = "llava"
    summary = "LLaVA's conversation JSON or JSON lines, pictures beside"
    kind = "conversation"
    suffixes = (".json", ".jsonl")

    def recognises(self, name: str, data: bytes) -> bool:
        """Look for a conversation in the file's beginning."""
        head = data[:HEAD_BYTES]
        return name.lower().endswith((".json", ".jsonl")) and any(
            f'"{key}"'.encode() in head for key in _TURNS
        )

    def open(self, opening: Opening) -> Records:
        """Find the records."""
        lines = (opening.item.member or opening.item.path).lower().endswith(".jsonl")
        return _Conversations(RecordFile(opening.data, lines=lines), opening.options)


class _Conversations(Records):
    def __init__(self, file: RecordFile, options: Options) -> None:
        self._file = file
        self._options = options

    def __len__(self) -> int:
        return len(self._file)

    def entry(self, number: int, source: dict[str, Any]) -> Entry:
        source["records"] = [number]
        record = self._file[number]
        if (name := record_id(record.get("id"))) is not None:
            source["record_id"] = name
        note_origin(record, source)
        image = _image_name(record)
        source["image"] = image[:_SHOWN_CHARS]
        key = next((key for key in _TURNS if key in record), None)
        if key is None:
            raise Problem("malformed-record", f"no {' nor '.join(_TURNS)}")
        return Entry(image, turns=read_turns(record[key], self._options, source))


def _image_name(record: dict[str, Any]) -> str:
    named = (record[key] for key in _IMAGES if record.get(key) is not None)
    image: object = next(named, [])
    if isinstance(image, list) and all(isinstance(one, str) for one in image):
        if not image:
            raise Problem("text-only", "the record names no picture")
        if len(image) > 1:
            raise Problem("several-images", f"the record names {len(image)} pictures")
        image = image[0]
    if not isinstance(image, str):
        raise Problem("malformed-record", f"image is a {type(image).__name__}, not a name")
    return image


FORMAT = Llava()
