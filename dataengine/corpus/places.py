"""Where a corpus lies: one kind of place per form that a user may write."""

from __future__ import annotations

import glob
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import fsspec

from dataengine.errors import CorpusError
from dataengine.resources import bundled

ARCHIVE_SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
LIST_SUFFIXES = (".txt", ".lst", ".list")
BUNDLED = "bundled:"


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


def is_archive(name: str) -> bool:
    """Say whether a name is that of an archive that is read in place."""
    return name.lower().endswith(ARCHIVE_SUFFIXES)


def find_place(path: str) -> Place:
    """Find out what a corpus path means.

    Raises:
        CorpusError: nothing is there.
    """
    if path.startswith(BUNDLED):
        path = str(bundled("corpora", path.removeprefix(BUNDLED)))
    if "://" in path:
        return _remote_place(path)
    local = Path(path).expanduser().absolute()
    if local.is_dir():
        return Place("folder", str(local), str(local))
    if local.exists():
        return Place(_form_of_file(local.name), str(local.parent), str(local))
    if glob.has_magic(path):
        return Place("glob", str(_fixed_part(local)), str(local))
    raise CorpusError(
        f"nothing is at {path}; a corpus is a folder, a file, a glob, a .zip or .tar archive, a "
        "list of paths (.txt), or a URL such as s3://bucket/folder"
    )


def _form_of_file(name: str) -> Literal["archive", "list", "file"]:
    if is_archive(name):
        return "archive"
    return "list" if name.lower().endswith(LIST_SUFFIXES) else "file"


def _fixed_part(pattern: Path) -> Path:
    fixed = Path(pattern.anchor)
    for step in pattern.parts[1:-1]:
        if glob.has_magic(step):
            break
        fixed /= step
    return fixed


def _remote_place(url: str) -> Place:
    try:
        fs, path = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise CorpusError(f"cannot open {url}: {error}") from error
    if glob.has_magic(path):
        return Place("glob", str(_fixed_part(Path(path))), path, fs)
    try:
        kind = fs.info(path)["type"]
    except (OSError, KeyError) as error:
        raise CorpusError(f"nothing is at {url}: {error}") from error
    if kind == "directory":
        return Place("folder", path.rstrip("/"), path.rstrip("/"), fs)
    parent, _, name = path.rpartition("/")
    return Place(_form_of_file(name), parent, path, fs)
