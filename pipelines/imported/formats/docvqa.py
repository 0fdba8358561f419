"""DocVQA (Task 1, rrc.cvc.uab.es): an object whose "data" lists questions on pages of documents."""

from __future__ import annotations

from typing import Any

from pipelines.imported.facts import plain_facts
from pipelines.imported.formats import HEAD_BYTES
from pipelines.imported.questions import Question, QuestionRecords, make_question
from pipelines.imported.record_file import RecordFile, record_id, text_field
from pipelines.imported.records import Format, Opening, Problem, Records

_DATA = "data"
_MARKS = (b'"questionId"', b'"question"', b'"image"')
_FACTS = ("docId", "ucsf_document_id", "ucsf_document_page_no", "data_split")


class _DocVqa(Format):
    name = "docvqa"
    summary = "DocVQA's Task 1 JSON, pages of documents beside"
    kind = "document_qa"
    suffixes = (".json",)

    def recognises(self, name: str, data: bytes) -> bool:
        head = data[:HEAD_BYTES]
        return name.lower().endswith(".json") and all(mark in head for mark in _MARKS)

    def open(self, opening: Opening) -> Records:
        return QuestionRecords(RecordFile(opening.data, _DATA), _question, opening.options)


def _question(record: dict[str, Any]) -> Question:
    if "answers" not in record:
        raise Problem("no-answers", "the record has no answers, as in the test split")
    answers = record["answers"]
    if not isinstance(answers, list) or not all(isinstance(one, str) for one in answers):
        raise Problem("malformed-record", "answers is no list of texts")
    facts = plain_facts({name: record[name] for name in _FACTS if name in record})
    if (number := record_id(record.get("questionId"))) is not None:
        facts["record_id"] = number
    types = record.get("question_types")
    if isinstance(types, list) and all(isinstance(one, str) for one in types):
        facts["question_types"] = types[:20]
    return make_question(
        text_field(record, "image"), text_field(record, "question"), answers, facts
    )


FORMAT = _DocVqa()
