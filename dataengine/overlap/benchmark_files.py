"""Texts of benchmarks by record, from files of many forms, none of them trusted.

Files are read piece by piece and never run, unpacked or followed out of the folder that was named.
What is not UTF-8 is read as GB 18030 where the whole file is such text, else with marks in place of
what cannot be read.
"""

from __future__ import annotations

import codecs
import csv
import io
import mmap
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dataengine.errors import ConfigError, CorpusError
from dataengine.overlap.json_strings import json_strings
from dataengine.overlap.sample_text import leaves

Records = Iterator[tuple[int, str]]
_BLOCK_BYTES = 1 << 20
_ROWS_AT_ONCE = 256
_MOST_CHARS = 1 << 16
"""Longer lines and paragraphs of plain text are cut, so that memory stays flat."""


def benchmark_paths(files: Sequence[str]) -> list[Path]:
    """Return the files that names stand for: a folder for all known ones below it, sorted.

    Raises:
        ConfigError: there is no such file, or none of a form that is read.
    """
    paths: list[Path] = []
    for name in files:
        path = Path(name)
        if path.is_dir():
            found = sorted(one for one in path.rglob("*") if _is_below(one, path))
            if not found:
                raise ConfigError(f"{path} holds no file of {_KNOWN}")
            paths += found
        elif not path.is_file():
            raise ConfigError(f"the benchmark file {path} is not there")
        elif path.suffix.lower() not in _READERS:
            raise ConfigError(f"{path} is of no form that is read: {_KNOWN}")
        else:
            paths.append(path)
    return list(dict.fromkeys(paths))


def records(path: Path) -> Records:
    """Yield (record, text) of a file: each string of each record, in order.

    A record is a row of a table, a line of JSON lines or an element of a JSON array, counted from
    1 (`json_strings`); of plain text, a paragraph, and its number is that of its first line.

    Raises:
        CorpusError: the file cannot be read.
    """
    try:
        yield from _READERS[path.suffix.lower()](path)
    except (OSError, pa.ArrowException) as error:
        raise CorpusError(f"the benchmark file {path} cannot be read: {error}") from error


def _is_below(path: Path, folder: Path) -> bool:
    inside = path.resolve().is_relative_to(folder.resolve())
    return path.suffix.lower() in _READERS and path.is_file() and inside


def _json(path: Path) -> Records:
    with path.open("rb") as stream:
        if path.stat().st_size:
            with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
                yield from json_strings(data)


def _json_lines(path: Path) -> Records:
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            for _, text in json_strings(line):
                yield number, text


def _plain(path: Path) -> Records:
    lines: list[str] = []
    number, first, size = 1, 1, 0
    with _text(path) as stream:
        while line := stream.readline(_MOST_CHARS):
            if lines and (not line.strip() or size > _MOST_CHARS):
                yield first, "".join(lines)
                lines, size = [], 0
            if line.strip():
                first = first if lines else number
                lines.append(line)
                size += len(line)
            number += line.endswith("\n")
    if lines:
        yield first, "".join(lines)


def _table(path: Path) -> Records:
    with _text(path, newline="") as stream:
        rows = csv.reader(stream, delimiter="\t" if path.suffix.lower() == ".tsv" else ",")
        number = 0
        while True:
            number += 1
            try:
                row = next(rows, None)
            except csv.Error:  # a cell beyond the csv module's limit: a stray quote
                continue
            if row is None:
                return
            for cell in row:
                yield number, cell


def _parquet(path: Path) -> Records:
    with pq.ParquetFile(path) as file:
        leaf_columns = (file.schema.column(place) for place in range(len(file.schema.names)))
        texts = [one.path for one in leaf_columns if one.logical_type.type == "STRING"]
        number = 0
        if not texts:
            return
        for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE, columns=texts):
            for row in batch.to_pylist():
                number += 1
                for column in row.values():
                    for text in leaves(column, with_keys=False):
                        yield number, text


_READERS: Mapping[str, Callable[[Path], Records]] = {
    ".txt": _plain,
    ".md": _plain,
    ".json": _json,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".csv": _table,
    ".tsv": _table,
    ".parquet": _parquet,
}
_KNOWN = ", ".join(_READERS)


def _text(path: Path, newline: str | None = None) -> io.TextIOWrapper:
    return path.open(encoding=_encoding(path), errors="replace", newline=newline)


def _encoding(path: Path) -> str:
    with path.open("rb") as stream:
        mark = stream.read(2)
    if mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    return next((one for one in ("utf-8-sig", "gb18030") if _decodes(path, one)), "utf-8-sig")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK_BYTES):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
