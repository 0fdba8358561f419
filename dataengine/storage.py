"""A job's output folder, on a disk or any fsspec store, in which a file is whole or absent.

A file appears under its name only when it is complete: on a disk it is written beside, synced and
renamed; on an object store it is written locally and put in one piece. What a crash leaves behind
lies under `.partial/` and is swept when the next job takes the folder's lock.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

import fsspec

from dataengine.errors import StorageError

PARTIAL = ".partial"
LOCK = ".lock"

_MEANINGS = {
    errno.ENOSPC: "the disk is full; free some space and run the same command again",
    errno.EDQUOT: "the disk quota is used up; free some space and run the same command again",
    errno.EROFS: "the file system is read-only; choose another folder",
    errno.EACCES: "this user may not write there; choose another folder or change its permissions",
    errno.EPERM: "this user may not write there; choose another folder or change its permissions",
    errno.ENOTDIR: "a part of the path is a file, not a folder; choose another folder",
    errno.EEXIST: "a file stands where a folder should be; choose another folder",
    errno.ENAMETOOLONG: "the name is too long for the file system; shorten the part's name",
    errno.ENOLCK: "the file system has no locks; choose a folder on another",
    errno.EOPNOTSUPP: "the file system has no locks; choose a folder on another",
    errno.EFBIG: "the file would pass the size limit of the file system or of `ulimit -f`",
}


@contextmanager
def storage_errors(path: object) -> Iterator[None]:
    """Turn an `OSError` of writing into a `StorageError` that names the path and the remedy."""
    try:
        yield
    except OSError as error:
        number = error.errno or _errno_in(str(error))
        meaning = _MEANINGS.get(number or 0, "run the same command again once this is mended")
        raise StorageError(f"cannot write {path}: {error} ({meaning})") from error


def _errno_in(message: str) -> int | None:
    # Arrow's OSError for a failed write carries the number only in its text.
    for number in _MEANINGS:
        if f"errno {number}]" in message.lower():
            return number
    return None


class Storage:
    """A folder on any fsspec file system; names are relative, with forward slashes."""

    def __init__(self, url: str | Path) -> None:
        self.url = str(url)
        try:
            self.fs, self._root = fsspec.core.url_to_fs(self.url)
        except (ImportError, ValueError) as error:
            raise StorageError(f"cannot open {self.url}: {error}") from error
        self.is_local = "file" in _protocols(self.fs)

    def __repr__(self) -> str:
        return f"Storage({self.url!r})"

    def path(self, name: str = "") -> str:
        """Return the file system's own path of a name."""
        root = str(self._root).rstrip("/")
        return f"{root}/{name}" if name else root or "/"

    def local_path(self, name: str = "") -> Path:
        """Return the path on this machine's disk; only where `is_local`."""
        if not self.is_local:
            raise StorageError(f"{self.url} is not on this machine's disk")
        return Path(self.path(name))

    def exists(self, name: str) -> bool:
        """Say whether a file or folder of this name is there."""
        return bool(self.fs.exists(self.path(name)))

    def size(self, name: str) -> int | None:
        """Return a file's size in bytes, or None where it is not there."""
        try:
            return int(self.fs.info(self.path(name))["size"])
        except FileNotFoundError:
            return None

    def read_bytes(self, name: str) -> bytes:
        """Return a file's content; raises `FileNotFoundError`."""
        return cast(bytes, self.fs.cat_file(self.path(name)))

    def open(self, name: str) -> BinaryIO:
        """Open a file for reading at random."""
        return cast(BinaryIO, self.fs.open(self.path(name), "rb"))

    def names(self, folder: str, suffix: str = "") -> list[str]:
        """List the files below a folder, sorted, relative to the root."""
        self.fs.invalidate_cache()
        try:
            found = self.fs.find(self.path(folder))
        except FileNotFoundError:
            return []
        prefix = self.path().rstrip("/") + "/"
        return sorted(
            str(path).removeprefix(prefix) for path in found if str(path).endswith(suffix)
        )

    def remove(self, name: str) -> None:
        """Remove a file or folder if it is there."""
        if self.exists(name):
            with storage_errors(self.path(name)):
                self.fs.rm(self.path(name), recursive=True)

    def write_bytes(self, name: str, data: bytes) -> None:
        """Write a small file in one step: after a crash it is whole or absent."""
        with self.staged(name) as path:
            path.write_bytes(data)

    def write_text(self, name: str, text: str) -> None:
        """Write a small UTF-8 file in one step."""
        self.write_bytes(name, text.encode("utf-8"))

    @contextmanager
    def staged(self, name: str) -> Iterator[Path]:
        """Lend a local path to write to; the file appears under `name` when the block ends well.

        Raises:
            StorageError: the disk is full, read-only, …; nothing appears under `name`.
        """
        with self.scratch(name) as path, storage_errors(self.path(name)):
            yield path
            self.publish(path, name)

    @contextmanager
    def scratch(self, name: str) -> Iterator[Path]:
        """Lend a local path near `name`, removed when the block ends unless it was published."""
        with storage_errors(self.path(name)):
            folder = self._scratch_folder()
        try:
            yield folder / PurePosixPath(name).name
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def publish(self, path: Path, name: str) -> None:
        """Make a finished scratch file appear under its name, in one step.

        Raises:
            StorageError: it could not; nothing appears under `name`.
        """
        with storage_errors(self.path(name)):
            if self.is_local:
                _sync(path)
                target = self.local_path(name)
                target.parent.mkdir(parents=True, exist_ok=True)
                os.replace(path, target)
                _sync(target.parent)
                return
            self.fs.makedirs(str(PurePosixPath(self.path(name)).parent), exist_ok=True)
            self.fs.put_file(str(path), self.path(name))
            self.fs.invalidate_cache()
            if self.size(name) != path.stat().st_size:
                raise StorageError(f"{self.path(name)} was not stored whole; run again")

    def _scratch_folder(self) -> Path:
        if not self.is_local:
            return Path(tempfile.mkdtemp(prefix="dataengine-"))
        partial = self.local_path(PARTIAL)
        partial.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(dir=partial))

    def sweep(self) -> int:
        """Remove what an interrupted job left behind; returns how many leftovers there were."""
        if not self.is_local or not self.local_path(PARTIAL).is_dir():
            return 0
        leftovers = list(self.local_path(PARTIAL).iterdir())
        self.remove(PARTIAL)
        return len(leftovers)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for one job at a time (local folders; the kernel frees it on a crash)."""
        if not self.is_local:
            yield
            return
        with storage_errors(self.path(LOCK)):
            self.local_path().mkdir(parents=True, exist_ok=True)
            stream = self.local_path(LOCK).open("a")
        with stream:
            try:
                with storage_errors(self.path(LOCK)):
                    fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except StorageError as error:
                if not isinstance(error.__cause__, BlockingIOError):
                    raise
                raise StorageError(
                    f"another job is working in {self.url}; `dataengine status {self.url}` "
                    "shows how far it is"
                ) from error
            yield


def _protocols(fs: fsspec.AbstractFileSystem) -> tuple[str, ...]:
    protocol = fs.protocol
    return (protocol,) if isinstance(protocol, str) else tuple(protocol)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
