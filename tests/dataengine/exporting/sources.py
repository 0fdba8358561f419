"""Examples and sources for tests of exports."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from dataengine.canonical import content_hash
from dataengine.exporting.exporting import export
from dataengine.exporting.registry import make_format
from dataengine.sample import Turn
from dataengine.storage import Storage
from dataengine.views.example import Conversation, Example


def picture(number: int, kind: str = "PNG") -> bytes:
    """Return a small picture that differs from others."""
    buffer = io.BytesIO()
    Image.new("RGB", (8, 6), (number % 256, number // 256 % 256, 9)).save(
        buffer, kind, **({"lossless": True} if kind == "WEBP" else {})
    )
    return buffer.getvalue()


def example(number: int, *texts: str, **changes: Any) -> Example:
    """Return an example; its turns are `texts`, user and assistant in turn."""
    said = texts or (f"Read number {number}.", f"Line one of {number}\nand two, 第{number}行")
    turns = tuple(Turn(("user", "assistant")[i % 2], text) for i, text in enumerate(said))
    facts: dict[str, Any] = {
        "id": f"pages-7-{number:09d}-0",
        "sample": f"pages-7-{number:09d}",
        "member": "",
        "image": picture(number),
        "image_format": "png",
        "width": 8,
        "height": 6,
        "kind": "page",
        "language": "en",
        "source": {"corpus": "bundled_en", "item": f"{number}.pdf", "licence": "CC0-1.0"},
        "conversation": Conversation("text", "en", turns, {"questions": [{"set": "own"}]}),
    }
    return Example(**{**facts, **changes})


class Broken(Exception):
    """What a source fails with that is told to."""


class ListSource:
    """Examples that are given, by split; fails after a number of them if it is told to."""

    name, summary, seed, recipe = "toy", "A toy.", 5, "name: toy\n"

    def __init__(self, splits: Mapping[str, Sequence[Example]], fail_after: int = -1) -> None:
        self._splits, self._left = splits, fail_after
        self.hash = content_hash({split: [one.id for one in of] for split, of in splits.items()})
        self.taken: list[str] = []

    @property
    def splits(self) -> list[str]:
        return list(self._splits)

    @property
    def counts(self) -> Mapping[str, Mapping[str, int]]:
        return {split: {"samples": len(some)} for split, some in self._splits.items()}

    def examples(self, split: str, start: int = 0) -> Iterator[Example]:
        for one in self._splits[split][start:]:
            if self._left == 0:
                raise Broken
            self._left -= 1
            self.taken.append(one.id)
            yield one


def exported(out: Path, name: str, source: ListSource, **options: Any) -> dict[str, Any]:
    """Export a source in shards of three, unless told otherwise."""
    format = make_format(name, {"shard_examples": 3, **options})
    return export(Storage(str(out)), source, format, source.splits)


def contents(out: Path) -> dict[str, bytes]:
    """Return the bytes of all files of an export."""
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and ".partial" not in path.parts and path.name != ".lock"
    }
