"""`report`: a page from a run's folder."""

from __future__ import annotations

from click.testing import CliRunner

from trainers.cli import main


def test_report_writes_one_page_with_the_same_bytes(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "log.jsonl").write_text('{"step": 3, "kind": "step", "loss": 2.5}\n')
    for name in ("a.html", "b.html"):
        words = ["report", str(tmp_path / "run"), "--out", str(tmp_path / name)]
        assert CliRunner().invoke(main, words).exit_code == 0
    page = (tmp_path / "a.html").read_bytes()
    assert page == (tmp_path / "b.html").read_bytes()
    assert b"<svg" in page


def test_the_page_lies_in_the_run_by_default(tmp_path):
    (tmp_path / "log.jsonl").write_text('{"step": 3, "kind": "step", "loss": 2.5}\n')
    done = CliRunner().invoke(main, ["report", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert b"<svg" in (tmp_path / "report.html").read_bytes()


def test_other_folders_are_refused(tmp_path):
    found = CliRunner().invoke(main, ["report", str(tmp_path), "--out", str(tmp_path / "x.html")])
    assert found.exit_code == 1
    assert "is it a run's folder" in found.output
    assert not (tmp_path / "x.html").exists()


def test_a_page_in_a_folder_that_is_not_there_is_refused(tmp_path):
    (tmp_path / "log.jsonl").write_text('{"step": 3, "kind": "step", "loss": 2.5}\n')
    found = CliRunner().invoke(
        main, ["report", str(tmp_path), "--out", str(tmp_path / "no/x.html")]
    )
    assert found.exit_code == 2
    assert "there is no folder" in found.output
