"""ChartQA (arXiv 2203.10244): questions about charts, written by people or made by a model.

Form: vis-nlp/ChartQA, the folder of a split: `<split>_human.json`, `<split>_augmented.json`, lists
of {"imgname", "query", "label"}, and `png/`. The files give no ids: they are made from the place
in the file. The authors publish no tool that reads answers.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel

from trainers.evaluation.benchmark import Benchmark, Entry, find_one, read_published

SUMMARY = "ChartQA: short answers about charts (a split's folder, such as test)"
PARTS = {
    "both": "human and augmented, each a kind of its own",
    "human": "questions by people",
    "augmented": "questions made by a model",
}


class _Question(BaseModel):
    imgname: str
    query: str
    label: str


def load(folder: Path, part: str) -> Benchmark:
    """Read one of the question files, or both."""
    sorts = ["human", "augmented"] if part == "both" else [part]
    files = [find_one(folder, f"*_{sort}.json") for sort in sorts]
    entries = [
        Entry(
            id=f"{sort}-{number:05d}",
            image=f"png/{question.imgname}",
            prompt=question.query,
            targets=(question.label,),
            kind=sort,
            language="en",
        )
        for sort, path in zip(sorts, files, strict=True)
        for number, question in enumerate(read_published(path, list[_Question]))
    ]
    note = (
        "Papers quote relaxed accuracy as the mean of the figures of human and augmented, by the "
        "code of pix2struct: --mode paper."
    )
    return Benchmark(
        f"ChartQA ({part})", folder, entries,
        task="question", metrics="answer_relaxed", files=files, notes=[note],
    )  # fmt: skip
