"""The page of a mixture, from its record alone."""

from __future__ import annotations

import json

from click.testing import CliRunner

from dataengine.cli import main
from dataengine.mixture.record import (
    RECORD_FORMAT,
    DatasetEntry,
    Record,
    SplitEntry,
    save_record,
)
from dataengine.storage import Storage
from tests.dataengine.report.test_dataset_page import Elements


def record(name: str = "blend") -> Record:
    pairs = [{"dataset": "one", "of_dataset": "two", "form": "text", "count": 3}]
    hits = [{"dataset": "one", "file": "<b>", "form": "text", "count": 1}]
    return Record(
        RECORD_FORMAT, name, 3, "1", "plan", {},
        {"one": DatasetEntry("../one", "hash", "demo@1", 20)},
        {"train": SplitEntry("train.parquet", "hash", 10, 30, 12, 1)},
        {"pages": {"wanted": 30, "available": 12, "drawn": 12, "left_out": {"<i>kind</i>": 8}}},
        {"train": {"language": {"en": 20, "zh": 10}}},
        {
            "duplicate": {"duplicates": 3, "samples": 20, "pairs": pairs},
            "benchmark": {"samples": 1, "hits": hits},
        },
    )  # fmt: skip


def test_verb_reports_a_mixture(tmp_path):
    save_record(Storage(str(tmp_path)), record("<blend>"))
    out = tmp_path / "page.html"

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(main, ["stats", str(tmp_path), *arguments])
        assert done.exit_code == 0, done.output
        return done.stdout

    run("--report", str(out))
    found = Elements(out.read_text())
    assert not found.tags & {"b", "i", "blend", "script"}
    for text in ("<blend>", "<i>kind</i>", "one in <b>", "3 of 20 repeat", "66.7%"):
        assert text in found.text
    data = json.loads(run("--json"))
    assert data["report"]["train"]["language"] == {"en": 20, "zh": 10}
    assert "train: 30 examples of 12 samples" in run()
