"""Dumps a format once per preamble and installation, decompressed, and checks it when it is used.

A format holds the packages, the page's look and (pdflatex) everything up to \\begin{document} with
the usual fonts loaded. TeX gunzips 18 MB at each start if the dump is left as it is.
"""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import xxhash

from dataengine.errors import DataEngineError, ToolMissing
from pipelines.latex_pages.tex.installation import Engine, Installation, clean_environment, find
from pipelines.latex_pages.tex.protocol import format_code
from pipelines.latex_pages.tex.scratch import scratch_folder
from pipelines.latex_pages.tex.search import get_search_tree

VERSION = 1
DUMP_S = 300

_NATIVE_FONTS_OFF = r"""
\let\DEselectfont\selectfont \let\selectfont\relax
\font\DEfont=cmr10 \DEfont \baselineskip12pt \topskip10pt
"""
_NATIVE_FONTS_ON = r"\let\selectfont\DEselectfont"
"""XeTeX refuses to dump once a native font is loaded, which LaTeX does when it selects one."""

_PRELOAD = r"""
\setbox0\vbox{\hsize 10cm
  \def\DEmath{$a_{b_c}^{1}\mathrm{a}\mathbf{a}\mathcal{A}\mathsf{a}\sum_a^b\left(\int\right)$}%
  \def\DEtext{a\textbf{a\textit{a}}\textit{a}\texttt{a}\textsf{a}\textsc{a}\DEmath}%
  \DEtext{\footnotesize\DEtext}{\small\DEtext}{\large\DEtext}{\Large\textbf{a}\DEmath}%
  \ifdefined\mathbb$\mathbb{R}_{\mathbb{R}}\mathfrak{a}$\fi
  \ifdefined\bm$\bm{a_{b}}$\fi
  \ifdefined\DEpreload\DEpreload\fi}
\setbox0\box\voidb@x
"""


class FormatError(DataEngineError):
    """TeX did not dump a format; the message holds TeX's own."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format that is ready to be used.

    Attributes:
        engine: which engine reads it.
        path: the dump, decompressed.
        key: hash of all that it was made from; the same key draws the same pages.
        tree: the texmf tree for runs with it.
        installation: where the engine is.
    """

    engine: Engine
    path: Path
    key: str
    tree: Path
    installation: Installation


def get_format(engine: Engine, preamble: str, cache: Path) -> Format:
    """Return the format of a preamble, dumped now if it is not in `cache` or not whole there.

    Args:
        preamble: from `\\documentclass` on, without `\\begin{document}`. For xelatex it must
            choose no native (OpenType) font: the prelude of a run does. If it defines
            `\\DEpreload`, that is typeset once, to load fonts into a pdflatex format.
        cache: folder shared by all processes of this machine.

    Raises:
        ToolMissing: TeX or a package is not installed.
        FormatError: TeX found a fault in the preamble.
    """
    installation = find(engine)
    source = _source(engine, preamble)
    made_from = [VERSION, engine, source, sorted(installation.versions.items())]
    key = hashlib.sha256(json.dumps(made_from).encode()).hexdigest()[:32]
    folder = cache.absolute() / "formats" / key
    tree = get_search_tree(installation, cache)
    if not _is_whole(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder / "lock"):
            if not _is_whole(folder):
                _make(installation, source, folder)
    return Format(engine, folder / "page.fmt", key, tree, installation)


def _source(engine: Engine, preamble: str) -> str:
    code = format_code(preamble)
    if engine == "xelatex":
        return f"{_NATIVE_FONTS_OFF}{preamble}\n{code}{_NATIVE_FONTS_ON}\n\\nofiles\\dump\n"
    settings = r"\pdfcompresslevel=0 \pdfobjcompresslevel=0 \pdfgentounicode=1"
    tail = rf"\makeatletter{_PRELOAD}\makeatother\dump"
    return f"{preamble}\n{code}{settings}\n\\nofiles\\begin{{document}}\n{tail}\n"


def _make(installation: Installation, source: str, folder: Path) -> None:
    with scratch_folder() as work:
        (work / "page.tex").write_text(source, encoding="utf-8")
        command = [str(installation.program), "-ini", "-interaction=nonstopmode", "-recorder"]
        command += ["-no-shell-escape", "-jobname=page", f"&{installation.engine}", "page.tex"]
        try:
            subprocess.run(
                command,
                cwd=work,
                env=clean_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=DUMP_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise FormatError(f"TeX dumped no format in {DUMP_S} s") from error
        _look_for_faults(work / "page.log", work / "page.fmt")
        dumped = (work / "page.fmt").read_bytes()
        raw = gzip.decompress(dumped) if dumped.startswith(b"\x1f\x8b") else dumped
        about = {
            "size": len(raw),
            "hash": xxhash.xxh3_128_hexdigest(raw),
            "inputs": _inputs(work / "page.fls"),
        }
    _replace(folder / "page.fmt", raw)
    _replace(folder / "about.json", json.dumps(about).encode())


def _look_for_faults(log: Path, dump: Path) -> None:
    text = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""
    absent = re.search(r"File `([^']+)' not found", text)
    if absent:
        raise ToolMissing(f"LaTeX does not find {absent.group(1)}: a TeX package is not installed")
    faults = re.findall(r"^! .*(?:\n(?!l\.\d).*){0,12}\nl\.\d+ .*|^! .*", text, re.MULTILINE)
    if faults or not dump.is_file():
        message = " ".join((faults or ["no format was dumped"])[0].split())[:500]
        raise FormatError(f"the preamble has a fault: {message}")


def _inputs(record: Path) -> list[list[Any]]:
    """Return [path, size, time of last change] of the installed files that a dump has read."""
    lines = record.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    paths = {line[6:] for line in lines if line.startswith("INPUT /")}
    return [[path, *_state(path)] for path in sorted(paths) if os.path.isfile(path)]


def _state(path: str) -> tuple[int, int]:
    try:
        found = os.stat(path)
    except OSError:
        return (-1, -1)
    return (found.st_size, found.st_mtime_ns)


def _is_whole(folder: Path) -> bool:
    states = [_state(str(folder / name)) for name in ("page.fmt", "about.json")]
    return min(states)[0] > 0 and _holds_what_it_says(folder, tuple(states))


@lru_cache(maxsize=256)
def _holds_what_it_says(folder: Path, states: tuple[tuple[int, int], ...]) -> bool:
    """Read a dump once per process and state of its files, and the state of what it was made of."""
    try:
        about = json.loads((folder / "about.json").read_bytes())
        raw = (folder / "page.fmt").read_bytes()
        if len(raw) != about["size"] or xxhash.xxh3_128_hexdigest(raw) != about["hash"]:
            return False
        return all([size, time] == [*_state(path)] for path, size, time in about["inputs"])
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=path.name, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("ab") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield
