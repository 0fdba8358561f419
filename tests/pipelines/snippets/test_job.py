"""Jobs of snippets: the same bytes with any number of workers, valid, each row made again."""

from __future__ import annotations

from pathlib import Path

import pytest

from dataengine.finalize import finalize
from dataengine.reader import Dataset
from dataengine.recipe import Recipe, resolve
from dataengine.reproduce import reproduce
from dataengine.storage import Storage
from dataengine.validate import validate
from pipelines.snippets import PIPELINE
from pipelines.snippets.options import Options
from tests.conftest import REPOSITORY, contents, render


@pytest.fixture(autouse=True)
def _path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))


def recipe(corpus: Path) -> Recipe:
    parts = {
        "digits": {"pipeline": "snippets", "samples": 8, "options": {"text": "digits"}},
        "words": {"pipeline": "snippets", "samples": 8, "options": {"language": "zh", "jitter": 1}},
        "own": {"pipeline": "snippets_corpus", "samples": 6, "corpora": [str(corpus)]},
    }
    shards = {"rows": 4, "min_rows": 4}
    return resolve({"name": "snippets", "seed": 3, "parts": parts, "shards": shards}, "test")


def test_a_job_with_one_and_two_workers(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "words.txt").write_text("lapwing at dusk\ngrey heron\n雨后的田野\n")
    plan, report = render(tmp_path / "one", recipe(corpus))
    assert report.complete
    again, report = render(tmp_path / "two", recipe(corpus), workers=2)
    assert report.complete
    assert again == plan
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    storage = Storage(str(tmp_path / "one"))
    finalize(storage, plan)
    assert validate(storage, plan, deep=True) == []
    rows = list(Dataset(str(tmp_path / "one")).rows())
    assert len(rows) == 22
    for row in (rows[0], rows[10], rows[-1]):
        assert reproduce(storage, plan, row["id"]).exact, row["id"]
    assert "cc0-1.0" in (tmp_path / "one" / "README.md").read_text()


def test_requirements_name_fonts_and_phrases() -> None:
    words = PIPELINE.requirements(Options(fonts=1))
    assert not words.missing
    assert {"pillow", "FreeType", "bundled phrases", "DejaVuSans.ttf"} <= set(words.versions)
    digits = PIPELINE.requirements(Options(text="digits", fonts=1))
    assert "bundled phrases" not in digits.versions
