"""Runs Tesseract: one process a picture, fed by a pipe, with a deadline and bounded memory and CPU.

The picture is untrusted only as pixels: it is decoded and checked before (`pictures`), so that
Tesseract's image libraries never see a file that somebody else has written.
"""

from __future__ import annotations

import contextlib
import functools
import io
import os
import resource
import shutil
import signal
import subprocess
from dataclasses import dataclass

from PIL import Image

from dataengine.errors import ToolMissing

PROGRAM = "tesseract"
MODELS = ("eng", "chi_sim")
INSTALL = "apt-get install tesseract-ocr tesseract-ocr-chi-sim"
CPU_S, DEADLINE_S = 60, 300.0
"""A page takes 1 to 4 s of CPU time; the deadline is for a machine that is busy with others."""
MEMORY_BYTES = 2 << 30
MAX_OUTPUT_BYTES = 16 << 20
_COLUMNS = 12
_WORD_LEVEL = "5"


class OcrFailed(Exception):
    """Tesseract gave nothing for a picture: it was killed, crashed, or refused it."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word as Tesseract reads it.

    Attributes:
        box: x0, y0, x1, y1 in pixels of the picture that it was given.
        line: number of its line, rising in Tesseract's reading order.
        confidence: 0 to 100.
    """

    text: str
    box: tuple[int, int, int, int]
    line: int
    confidence: float


def recognise(
    picture: Image.Image,
    *,
    models: str,
    segmentation: int,
    dpi: int,
    deadline_s: float = DEADLINE_S,
    memory_bytes: int = MEMORY_BYTES,
) -> list[Word]:
    """Return the words of a picture in Tesseract's reading order.

    Args:
        models: Tesseract's `-l`: "eng", "chi_sim+eng".
        segmentation: Tesseract's `--psm`.
        dpi: resolution to tell Tesseract, which guesses from it what is a letter.
        deadline_s: seconds after which it is killed.
        memory_bytes: address space that it may have.

    Raises:
        OcrFailed: no reading.
        ToolMissing: Tesseract is not installed.
    """
    command = [PROGRAM, "-", "-", "-l", models, "--psm", str(segmentation), "--dpi", str(dpi)]
    buffer = io.BytesIO()
    picture.save(buffer, "BMP")
    return parsed(_run([*command, "tsv"], buffer.getvalue(), deadline_s, memory_bytes))


@functools.cache
def installed() -> tuple[str, tuple[str, ...]]:
    """Return Tesseract's version and its models; ("", ()) where it is not installed."""
    if shutil.which(PROGRAM) is None:
        return "", ()
    version = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=False)
    models = subprocess.run([PROGRAM, "--list-langs"], capture_output=True, text=True, check=False)
    lines = (version.stdout or version.stderr).splitlines() or [""]
    return lines[0].removeprefix(PROGRAM).strip(), tuple(models.stdout.split()[1:])


def demand() -> None:
    """Raise `ToolMissing` unless Tesseract and both its models are there."""
    version, models = installed()
    lacking = [model for model in MODELS if model not in models]
    if not version or lacking:
        what = f"its models {' and '.join(lacking)} are" if version else "Tesseract is"
        raise ToolMissing(f"{what} not installed; {INSTALL}")


def parsed(table: bytes) -> list[Word]:
    """Return the words of Tesseract's TSV; lines that are no words are left out."""
    words: list[Word] = []
    numbers: dict[tuple[str, ...], int] = {}
    for row in table.decode("utf-8", "replace").split("\n")[1:]:
        cells = row.split("\t", _COLUMNS - 1)
        if len(cells) != _COLUMNS or cells[0] != _WORD_LEVEL or not cells[-1].strip():
            continue
        line = numbers.setdefault(tuple(cells[1:5]), len(numbers))
        x0, y0, width, height = (int(cell) for cell in cells[6:10])
        box = (x0, y0, x0 + width, y0 + height)
        words.append(Word(cells[-1].strip(), box, line, float(cells[10])))
    return words


def _run(command: list[str], data: bytes, deadline_s: float, memory_bytes: int) -> bytes:
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise ToolMissing(f"Tesseract is not installed; {INSTALL}") from error
    try:
        _limit(process.pid, memory_bytes)  # before it has read a single byte
        output, _ = process.communicate(data, timeout=deadline_s)
    except subprocess.TimeoutExpired as error:
        raise OcrFailed(f"no answer within {deadline_s:g} s") from error
    except BrokenPipeError as error:
        raise OcrFailed("it ended before it had read the picture") from error
    finally:
        _end(process)
    if process.returncode != 0:
        raise OcrFailed(f"it ended with {process.returncode}")
    if len(output) > MAX_OUTPUT_BYTES:
        raise OcrFailed(f"it wrote {len(output):,} bytes")
    return output


def _limit(pid: int, memory_bytes: int) -> None:
    try:
        resource.prlimit(pid, resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.prlimit(pid, resource.RLIMIT_CPU, (CPU_S, CPU_S))
    except ProcessLookupError:
        pass  # it has ended already, and its exit code says why


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill what still runs, and its children, and take the exit code."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
