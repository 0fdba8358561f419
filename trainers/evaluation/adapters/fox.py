"""Fox page OCR (arXiv 2405.14295): 112 English and 100 Chinese pages, read as plain text.

Form: README of ucaslcl/Fox. `focus_benchmark_test/` has `en_page_ocr.json` and `cn_page_ocr.json`,
lists of {"image", "len", "conversations": [{"from", "value"}, …]}, and the pages in `en_pdf_png/`
and `cn_pdf_png/`. The file itself was not at hand: numbers of pages and the wording of the
questions ("<image>\\nOCR this image: ") are as users of the benchmark quote them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field

from trainers.evaluation.benchmark import Benchmark, Entry, read_published, write_json

SUMMARY = "Fox page OCR: the text of dense pages (folder focus_benchmark_test)"
PARTS = {"en": "English pages", "zh": "Chinese pages"}

RESULTS = "results_final.json"
_PREFIX = {"en": "en", "zh": "cn"}
_MARK = "<image>"


class _Said(BaseModel):
    value: str


class _Page(BaseModel):
    image: str
    conversations: Annotated[list[_Said], Field(min_length=2)]


def load(folder: Path, part: str) -> Benchmark:
    """Read the pages of a language."""
    prefix = _PREFIX[part]
    path = folder / f"{prefix}_page_ocr.json"
    entries = [
        Entry(
            id=page.image,
            image=f"{prefix}_pdf_png/{page.image}",
            prompt=page.conversations[0].value.replace(_MARK, "").strip(),
            targets=(page.conversations[1].value,),
            kind="page",
            language=part,
            own={"question": page.conversations[0].value},
        )
        for page in read_published(path, list[_Page])
    ]
    note = (
        "Published figures of Fox and GOT compare with --mode paper: their scripts hand over "
        "target and prediction in each other's place, which swaps precision and recall."
    )
    return Benchmark(
        f"Fox page OCR ({part})", folder, entries,
        task="text", metrics="text_fox", files=[path], notes=[note],
    )  # fmt: skip


def submit(benchmark: Benchmark, answers: Mapping[str, str], folder: Path) -> Path:
    """Write the file that `eval_tools/eval_ocr_test.py --out_file` reads; returns it."""
    data = [
        {
            "image": one.id,
            "question": one.own["question"],
            "label": one.targets[0],
            "answer": answers[one.id],
        }
        for one in benchmark.entries
        if one.id in answers
    ]
    return write_json(folder / RESULTS, data)
