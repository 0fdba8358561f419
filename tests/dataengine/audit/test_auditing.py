"""A whole audit of a small dataset: every row is accounted for, on the command line too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from dataengine.audit import tesseract
from dataengine.audit.auditing import audit
from dataengine.audit.planting import Planted
from dataengine.audit.summary import summarise
from dataengine.cli import main
from dataengine.storage import Storage
from tests.dataengine.audit.pages import CHINESE, dataset, needs_tesseract, page


@pytest.fixture
def small(tmp_path: Path) -> Storage:
    rows = [page(number) for number in range(2)]
    rows += [page(number, CHINESE, "zh") for number in range(2)]
    rows.append(page(9) | {"part": "talk", "targets": {}, "turns": [{"role": "user", "text": "?"}]})
    return dataset(tmp_path / "data", rows)


@needs_tesseract
def test_every_row_drawn_is_accounted_for(small: Storage) -> None:
    told: list[tuple[int, int]] = []
    done = audit(small, size=5, workers=2, on_done=lambda now, total: told.append((now, total)))
    assert told == [(number, 5) for number in range(1, 6)]
    assert {one.id for one in done.findings} == done.draw.ids
    assert sorted(one.verdict for one in done.findings) == ["agrees"] * 4 + ["not-comparable"]
    assert summarise(done).contradicted.count == 0
    assert not any(one.picture or one.target for one in done.findings)
    assert json.loads(json.dumps(done.as_data()))["tesseract"]


@needs_tesseract
def test_workers_do_not_change_the_findings(small: Storage) -> None:
    one, two = (audit(small, size=2, seed=3, workers=count) for count in (1, 2))
    assert one.as_data() == two.as_data()


@needs_tesseract
def test_planted_faults_are_found_from_the_command_line(small: Storage, tmp_path: Path) -> None:
    report = tmp_path / "out" / "audit.html"
    arguments = [small.url, "--sample", "4", "--workers", "2", "--report", str(report), "--json"]
    done = CliRunner().invoke(main, ["audit", *arguments, "--plant", "wrong-language=1"])
    assert done.exit_code == 0, done.output
    result = json.loads(done.stdout)
    planted = [one for one in result["findings"] if one["planted"]]
    assert planted
    assert {one["cause"] for one in planted} == {"other-language"}
    assert result["summary"]["caught"][0]["fault"] == "wrong-language"
    assert "planted: wrong-language" in report.read_text("utf-8")


@needs_tesseract
def test_a_clean_dataset_is_told_in_words(small: Storage) -> None:
    done = CliRunner().invoke(main, ["audit", small.url, "--sample", "3", "--workers", "2"])
    assert done.exit_code == 0, done.output
    assert "contradicted: 0.0 %" in done.stdout


def test_unknown_faults_are_wrong_usage(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["audit", str(tmp_path), "--plant", "moved=1"])
    assert done.exit_code == 2
    assert "moved" in done.output


def test_without_tesseract_the_audit_says_so(
    small: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tesseract, "PROGRAM", "no-such-program-anywhere")
    tesseract.installed.cache_clear()
    done = CliRunner().invoke(main, ["audit", small.url, "--sample", "3"])
    tesseract.installed.cache_clear()
    assert done.exit_code == 1
    assert "apt-get install" in done.output


def test_a_planted_row_says_so() -> None:
    assert Planted(page()).fault == ""
