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
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
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


@cache
def _sweep_once(pid: int) -> int:
    return sweep()


def _make() -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        lock = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        with suppress(FileNotFoundError):  # swept by another process before the lock was held
            (folder / "work").mkdir()
            return folder, lock
        os.close(lock)
