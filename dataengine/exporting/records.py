"""Examples as records of a line each, with pictures in files beside them.

Both formats that have one list per split and a folder of pictures share this. While an export is
under way the lines of each shard lie in `parts/`; the list is made of them at the end.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from dataengine.canonical import canonical_json
from dataengine.exporting.format import Files, Shards
from dataengine.exporting.pictures import picture
from dataengine.exporting.settings import IMAGE_MARK, MarkedOptions
from dataengine.exporting.writing import shard_name, write_file, write_picture, write_stream
from dataengine.receipt import StoredFile
from dataengine.storage import Storage
from dataengine.views.example import Example

PARTS, IMAGES, SOURCES = "parts", "images", "sources"
_LINE_ENDS = re.compile("[\x85\u2028\u2029]")

MARK_IN_TEXT = "mark-in-text"
"""Reason: a turn holds a string that the trainer would read as a mark."""


def mark_fault(example: Example, options: MarkedOptions) -> str | None:
    """Return the reason for leaving an example out whose words hold a mark."""
    reserved = {IMAGE_MARK, *options.reserved}
    texts = [turn.text for turn in example.conversation.turns]
    return MARK_IN_TEXT if any(mark in text for mark in reserved for text in texts) else None


def turns_with_mark(example: Example, mark: str) -> list[tuple[str, str]]:
    """Return (role, text) of all turns, with the picture's mark before the first."""
    turns = [(turn.role, turn.text) for turn in example.conversation.turns]
    role, text = turns[0]
    return [(role, mark + text), *turns[1:]]


class RecordShard:
    """Writes a shard's pictures as they come and its lines at the end.

    A picture that several examples of the shard share is written once.
    """

    def __init__(self, storage: Storage, split: str, number: int, images: str) -> None:
        self._storage, self._name, self._images = storage, shard_name(split, number), images
        self._known: dict[bytes, str] = {}
        self._files: list[StoredFile] = []
        self._lines: list[str] = []
        self._sources: list[str] = []

    def image(self, example: Example) -> str:
        """Store an example's picture and return its name inside the folder of pictures."""
        data, suffix = picture(example, self._images)
        digest = hashlib.sha256(data).digest()
        if digest not in self._known:
            name = f"{self._name}/{example.id}.{suffix}"
            self._files.append(write_picture(self._storage, f"{IMAGES}/{name}", data))
            self._known[digest] = name
        return self._known[digest]

    def add(self, example: Example, record: dict[str, Any]) -> None:
        """Add an example's record, and where it came from."""
        self._lines.append(_one_line(json.dumps(record, ensure_ascii=False)))
        self._sources.append(_one_line(canonical_json(facts_of(example))))

    def finish(self) -> tuple[StoredFile, ...]:
        """Write the shard's lines."""
        for folder, lines in ((PARTS, self._lines), (SOURCES, self._sources)):
            data = "".join(f"{line}\n" for line in lines).encode()
            name = f"{folder}/{self._name}.jsonl"
            self._files.append(write_file(self._storage, name, data, rows=len(lines)))
        return tuple(self._files)


def _one_line(text: str) -> str:
    """Escape the line ends of Unicode, at which some readers part lines."""
    return _LINE_ENDS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def facts_of(example: Example) -> dict[str, Any]:
    """Return what an example is, besides its picture and its words."""
    conversation = example.conversation
    return {
        "id": example.id,
        "sample": example.sample,
        "member": example.member,
        "kind": example.kind,
        "language": example.language,
        "template": example.template,
        "width": example.width,
        "height": example.height,
        "task": conversation.task,
        "prompt_language": conversation.language,
        "details": dict(conversation.details),
        "degraded": [dict(one) for one in example.degraded],
        "source": dict(example.source),
    }


def joined(
    storage: Storage,
    shards: Shards,
    ending: str,
    shape: Callable[[Iterator[bytes]], Iterable[bytes]],
) -> Files:
    """Write one file per split of the lines of its shards.

    Args:
        ending: of the files' names, such as ".jsonl".
        shape: makes the file's pieces of the lines, which come without their ends.
    """
    files = []
    for split, of_split in shards.items():
        parts = parts_of(of_split)
        rows = sum(file.rows for file in parts)
        pieces = shape(lines_of(storage, parts))
        files.append(write_stream(storage, f"{split}{ending}", pieces, rows))
    return tuple(files)


def parts_of(shards: Iterable[Iterable[StoredFile]]) -> list[StoredFile]:
    """Return the files of lines of a split's shards."""
    return [file for files in shards for file in files if file.name.startswith(f"{PARTS}/")]


def lines_of(storage: Storage, parts: Iterable[StoredFile]) -> Iterator[bytes]:
    """Yield the lines of a split's shards, without their ends."""
    for file in parts:
        with storage.open(file.name) as stream:
            for line in stream:
                yield line.rstrip(b"\n")
