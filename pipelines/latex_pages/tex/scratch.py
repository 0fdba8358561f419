"""Scratch folders that do not outlive their process for long, however it dies."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

PREFIX = "dataengine-tex-"
LOCK = "held"
MEMORY = Path("/dev/shm")
LEAST_FREE = 2 << 30
"""Bytes: a run writes some tens of megabytes, at the very most `Limits.file_mb` per file."""


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Lend a private empty folder; it is removed at the end, or swept after a kill.

    The first call in a process sweeps what killed processes have left behind.
    """
    _sweep_once(os.getpid())
    folder, lock = _make()
    try:
        yield folder / "work"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def sweep() -> int:
    """Remove the folders whose process is gone (nobody holds their lock); return how many."""
    swept = 0
    for folder in (one for root in _roots() for one in root.glob(f"{PREFIX}*")):
        with suppress(OSError):
            if folder.is_symlink() or folder.stat().st_uid != os.getuid():
                continue
            lock = os.open(folder / LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.fstat(lock).st_nlink:  # else its owner has just removed it
                    shutil.rmtree(folder, ignore_errors=True)
                    swept += 1
            finally:
                os.close(lock)
    return swept


def _roots() -> list[Path]:
    """Return where scratch folders may be, the best first.

    In memory, where there is much room: on a disk, a file for each piece and one for all pages cost
    half a millisecond a page. The variable TMPDIR, where it is set, is obeyed.
    """
    roots = [Path(tempfile.gettempdir())]
    if "TMPDIR" in os.environ:
        return roots
    with suppress(OSError):
        if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > LEAST_FREE:
            roots.insert(0, MEMORY)
    return roots


@cache
def _sweep_once(pid: int) -> int:
    return sweep()


def _make() -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_roots()[0]))
        lock = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        with suppress(FileNotFoundError):  # swept by another process before the lock was held
            (folder / "work").mkdir()
            return folder, lock
        os.close(lock)
