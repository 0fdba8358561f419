"""1,740 real pages through a job: what must be refused is, and what is accepted is true.

The witness is poppler's `pdftotext`, which shares no code with MuPDF. Skipped where the PDFs do not
lie beside the repository.
"""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from dataengine.finalize import finalize
from dataengine.reader import Dataset
from dataengine.recipe import resolve
from dataengine.storage import Storage
from dataengine.validate import validate
from tests.conftest import render

UNTRUE = (
    "da2021_drawings_textless",
    "linn_brochure_scan_skewed",
    "wikipedia_ocr_article_scan",
    "metre_broken_textmap",
    "truetype_nomapping",
    "alibaba_mock_slides",
)
"""Scans and drawings without text, and files whose text is not what their pages show."""

PLAIN = {
    "latex_news_issues": 0.9,
    "siunitx_manual": 0.9,
    "r_intro": 0.85,
    "riscv_spec_v2_2": 0.8,
    "whitehead_intro_mathematics": 0.8,
    "java_manual_huangshan": 0.85,
    "debian_reference_zh_cn": 0.75,
    "tex_impatient_zh": 0.65,
}
"""Well-made documents: file -> share of pages that should at least pass."""


@pytest.fixture(scope="module")
def dataset(shared_pdfs, tmp_path_factory) -> Dataset:
    folder = tmp_path_factory.mktemp("real")
    part = {"pipeline": "pdf_pages", "corpora": [str(shared_pdfs)]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATAENGINE_CACHE", str(folder / "cache"))
        plan, report = render(
            folder / "out", resolve({"name": "real", "parts": {"pdf": part}}, ""), 2
        )
    assert report.complete
    finalize(Storage(str(folder / "out")), plan)
    assert not validate(Storage(str(folder / "out")), plan, deep=True)
    return Dataset(str(folder / "out"))


@pytest.fixture(scope="module")
def by_file(dataset) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in dataset.rows(["source"]):
        found[Path(row["source"]["item"]).stem]["sample"] += 1
    for row in dataset.rejections(["source", "reason"]):
        found[Path(row["source"]["item"]).stem][row["reason"]] += 1
    return found


def test_every_page_is_accounted_for(dataset, by_file):
    assert dataset.manifest.totals["units"] == 1740
    assert sum(sum(counts.values()) for counts in by_file.values()) == 1740


@pytest.mark.parametrize("name", UNTRUE)
def test_no_page_of_an_untrue_file_is_accepted(by_file, name):
    assert by_file[name]
    assert by_file[name]["sample"] == 0


@pytest.mark.parametrize("name", PLAIN)
def test_most_pages_of_a_plain_document_are_accepted(by_file, name):
    counts = by_file[name]
    assert counts["sample"] >= PLAIN[name] * sum(counts.values()), counts


def test_no_unit_failed(dataset):
    reasons = dataset.manifest.reasons["pdf"]
    assert not {"crash", "timeout", "memory", "error"} & set(reasons)


def test_accepted_text_is_what_an_independent_reader_finds(dataset, shared_pdfs):
    """Characters of every twelfth page against pdftotext's, without order, blanks and hyphens."""
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (poppler-utils) is not installed")
    agreements = {}
    for place, row in enumerate(dataset.rows(["source", "targets"])):
        if place % 12 == 0:
            path = shared_pdfs / row["source"]["item"]
            other = poppler_text(path, row["source"]["page"])
            agreements[row["id"]] = agreement(row["targets"]["text"], other)
    assert len(agreements) > 100
    values = sorted(agreements.values())
    low = {id_: round(value, 3) for id_, value in agreements.items() if value < 0.9}
    assert values[len(values) // 2] > 0.99
    assert len(low) <= 0.03 * len(values), low


def poppler_text(path: Path, page: int) -> str:
    command = ["pdftotext", "-f", str(page), "-l", str(page), "-enc", "UTF-8", str(path), "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8")


def agreement(left: str, right: str) -> float:
    """Return the F1 of two bags of characters, compatibility forms and hyphens put aside."""
    bags = [
        Counter(
            letter
            for letter in unicodedata.normalize("NFKC", text)
            if not letter.isspace() and letter.isprintable() and letter not in "-‐\u00ad"
        )
        for text in (left, right)
    ]
    shared = sum((bags[0] & bags[1]).values())
    return 2 * shared / max(1, sum(bags[0].values()) + sum(bags[1].values()))
