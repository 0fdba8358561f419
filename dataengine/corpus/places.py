"""Where a corpus lies: one kind of place per form that a user may write."""

from __future__ import annotations

import glob
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import fsspec

from dataengine.errors import CorpusError
from dataengine.resources import bundled

TARS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
ARCHIVE_SUFFIXES = (".zip", *TARS)
LIST_SUFFIXES = (".txt", ".lst", ".list")
BUNDLED = "bundled:"
_LOCAL = ("file://", "local://")


@dataclass(frozen=True, slots=True)
class Place:
    """A corpus's root and what form it has.

    Attributes:
        form: how `listing` walks it.
        root: what item paths are relative to: a folder, or the folder that holds a single file.
        path: the path or URL itself (for a glob, its pattern).
        fs: the file system; None for this machine's disk.
    """

    form: Literal["folder", "file", "glob", "list", "archive"]
    root: str
    path: str
    fs: fsspec.AbstractFileSystem | None = None

    def relative(self, path: str) -> str:
        """Return a path as items carry it: below the root, or whole where it lies elsewhere."""
        root = self.root.rstrip("/")
        if not root and self.fs is not None:
            return path
        inside = path.removeprefix(f"{root}/")
        return path if inside.startswith("/") else inside  # "/a//b" is not "/b" below "/a"

    def absolute(self, path: str) -> str:
        """Return the file system's path of an item: the reverse of `relative`."""
        root = self.root.rstrip("/")
        if path.startswith("/") or (self.fs is not None and not root):
            return path
        return f"{root}/{path}"


def is_archive(name: str) -> bool:
    """Say whether a name is that of an archive that is read in place."""
    return name.lower().endswith(ARCHIVE_SUFFIXES)


@contextmanager
def store_errors(path: str) -> Iterator[None]:
    """Turn what a disk or a store raises into a `CorpusError` that names the path."""
    try:
        yield
    except _failures() as error:
        raise CorpusError(f"cannot read {path}: {_words(error)}") from error


def _failures() -> tuple[type[Exception], ...]:
    """Return what file systems raise; a NUL in a name, for one, is a ValueError."""
    usual = (OSError, ValueError, LookupError, RuntimeError)
    # Refusals of a web server are no OSError; the library is there only where it is in use.
    aiohttp = sys.modules.get("aiohttp")
    return (*usual, aiohttp.ClientError) if aiohttp else usual


def _words(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def find_place(path: str) -> Place:
    """Find out what a corpus path means.

    Raises:
        CorpusError: nothing is there.
    """
    if path.startswith(BUNDLED):
        path = str(bundled("corpora", path.removeprefix(BUNDLED)))
    for scheme in _LOCAL:
        path = path.removeprefix(scheme)
    if "://" in path:
        return _remote_place(path)
    with store_errors(path):
        return _local_place(path)


def _local_place(path: str) -> Place:
    local = Path(path).expanduser().absolute()
    if local.is_dir():
        return Place("folder", str(local), str(local))
    if local.exists():
        return Place(_form_of_file(local.name), str(local.parent), str(local))
    if glob.has_magic(path):
        return Place("glob", _fixed_part(str(local)), str(local))
    raise CorpusError(
        f"nothing is at {path}; a corpus is a folder, a file, a glob, a .zip or .tar archive, a "
        "list of paths (.txt), or a URL such as s3://bucket/folder"
    )


def _form_of_file(name: str) -> Literal["archive", "list", "file"]:
    if is_archive(name):
        return "archive"
    return "list" if name.lower().endswith(LIST_SUFFIXES) else "file"


def _fixed_part(pattern: str) -> str:
    """Return the folder that everything a pattern can match lies below."""
    steps = pattern.split("/")[:-1]
    magic = (number for number, step in enumerate(steps) if glob.has_magic(step))
    return "/".join(steps[: next(magic, len(steps))]) or ("/" if pattern.startswith("/") else "")


def _remote_place(url: str) -> Place:
    try:
        fs, path = fsspec.core.url_to_fs(url)
    except ImportError as error:
        raise CorpusError(f"cannot open {url}: {error}") from error
    except _failures() as error:
        raise CorpusError(f"cannot open {url}: {_words(error)}") from error
    try:
        kind = fs.info(path)["type"]
    except _failures() as error:
        if glob.has_magic(path):
            return Place("glob", _fixed_part(path), path, fs)
        raise CorpusError(f"nothing is at {url}: {_words(error)}") from error
    if kind == "directory":
        return Place("folder", path.rstrip("/"), path.rstrip("/"), fs)
    parent, _, name = path.rpartition("/")
    return Place(_form_of_file(name.partition("?")[0]), parent, path, fs)
