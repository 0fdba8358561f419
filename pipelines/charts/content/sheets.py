"""Reads statistical tables (CSV, Parquet) into typed columns and finds what charts they suit.

A CSV file may begin with comment lines: `# title: …`, `# source: …`, `# note: …`. The first row
names the columns; a unit stands in brackets: "Output (GWh)", "产量（万吨）".
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any, Literal

from dataengine.material import Piece, Refusal
from dataengine.pipeline import Item
from pipelines.charts.content.dates import read_date
from pipelines.charts.content.uses import uses_of_sheet
from pipelines.charts.content.words import decode, is_chinese, name_and_unit

MOST_ROWS, MOST_COLUMNS = 400, 40
MOST_ROWS_READ = 200_000
MOST_SLICES = 60
"""A table with more rows than `MOST_ROWS` is cut into one table per category, up to so many."""

_NUMBER = re.compile(r"[-+−]?\d{1,15}(?:\.\d{1,9})?|[-+−]?\.\d{1,9}")
_COMMENT = re.compile(r"#\s*(title|source|note)\s*[:：]\s*(.+)", re.IGNORECASE)
_EMPTY = ("", "na", "n/a", "nan", "null", "none", "-", "—", "..")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        kind: "number", "date" or "text".
        values: numbers (None where missing), ISO dates or strings.
        step: of dates: what they are precise to.
    """

    name: str
    unit: str
    kind: Literal["number", "date", "text"]
    values: Sequence[Any]
    step: str = ""

    def dump(self) -> dict[str, Any]:
        """Return the column as plain data."""
        return {"name": self.name, "unit": self.unit, "kind": self.kind, "step": self.step,
                "values": list(self.values)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of typed columns of equal length."""

    title: str
    source: str
    note: str
    columns: Sequence[Column]

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.columns[0].values) if self.columns else 0

    def dump(self) -> dict[str, Any]:
        """Return the table as plain data."""
        return {"title": self.title, "source": self.source, "note": self.note,
                "columns": [column.dump() for column in self.columns]}  # fmt: skip

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> Sheet:
        """Return the table of plain data."""
        columns = [Column(**one) for one in data["columns"]]
        return cls(data["title"], data["source"], data["note"], columns)


class NoTable(ValueError):
    """A file is no table that charts could be drawn from; the message says why."""


def harvest_tables(item: Item, data: bytes) -> Iterator[Piece | Refusal]:
    """Yield a table once for each use that it suits; a long one is cut by its categories first."""
    name = item.member or item.path
    try:
        sheet = read_sheet(data, name)
    except NoTable as error:
        yield Refusal("table", "bad-table", str(error))
        return
    for number, part in enumerate(_parts(sheet)):
        language = item.language or ("zh" if is_chinese(_words(part)) else "en")
        uses = uses_of_sheet(part)
        if not uses:
            yield Refusal("table", "no-chart", "no kind of chart suits its columns", part.title)
        body = part.dump()
        for use in uses:
            yield Piece(f"{language}/table/{use}", f"{item.sha256}/{number}", body)


def read_sheet(data: bytes, name: str) -> Sheet:
    """Read a table.

    Raises:
        NoTable: it is none, or has too many columns.
    """
    facts: dict[str, str] = {}
    rows = _parquet(data) if name.lower().endswith(".parquet") else _csv(data, facts)
    if len(rows) < 3 or len(rows[0]) < 2:
        raise NoTable("it has fewer than two rows or columns")
    header = [cell.strip() for cell in rows[0]]
    if len(header) > MOST_COLUMNS:
        raise NoTable(f"it has {len(header)} columns; at most {MOST_COLUMNS} are taken")
    if len(set(header)) != len(header) or "" in header:
        raise NoTable("its columns need names, each its own")
    body = [row for row in rows[1:] if any(cell.strip() for cell in row)]
    if any(len(row) != len(header) for row in body):
        raise NoTable("its rows have different lengths")
    columns = [
        column
        for at, title in enumerate(header)
        if (column := _column(title, [row[at].strip() for row in body])) is not None
    ]
    title = facts.get("title") or PurePosixPath(name).stem.replace("_", " ").replace("-", " ")
    return Sheet(_clean(title), facts.get("source", ""), facts.get("note", ""), columns)


def _csv(data: bytes, facts: dict[str, str]) -> list[list[str]]:
    text = decode(data)
    lines = text.splitlines()
    while lines and lines[0].lstrip().startswith("#"):
        if found := _COMMENT.fullmatch(lines[0].strip()):
            facts[found[1].lower()] = _clean(found[2])
        del lines[0]
    if not lines:
        return []
    delimiter = max(",;\t", key=lines[0].count)
    rows: list[list[str]] = []
    try:
        reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter)
        for row in reader:
            rows.append(row)
            if len(rows) > MOST_ROWS_READ:
                break
    except csv.Error as error:
        raise NoTable(f"it is no CSV: {error}") from error
    return rows


def _parquet(data: bytes) -> list[list[str]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(io.BytesIO(data), thrift_string_size_limit=1 << 20)
        if len(file.schema_arrow) > MOST_COLUMNS:
            raise NoTable(f"it has {len(file.schema_arrow)} columns")
        batch = next(file.iter_batches(batch_size=MOST_ROWS_READ), None)
    except (pa.ArrowException, OSError) as error:
        raise NoTable(f"it is no Parquet file: {error}") from error
    if batch is None:
        raise NoTable("it has no rows")
    rows = [list(batch.schema.names)]
    columns = [column.to_pylist() for column in batch.columns]
    rows += [
        ["" if cell is None else str(cell) for cell in row] for row in zip(*columns, strict=True)
    ]
    return rows


def _column(title: str, cells: list[str]) -> Column | None:
    """Type a column by its cells; None for one without any."""
    name, unit = name_and_unit(_clean(title))
    filled = [cell for cell in cells if cell.lower() not in _EMPTY]
    if not filled or not name:
        return None
    dates = [read_date(cell) for cell in filled]
    if all(dates) and not _is_measure(name, unit, filled):
        step = max((found[1] for found in dates if found), key=("year", "month", "day").index)
        values = [found[0].isoformat() if (found := read_date(cell)) else "" for cell in cells]
        return Column(name, unit, "date", values, _step(values, step))
    if all(_NUMBER.fullmatch(cell.replace(",", "")) for cell in filled):
        return Column(name, unit, "number", [_number(cell) for cell in cells])
    return Column(name, unit, "text", [_clean(cell) for cell in cells])


def _is_measure(name: str, unit: str, cells: list[str]) -> bool:
    """Say whether bare numbers that could be years are more likely amounts."""
    if any(not cell.isdigit() for cell in cells):
        return False
    return bool(unit) or any(not 1500 <= int(cell) <= 2200 for cell in cells)


def _step(values: list[str], step: str) -> str:
    """Return "quarter" for monthly dates three months apart, else the step as it is."""
    months = sorted({int(value[:4]) * 12 + int(value[5:7]) for value in values if value})
    gaps = {b - a for a, b in pairwise(months)}
    return "quarter" if step == "month" and gaps == {3} else step


def _number(cell: str) -> float | None:
    if cell.lower() in _EMPTY:
        return None
    value = float(cell.replace(",", "").replace("−", "-"))
    return value if math.isfinite(value) else None


def _parts(sheet: Sheet) -> Iterator[Sheet]:
    if sheet.rows <= MOST_ROWS:
        yield sheet
        return
    texts = [column for column in sheet.columns if column.kind == "text"]
    best = min(texts, key=lambda column: len(set(column.values)), default=None)
    if best is None or len(set(best.values)) * 4 > sheet.rows:
        yield _rows(sheet, range(0, sheet.rows, -(-sheet.rows // MOST_ROWS)), sheet.title)
        return
    places: dict[str, list[int]] = {}
    for at, value in enumerate(best.values):
        places.setdefault(value, []).append(at)
    for value, rows in list(places.items())[:MOST_SLICES]:
        part = _rows(sheet, rows[:MOST_ROWS], f"{sheet.title}: {value}", without=best)
        if part.rows > 2 and len(part.columns) > 1:
            yield part


def _rows(sheet: Sheet, rows: Sequence[int], title: str, without: Column | None = None) -> Sheet:
    columns = [
        Column(one.name, one.unit, one.kind, [one.values[at] for at in rows], one.step)
        for one in sheet.columns
        if one is not without
    ]
    return Sheet(title, sheet.source, sheet.note, columns)


def _words(sheet: Sheet) -> str:
    texts = (value for one in sheet.columns if one.kind == "text" for value in one.values)
    return " ".join((sheet.title, *(one.name for one in sheet.columns), *texts))


def _clean(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
