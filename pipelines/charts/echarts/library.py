"""ECharts' JavaScript: one pinned file, brought once from its registry package, checked by hash.

It is kept in the user's cache folder, where a checkout and an installed wheel find it alike. npm
or pip brings it, with whatever registry the user has set up; nothing is fetched while drawing.
"""

from __future__ import annotations

import functools
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from dataengine.corpus.index import cache_folder
from dataengine.errors import ToolMissing
from dataengine.storage import Storage

VERSION = "5.6.0"
SHA256 = "bf4a223524e40b77c304bec67e1222cf551f14880cf42c69dc046558e11c07b1"
NPM_PACKAGE = f"echarts@{VERSION}"
PIP_PACKAGE = "panel==1.7.5"
"""Carries the same file, byte for byte."""
REMEDY = (
    "run `dataengine setup charts` (it needs npm or pip and a package registry), "
    f"or `dataengine setup charts --from FILE` with echarts.min.js {VERSION}, "
    "its npm tarball or the wheel of panel 1.7.5"
)

_FILE_BYTES = 4 << 20
_FETCH_S = 600

Say = Callable[[str], None]


def library_path() -> Path:
    """Return where the library is kept, whether it is there or not."""
    return cache_folder() / "echarts" / VERSION / "echarts.min.js"


def find() -> Path:
    """Return the path of the library.

    Raises:
        ToolMissing: it is not there, or not the file that it should be.
    """
    path = library_path()
    read_library(path)
    return path


def missing() -> tuple[str, ...]:
    """Return a sentence if the library is not there, saying how to get it."""
    try:
        find()
    except ToolMissing as error:
        return (str(error),)
    return ()


@functools.lru_cache(maxsize=2)
def _checked(path: Path, size: int, changed_ns: int) -> str | None:
    data = path.read_bytes()
    return data.decode("utf-8") if hashlib.sha256(data).hexdigest() == SHA256 else None


def read_library(path: Path | None = None) -> str:
    """Return the JavaScript, checked; raises `ToolMissing` like `find`."""
    path = path or library_path()
    try:
        stat = path.stat()
        text = _checked(path, stat.st_size, stat.st_mtime_ns)
    except OSError as error:
        raise ToolMissing(f"ECharts {VERSION} is not at {path}: {REMEDY}") from error
    if text is None:
        raise ToolMissing(f"{path} is not ECharts {VERSION} (its hash differs): {REMEDY}")
    return text


def fetch(say: Say, source: Path | None = None) -> Path:
    """Bring the library unless it is there; return its path.

    Args:
        say: called with a line of text per step.
        source: a local echarts.min.js, npm tarball or wheel to take it from; None: fetch it.

    Raises:
        ToolMissing: it cannot be had.
    """
    if source is None and not missing():
        say(f"ECharts {VERSION} is at {library_path()}")
        return library_path()
    with tempfile.TemporaryDirectory(prefix="echarts-") as folder:
        packages = [source] if source else _fetch_packages(say, Path(folder))
        for package in packages:
            for data in _candidates(package):
                if hashlib.sha256(data).hexdigest() == SHA256:
                    return _keep(say, data)
            say(f"{package.name} does not hold echarts.min.js {VERSION} (by its hash)")
    where = f"in {source}" if source else "by npm or pip"
    raise ToolMissing(f"ECharts {VERSION} was not found {where}: {REMEDY}")


def _keep(say: Say, data: bytes) -> Path:
    path = library_path()
    Storage(path.parent).write_bytes(path.name, data)
    say(f"ECharts {VERSION} is now at {path}")
    return path


def _fetch_packages(say: Say, folder: Path) -> Iterator[Path]:
    """Yield packages that should hold the library, each fetched only when the last did not do."""
    npm = shutil.which("npm")
    ways = (
        [(NPM_PACKAGE, [npm, "pack", "--silent", "--ignore-scripts", NPM_PACKAGE])] if npm else []
    )
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-input"]
    ways.append((PIP_PACKAGE, [*pip, "--only-binary=:all:", "--dest", ".", PIP_PACKAGE]))
    for number, (package, command) in enumerate(ways):
        place = folder / str(number)
        place.mkdir()
        say(f"fetching {package} by {Path(command[0]).name}")
        try:
            done = subprocess.run(
                command,
                cwd=place,
                env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=_FETCH_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            say(f"{package}: {error}")
            continue
        if done.returncode:
            last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
            say(f"{package}: {''.join(last) or 'failed'}")
        yield from sorted(place.iterdir())


def _candidates(package: Path) -> Iterator[bytes]:
    """Yield the contents of every file in a package that may be the library, or its own."""
    try:
        data = package.read_bytes()
        if zipfile.is_zipfile(io.BytesIO(data)):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for info in archive.infolist():
                    if info.filename.endswith("echarts.min.js") and info.file_size < _FILE_BYTES:
                        yield archive.read(info)
        elif data[:2] == b"\x1f\x8b":
            with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
                for member in archive:
                    named = member.name.endswith("echarts.min.js")
                    if named and member.isfile() and member.size < _FILE_BYTES:
                        stream = archive.extractfile(member)
                        if stream:
                            yield stream.read()
        else:
            yield data
    except (OSError, zipfile.BadZipFile, tarfile.TarError, EOFError, RuntimeError) as error:
        raise ToolMissing(f"{package} cannot be read: {error}") from error
