"""Commands end at their deadline and leave no process behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.latex_pages.tex.process import run_command
from pipelines.latex_pages.tex.sandbox import Limits, Sandbox, Walls, bubblewrap
from tests.pipelines.latex_pages.tex.setting import get

SLEEPERS = "sleep 77.5 & echo $! > child; sleep 77.5"
WORKER = """
import sys
from pathlib import Path
from pipelines.latex_pages.tex.process import run_command
from tests.pipelines.latex_pages.tex.setting import get
from pipelines.latex_pages.tex.sandbox import Limits, Sandbox
format = get("pdflatex", Path(sys.argv[1]))
box = Sandbox(sys.argv[2], format.installation, format.tree, format.path)
job = Path(sys.argv[3])
(job / "main.tex").write_text(r"\\def\\a{\\a}\\immediate\\openout3=begun \\a")
inner = [str(format.installation.program), "-fmt=" + str(format.path), "main.tex"]
command = box.command(job, inner, Limits(cpu_s=30))
run_command(command, box.environment(), job, job.parent / "transcript", 60)
"""


def test_what_is_printed_and_the_status_come_back(tmp_path: Path) -> None:
    transcript = tmp_path / "transcript"
    ended = run_command(["sh", "-c", "echo a; echo b >&2; exit 3"], {}, tmp_path, transcript, 20)
    assert (ended.code, ended.timed_out) == (3, False)
    assert transcript.read_text() == "a\nb\n"


def test_the_deadline_ends_the_whole_group(tmp_path: Path, all_gone: Callable[[int], bool]) -> None:
    environment = {"PATH": os.defpath}
    begun = time.monotonic()
    ended = run_command(["sh", "-c", SLEEPERS], environment, tmp_path, tmp_path / "t", 0.5)
    assert ended.timed_out
    assert time.monotonic() - begun < 10
    child = int((tmp_path / "child").read_text())
    for _ in range(100):
        if all_gone(child):
            break
        time.sleep(0.05)
    assert all_gone(child)


@pytest.mark.parametrize("walls", ["bubblewrap", "limits"])
def test_tex_dies_with_its_worker(tex: Path, tmp_path: Path, walls: Walls) -> None:
    if walls == "bubblewrap" and not bubblewrap():
        pytest.skip("bubblewrap does not work here")
    get("pdflatex", tex)
    job = tmp_path / "job"
    job.mkdir()
    worker = subprocess.Popen([sys.executable, "-c", WORKER, str(tex), walls, str(job)])
    try:
        assert _wait(lambda: (job / "begun.tex").exists() and bool(_engines(str(tex))))
    finally:
        worker.kill()
        worker.wait()
    assert _wait(lambda: not _engines(str(tex)))


def test_limits_are_set(tex: Path, tmp_path: Path) -> None:
    format = get("pdflatex", tex)
    box = Sandbox("limits", format.installation, format.tree, format.path)
    limits = Limits(cpu_s=7, memory_mb=300, file_mb=5)
    command = box.command(tmp_path, ["cat", "/proc/self/limits"], limits)
    run_command(command, box.environment(), tmp_path, tmp_path / "t", 20)
    lines = {
        line[:26].strip(): line[26:].split() for line in (tmp_path / "t").read_text().splitlines()
    }
    assert lines["Max cpu time"][:2] == ["7", "7"]
    assert lines["Max address space"][0] == str(300 << 20)
    assert lines["Max file size"][0] == str(5 << 20)
    assert lines["Max core file size"][0] == "0"


def _engines(cache: str) -> list[str]:
    """Processes that have a format of this cache on their command line."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            state = (folder / "stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if b"pdftex" in words[0] and any(cache.encode() in word for word in words) and state != "Z":
            found.append(folder.name)
    return found


def _wait(condition: Callable[[], bool]) -> bool:
    for _ in range(400):
        if condition():
            return True
        time.sleep(0.05)
    return False
