"""DocVQA, task 1 (arXiv 2007.00398): questions about scanned pages, each with its right answers.

Form: rrc.cvc.uab.es, challenge 17: one object with "dataset_split" and "data", a list of
{"questionId", "question", "image", "answers"}, and the pages in `documents/`. The archives of today
have the questions in `spdocvqa_qas/` (`val_v1.0_withQT.json`, with the questions' types) and the
pages in `spdocvqa_images/`, as users of theirs show; "image" still begins with "documents/". The
test split has no answers: nothing is scored then, and the submission is what is wanted.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from pydantic import BaseModel

from trainers.evaluation.benchmark import (
    Benchmark,
    Entry,
    find_one,
    read_published,
    write_json,
)

SUMMARY = "DocVQA task 1: short answers about scanned pages (the folder with its archives unpacked)"
PARTS = {"val": "with answers", "test": "without: only the submission is written"}

SUBMISSION = "submission.json"
_LATER, _LATER_QUESTIONS = "spdocvqa_images", "spdocvqa_qas"


class _Question(BaseModel):
    questionId: int
    question: str
    image: str
    answers: list[str] | None = None
    question_types: list[str] | None = None


class _File(BaseModel):
    dataset_split: str
    data: list[_Question]


def load(folder: Path, part: str) -> Benchmark:
    """Read the questions of a split; the kind of a case is its question's types."""
    path = _questions(folder, part)
    later = (folder / _LATER).is_dir()
    entries = [
        Entry(
            id=str(one.questionId),
            image=f"{_LATER}/{PurePosixPath(one.image).name}" if later else one.image,
            prompt=one.question,
            targets=tuple(one.answers or ()),
            kind=" + ".join(sorted(one.question_types or ())),
            language="en",
            own={"questionId": one.questionId},
        )
        for one in read_published(path, _File).data
    ]
    return Benchmark(
        f"DocVQA ({part})", folder, entries, task="question", metrics="answer_anls", files=[path]
    )


def _questions(folder: Path, part: str) -> Path:
    """Return the file of a split, the one with the questions' types where there are two."""
    inner = folder / _LATER_QUESTIONS
    folder = inner if inner.is_dir() else folder
    typed = sorted(folder.glob(f"{part}_v*_withQT.json"))
    return typed[0] if len(typed) == 1 else find_one(folder, f"{part}_v*.json")


def submit(benchmark: Benchmark, answers: Mapping[str, str], folder: Path) -> Path:
    """Write the file that the competition's site takes: [{"questionId", "answer"}, …].

    Every question stands in it; without a prediction the answer is empty.
    """
    data = [
        {"questionId": one.own["questionId"], "answer": answers.get(one.id, "")}
        for one in benchmark.entries
    ]
    return write_json(folder / SUBMISSION, data)
