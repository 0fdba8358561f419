"""What is kept of each row while duplicates are looked for: two keys, its name and its sketches."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from tempfile import TemporaryFile
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt
import xxhash

from dataengine.duplicates import find_pairs
from dataengine.fingerprint import SKETCH_BYTES, sketch
from dataengine.overlap.duplicate_report import DuplicateReport, Matches
from dataengine.overlap.photos import is_picture_sketch, photo_sketch
from dataengine.overlap.row_names import RowNames
from dataengine.overlap.sample_text import answer_chars, comparable_text
from dataengine.overlap.settings import Duplicates, Form

NO_KEY = 0
_SKETCHES_AT_ONCE = 4096


class SketchFile:
    """Sketches and their rows' numbers, on disk until they are compared."""

    def __init__(self) -> None:
        self._file = TemporaryFile(prefix="dataengine-sketches-")  # noqa: SIM115  (closed below)
        self._rows = array("q")

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, row: int, fingerprint: bytes) -> None:
        """Keep a row's sketch, if it has a whole one."""
        if len(fingerprint) == SKETCH_BYTES:
            self._rows.append(row)
            self._file.write(fingerprint)

    def near(self, threshold: float) -> Iterator[tuple[int, int, float]]:
        """Yield (row, nearest earlier row, similarity) over the threshold."""
        for pair in find_pairs(self._read(), threshold):
            yield int(pair.id), int(pair.of), pair.similarity

    def _read(self) -> Iterator[tuple[str, bytes]]:
        self._file.seek(0)
        for start in range(0, len(self._rows), _SKETCHES_AT_ONCE):
            rows = self._rows[start : start + _SKETCHES_AT_ONCE]
            block = self._file.read(len(rows) * SKETCH_BYTES)
            for place, row in enumerate(rows):
                yield str(row), block[place * SKETCH_BYTES : (place + 1) * SKETCH_BYTES]

    def close(self) -> None:
        """Remove the file."""
        self._file.close()


class RowKeys:
    """Takes rows one by one; `report` compares them."""

    def __init__(self, settings: Duplicates) -> None:
        self._settings = settings
        self._names = RowNames()
        self._pictures = array("Q")
        self._texts = array("Q")
        self._talks = array("Q")
        self._near_text = SketchFile()
        self._near_picture = SketchFile()

    def __enter__(self) -> RowKeys:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._near_text.close()
        self._near_picture.close()

    def add(self, row: Mapping[str, Any]) -> None:
        """Keep what is needed of a row."""
        number = self._names.add(str(row["dataset"]), str(row["id"]))
        forms = self._settings.forms
        whole = comparable_text(row)
        talk = whole if row.get("turns") else ""
        text = whole if self._is_telling(row, whole) else ""
        self._talks.append(_key(talk) if talk else NO_KEY)
        self._pictures.append(_picture_key(row, talk) if "picture" in forms else NO_KEY)
        self._texts.append(_key(text) if text and "text" in forms else NO_KEY)
        if "near-text" in forms and text:
            self._near_text.add(number, _text_sketch(row, text))
        if "near-picture" in forms:
            self._near_picture.add(number, photo_sketch(row, self._settings.sketch_kinds))

    def _is_telling(self, row: Mapping[str, Any], text: str) -> bool:
        # "Yes" to one question about two pictures is no duplicate; a long answer is.
        least = self._settings.min_chars
        return len(text) >= least and not (row.get("turns") and answer_chars(row) < least)

    def report(self) -> DuplicateReport:
        """Compare all rows."""
        matches = Matches()
        same_picture = _first_of_same(self._pictures)
        same_text = _first_of_same(self._texts)
        matches.add_exact("picture", same_picture)
        matches.add_exact("text", same_text)
        for row, of, similarity in self._near_text.near(self._settings.near_text):
            if same_text[row] == row:
                matches.add("near-text", row, of, similarity)
        for row, of, similarity in self._near_picture.near(self._settings.near_picture):
            if same_picture[row] == row and self._talks[row] == self._talks[of]:
                matches.add("near-picture", row, of, similarity)
        compared: dict[Form, int] = {
            "picture": _num_keys(self._pictures),
            "text": _num_keys(self._texts),
            "near-text": len(self._near_text),
            "near-picture": len(self._near_picture),
        }
        wanted = {form: compared[form] for form in self._settings.forms}
        return DuplicateReport(self._names, matches, wanted)


def _picture_key(row: Mapping[str, Any], talk: str) -> int:
    pixels = row.get("pixel_hash")
    return _key(f"{pixels}\n{talk}") if pixels else NO_KEY


def _text_sketch(row: Mapping[str, Any], text: str) -> bytes:
    """Return the stored sketch if it is that of the text: of charts it is that of their labels."""
    fingerprint: bytes = row.get("fingerprint") or b""
    targets = row.get("targets") or {}
    is_other = not fingerprint or is_picture_sketch(fingerprint) or "text" not in targets
    return sketch(text) if is_other or "dict" in targets or row.get("turns") else fingerprint


def _key(text: str) -> int:
    return xxhash.xxh3_64_intdigest(text.encode("utf-8", "replace")) or 1


def _num_keys(keys: array[int]) -> int:
    return int(np.count_nonzero(np.frombuffer(keys, np.uint64))) if keys else 0


def _first_of_same(keys: array[int]) -> npt.NDArray[np.int64]:
    """Return for each row the first one with its key: itself, where none is earlier."""
    first = np.arange(len(keys), dtype=np.int64)
    if not keys:
        return first
    values = np.frombuffer(keys, np.uint64)
    order = np.argsort(values, kind="stable")
    in_order = values[order]
    begins = np.concatenate([[True], in_order[1:] != in_order[:-1]])
    starts = np.flatnonzero(begins)
    first[order] = order[starts[np.cumsum(begins) - 1]]
    unkeyed = values == NO_KEY
    first[unkeyed] = np.flatnonzero(unkeyed)
    return first
