"""Reads a COCO annotation file into flat arrays: of 450 MB about 60 stay, and never an outline.

The form: https://cocodataset.org/#format-data, top-level arrays `images`, `licenses`,
`annotations`, `categories`. A record that is not in that form costs itself only and is counted.
"""

from __future__ import annotations

import json
import math
import re
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

import numpy as np

from dataengine.json_records import NotRecords, RecordSpans
from pipelines.natural.geometry import Box

# Outlines, as numbers only, are four fifths of an instances file: out before it is looked through.
_OUTLINES = re.compile(rb'(?<!\\)"(?:segmentation|counts)"\s*+:\s*+\[[\[\]\d\s.,+\-eE]*+(?="|(\}))')
_MAX_WORDS = 2000
_MAX_ID = 1 << 62


@dataclass(frozen=True, slots=True)
class Found:
    """An object: its category, its box in the picture's own pixels, COCO's `iscrowd`."""

    name: str
    box: Box
    crowd: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """What a file says of one picture; empty or 0 where it says nothing.

    Attributes:
        licence: URL of the licence, or its name.
        url: where the picture was fetched from.
    """

    id: int
    width: int
    height: int
    licence: str
    url: str
    captions: tuple[str, ...]
    objects: tuple[Found, ...]


class CocoFile:
    """An annotation file.

    Attributes:
        refused: what was wrong -> how many records.

    Raises:
        NotRecords: it is not in COCO's form.
    """

    def __init__(self, data: bytes) -> None:
        self.refused: Counter[str] = Counter()
        data = _OUTLINES.sub(_emptied, data)
        self._images = _Images(_records(data, "images", self.refused), self.refused)
        self._licences = dict(self._named(data, "licenses", ("url", "name")))
        self._names = dict(self._named(data, "categories", ("name",)))
        self._words = _Texts()
        self._captions = _ByImage()
        self._boxes = array("d")
        self._kinds = array("q")
        self._objects = _ByImage()
        for record in _records(data, "annotations", self.refused):
            self._annotate(record)
        self._captions.close()
        self._objects.close()

    def find(self, file_name: str) -> Entry | None:
        """Return what the file says of a picture.

        It is looked for by as much of its path as `images` gives, else by the number that is its
        name (COCO's id). None where nothing fits, or more than one picture does.
        """
        row = self._images.row(file_name)
        if row is None:
            return None
        image = self._images
        number = image.ids[row]
        return Entry(
            number,
            image.widths[row],
            image.heights[row],
            self._licences.get(image.licences[row], ""),
            image.urls[row],
            tuple(self._words[at] for at in self._captions.rows(number)),
            tuple(self._object(at) for at in self._objects.rows(number)),
        )

    def _object(self, at: int) -> Found:
        x, y, width, height, crowd = self._boxes[5 * at : 5 * at + 5]
        box = (x, y, x + width, y + height)
        return Found(self._names[self._kinds[at]], box, bool(crowd))

    def _named(self, data: bytes, key: str, fields: tuple[str, ...]) -> Iterator[tuple[int, str]]:
        for record in _records(data, key, self.refused, optional=True):
            number = record.get("id")
            words = next((text for name in fields if (text := _text(record.get(name)))), "")
            if _is_id(number) and words:
                yield number, words
            else:
                self.refused[key] += 1

    def _annotate(self, record: Mapping[str, Any]) -> None:
        number = record.get("image_id")
        if not _is_id(number):
            self.refused["annotations"] += 1
            return
        words = _text(record.get("caption"))
        if words:
            self._captions.add(number)
            self._words.add(words)
        kind, box = record.get("category_id"), record.get("bbox")
        if _is_id(kind) and kind in self._names and _is_box(box):
            self._objects.add(number)
            self._kinds.append(kind)
            self._boxes.extend((*map(float, box), float(record.get("iscrowd") == 1)))
        elif not words:
            self.refused["annotations"] += 1


class _Images:
    """The entries of `images`, by file name and by id."""

    def __init__(self, records: Iterator[Mapping[str, Any]], refused: Counter[str]) -> None:
        self.ids = array("q")
        self.widths = array("q")
        self.heights = array("q")
        self.licences = array("q")
        self.urls = _Texts()
        self._by_name: dict[str, int] = {}
        self._by_id: dict[int, int] = {}
        for record in records:
            name, number = _text(record.get("file_name")), record.get("id")
            if not (name and _is_id(number)) or number in self._by_id:
                refused["images"] += 1
                continue
            row = self._by_id[number] = len(self.ids)
            # A name that stands for two pictures stands for none.
            self._by_name[name] = -1 if name in self._by_name else row
            self.ids.append(number)
            for column, key in (
                (self.widths, "width"),
                (self.heights, "height"),
                (self.licences, "license"),
            ):
                value = record.get(key)
                column.append(value if _is_id(value) else 0)
            self.urls.add(_link(record.get("flickr_url")) or _link(record.get("coco_url")))

    def row(self, file_name: str) -> int | None:
        steps = file_name.replace("!", "/").split("/")
        for start in range(len(steps)):
            row = self._by_name.get("/".join(steps[start:]))
            if row is not None:
                return row if row >= 0 else None
        stem = steps[-1].partition(".")[0]
        if stem.isascii() and stem.isdigit() and len(stem) <= 18:
            return self._by_id.get(int(stem))
        return None


class _Texts:
    """Texts end to end."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("q", [0])

    def add(self, text: str) -> None:
        self._bytes += text.encode("utf-8", "replace")
        self._ends.append(len(self._bytes))

    def __getitem__(self, at: int) -> str:
        return self._bytes[self._ends[at] : self._ends[at + 1]].decode()


class _ByImage:
    """Which rows belong to which picture, in the order of the file."""

    def __init__(self) -> None:
        self._of = array("q")
        self._order = np.zeros(0, np.intp)
        self._sorted = np.zeros(0, np.int64)

    def add(self, number: int) -> None:
        self._of.append(number)

    def close(self) -> None:
        of = np.array(self._of, np.int64)
        self._order = np.argsort(of, kind="stable")
        self._sorted = of[self._order]
        self._of = array("q")

    def rows(self, number: int) -> list[int]:
        first, end = np.searchsorted(self._sorted, [number, number + 1])
        return [int(row) for row in self._order[first:end]]


def _records(
    data: bytes, key: str, refused: Counter[str], *, optional: bool = False
) -> Iterator[Mapping[str, Any]]:
    spans = _spans(data, key, optional=optional)
    for number in range(0 if spans is None else len(spans)):
        assert spans is not None
        try:
            record = json.loads(spans[number])
        except (ValueError, RecursionError):
            record = None
        if isinstance(record, dict):
            yield record
        else:
            refused[key] += 1


def _spans(data: bytes, key: str, *, optional: bool) -> RecordSpans | None:
    """Find an array; the small ones that stand last without going through all before them."""
    if optional:
        last = data.rfind(b'"%s"' % key.encode())
        if last < 0:
            return None
        try:
            return RecordSpans(b"{" + data[last:], key)
        except NotRecords:
            pass
    try:
        return RecordSpans(data, key)
    except NotRecords:
        if optional:
            return None
        raise


def _emptied(outline: re.Match[bytes]) -> bytes:
    return b'"outline":0' if outline[1] else b'"outline":0,'


def _is_id(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MAX_ID


def _is_box(value: object) -> TypeGuard[list[float]]:
    """Say whether this is x, y, width and height with something inside."""
    if not isinstance(value, list) or len(value) != 4:
        return False
    for one in value:
        if isinstance(one, bool) or not isinstance(one, int | float) or abs(one) > 1e9:
            return False
    return all(map(math.isfinite, value)) and value[2] > 0 and value[3] > 0


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) and len(value) <= _MAX_WORDS else ""


def _link(value: object) -> str:
    text = _text(value)
    return text if text.startswith(("http://", "https://")) else ""
