"""ChartQA: a list of {"imgname", "query", "label"} beside the folders `png` and `tables`."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any

from pipelines.imported.formats import HEAD_BYTES
from pipelines.imported.questions import Question, QuestionRecords, make_question
from pipelines.imported.record_file import RecordFile, text_field
from pipelines.imported.records import Format, Opening, Records

_MARKS = (b'"imgname"', b'"query"', b'"label"')
_PNG, _TABLES = "png", "tables"
_WRITERS = ("human", "augmented")
_MAX_TABLE_BYTES = 1 << 20


class _ChartQa(Format):
    name = "chartqa"
    summary = "ChartQA's human and augmented questions, png and tables beside"
    kind = "chart_qa"
    suffixes = ("_human.json", "_augmented.json")  # boxes lie in JSON files beside

    def recognises(self, name: str, data: bytes) -> bool:
        head = data[:HEAD_BYTES]
        return name.lower().endswith(".json") and all(mark in head for mark in _MARKS)

    def open(self, opening: Opening) -> Records:
        stem = posixpath.basename(opening.item.member or opening.item.path).rpartition(".")[0]
        writers = [one for one in _WRITERS if one in stem.lower()]
        facts = {"questions_by": writers[0]} if len(writers) == 1 else {}

        def table(image: str) -> Mapping[str, Any]:
            return _table(opening, image)

        file = RecordFile(opening.data)
        return QuestionRecords(file, _question, opening.options, table, facts)


def _question(record: dict[str, Any]) -> Question:
    image = text_field(record, "imgname")
    name = f"{_PNG}/{image}" if image else ""
    return make_question(name, text_field(record, "query"), [text_field(record, "label")], {})


def _table(opening: Opening, image: str) -> dict[str, str]:
    """Return the table behind a chart, if it lies beside and is text."""
    stem = image.removeprefix(f"{_PNG}/").rpartition(".")[0]
    data = opening.beside(f"{_TABLES}/{stem}.csv") if stem else None
    if data is None or len(data) > _MAX_TABLE_BYTES:
        return {}
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return {}
    return {"csv": text} if text.strip() else {}


FORMAT = _ChartQa()
