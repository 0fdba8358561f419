"""Tesseract as a process: what it reads, and how it ends when it must."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from PIL import Image

from dataengine import doctor
from dataengine.audit import tesseract
from dataengine.audit.pictures import grey
from dataengine.audit.tesseract import OcrFailed, Word, parsed, recognise
from dataengine.doctor import Finding, examine
from dataengine.errors import ToolMissing
from tests.dataengine.audit.pages import needs_tesseract, page

BLANK = Image.new("L", (100, 100), 255)


def program(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a program called `tesseract` in front of the true one."""
    folder.mkdir(exist_ok=True)
    path = folder / "tesseract"
    path.write_text(f"#!/bin/bash\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@needs_tesseract
def test_a_page_is_read_word_by_word_with_boxes() -> None:
    picture = grey(page()["image"]["bytes"])
    assert picture is not None
    words = recognise(picture, models="eng", segmentation=3, dpi=100)
    first = next(word for word in words if word.text == "harbour")
    assert first.confidence > 80
    assert 50 < first.box[0] < first.box[2] < 250
    assert 35 < first.box[1] < first.box[3] < 75
    assert len({word.line for word in words}) == 8


@needs_tesseract
def test_blank_paper_has_no_words() -> None:
    assert recognise(BLANK, models="eng", segmentation=3, dpi=100) == []


@needs_tesseract
def test_too_little_memory_is_a_failure_of_this_picture() -> None:
    with pytest.raises(OcrFailed):
        recognise(BLANK, models="eng", segmentation=3, dpi=100, memory_bytes=4 << 20)


def test_what_hangs_is_killed_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, all_gone
) -> None:
    program(tmp_path / "bin", monkeypatch, f"sleep 60 & echo $! > {tmp_path}/child; wait")
    with pytest.raises(OcrFailed, match="no answer"):
        recognise(BLANK, models="eng", segmentation=3, dpi=100, deadline_s=0.5)
    child = int((tmp_path / "child").read_text())
    assert all_gone(child)


@pytest.mark.parametrize("script", ["exit 3", "kill -SEGV $$", "cat >/dev/null; exit 1"])
def test_what_crashes_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    program(tmp_path / "bin", monkeypatch, script)
    with pytest.raises(OcrFailed):
        recognise(Image.new("L", (2000, 2000), 255), models="eng", segmentation=3, dpi=100)


def test_a_missing_program_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tesseract, "PROGRAM", "no-such-program-anywhere")
    tesseract.installed.cache_clear()
    with pytest.raises(ToolMissing, match="apt-get install tesseract-ocr"):
        tesseract.demand()
    tesseract.installed.cache_clear()


def test_lines_that_are_no_words_are_passed() -> None:
    table = "\n".join(
        [
            "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext",
            "1\t1\t0\t0\t0\t0\t0\t0\t99\t99\t-1\t",
            "5\t1\t1\t1\t1\t1\t10\t20\t30\t8\t91.5\tone",
            "5\t1\t1\t1\t1\t2\t50\t20\t30\t8\t40\t ",
            "5\t1\t1\t1\t2\t1\t10\t40\t30\t8\t88\ttab\tinside",
            "garbage",
        ]
    )
    assert parsed(table.encode()) == [
        Word("one", (10, 20, 40, 28), 0, 91.5),
        Word("tab\tinside", (10, 40, 40, 48), 1, 88.0),
    ]
    assert parsed(b"\xff\xfe") == []


def test_the_doctor_warns_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def tesseract_of() -> Finding:
        return next(finding for finding in examine() if finding.name == "tesseract")

    monkeypatch.setattr(doctor, "installed", lambda: ("5.3.0", ("chi_sim", "eng", "osd")))
    assert tesseract_of() == Finding("tesseract", "ok", "5.3.0")
    monkeypatch.setattr(doctor, "installed", lambda: ("5.3.0", ("eng",)))
    assert tesseract_of().state == "warning"
    assert "chi_sim" in tesseract_of().detail
    monkeypatch.setattr(doctor, "installed", lambda: ("", ()))
    assert "apt-get install" in tesseract_of().detail
