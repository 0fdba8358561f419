"""Lists the items of a corpus in one fixed order, without opening them.

Archives are read in place: their directory is listed, their members become items. What cannot be
listed (a broken archive, a loop of links, a missing file of a list) becomes an item with a reason,
so that it ends in the rejects and is not lost.
"""

from __future__ import annotations

import glob
import os
import stat
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from dataengine.corpus.places import Place, find_place, is_archive
from dataengine.errors import CorpusError

MAX_DEPTH = 64
_BROKEN_ARCHIVE = (tarfile.TarError, zipfile.BadZipFile, EOFError, OSError, ValueError)


@dataclass(frozen=True, slots=True)
class Listed:
    """An item as found, before it is read. `mtime` tells a changed file without reading it."""

    path: str
    member: str = ""
    offset: int = -1
    size: int = 0
    mtime: str = ""
    reason: str = ""
    detail: str = ""


def list_items(path: str, suffixes: tuple[str, ...]) -> tuple[Place, Iterator[Listed]]:
    """Return where a corpus lies and its items.

    Args:
        path: as in `CorpusSpec.path`.
        suffixes: endings of item names in folders and archives, lower case; a file that is named
            by itself, in a list or by a glob is an item whatever its ending.

    Raises:
        CorpusError: nothing is there.
    """
    place = find_place(path)
    return place, _walk(place, suffixes)


def _walk(place: Place, suffixes: tuple[str, ...]) -> Iterator[Listed]:
    for listed in _forms(place, suffixes):
        try:
            f"{listed.path}{listed.member}".encode()
            yield listed
        except UnicodeEncodeError:
            yield Listed(
                ascii(listed.path)[1:-1],
                ascii(listed.member)[1:-1],
                reason="unreadable",
                detail="the file's name is not UTF-8; rename it",
            )


def _forms(place: Place, suffixes: tuple[str, ...]) -> Iterator[Listed]:
    if place.form == "folder":
        yield from _folder(place, suffixes)
    elif place.form == "glob":
        for path in _expand(place):
            yield from _file(place, path, suffixes, named=True)
    elif place.form == "list":
        for path in _read_list(place):
            yield from _file(place, path, suffixes, named=True)
    else:
        yield from _file(place, place.path, suffixes, named=True)


def _relative(place: Place, path: str) -> str:
    root = place.root.rstrip("/") + "/"
    return path.removeprefix(root)


def _expand(place: Place) -> list[str]:
    if place.fs:
        return sorted(str(path) for path in place.fs.glob(place.path))
    return sorted(path for path in glob.iglob(place.path, recursive=True) if os.path.isfile(path))


def _read_list(place: Place) -> Iterator[str]:
    """Yield the paths of a list file; relative ones start at the list's folder."""
    with _open(place, place.path) as stream:
        for line in stream:
            path = line.decode("utf-8", "surrogateescape").rstrip("\r\n")
            if path.strip() and not path.startswith("#"):
                yield path if os.path.isabs(path) else f"{place.root}/{path}"


def _folder(place: Place, suffixes: tuple[str, ...]) -> Iterator[Listed]:
    if place.fs:
        for path in sorted(str(path) for path in place.fs.find(place.path)):
            yield from _file(place, path, suffixes)
        return
    yield from _local_folder(place, Path(place.path), suffixes, ())


def _local_folder(
    place: Place, folder: Path, suffixes: tuple[str, ...], above: tuple[tuple[int, int], ...]
) -> Iterator[Listed]:
    """Walk a folder in name order, following links but no loop of them."""
    name = _relative(place, str(folder))
    try:
        status = folder.stat()
        identity = (status.st_dev, status.st_ino)
        if identity in above or len(above) >= MAX_DEPTH:
            detail = "the folder is a link back to one that holds it; remove the link"
            yield Listed(name, reason="directory-loop", detail=detail)
            return
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield Listed(name, reason="unreadable", detail=f"cannot list the folder: {error.strerror}")
        return
    for entry in entries:
        if entry.is_dir():
            yield from _local_folder(place, Path(entry.path), suffixes, (*above, identity))
        else:
            yield from _file(place, entry.path, suffixes)


def _file(
    place: Place, path: str, suffixes: tuple[str, ...], *, named: bool = False
) -> Iterator[Listed]:
    relative = _relative(place, path)
    if is_archive(path):
        yield from _archive(place, path, suffixes)
    elif named or path.lower().endswith(suffixes):
        yield _status(place, path, relative)


def _status(place: Place, path: str, relative: str) -> Listed:
    try:
        if place.fs:
            info = place.fs.info(path)
            stamp = info.get("mtime") or info.get("LastModified") or info.get("ETag") or ""
            return Listed(relative, size=int(info["size"] or 0), mtime=str(stamp))
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            detail = "not a regular file (a device, pipe or socket); remove it from the corpus"
            return Listed(relative, reason="unreadable", detail=detail)
        return Listed(relative, size=status.st_size, mtime=str(status.st_mtime_ns))
    except OSError as error:
        detail = f"cannot read the file: {error.strerror or error}"
        return Listed(relative, reason="unreadable", detail=detail)


def _open(place: Place, path: str) -> BinaryIO:
    try:
        return cast(BinaryIO, place.fs.open(path, "rb")) if place.fs else open(path, "rb")
    except OSError as error:
        raise CorpusError(f"cannot read {path}: {error.strerror or error}") from error


def _archive(place: Place, path: str, suffixes: tuple[str, ...]) -> Iterator[Listed]:
    whole = _status(place, path, _relative(place, path))
    if whole.reason:
        yield whole
        return
    try:
        with _open(place, path) as stream:
            members = _zip_members if path.lower().endswith(".zip") else _tar_members
            yield from members(stream, whole, suffixes)
    except (*_BROKEN_ARCHIVE, CorpusError) as error:
        # What was listed before the break stays: those members may well be whole.
        yield Listed(
            whole.path,
            size=whole.size,
            mtime=whole.mtime,
            reason="broken-archive",
            detail=f"the archive ends or breaks off: {error or type(error).__name__}",
        )


def _zip_members(stream: BinaryIO, whole: Listed, suffixes: tuple[str, ...]) -> Iterator[Listed]:
    with zipfile.ZipFile(stream) as archive:
        for info in archive.infolist():
            if info.is_dir():
                continue
            locked = "the archive's members are encrypted; unpack it first"
            reason = "encrypted-archive" if info.flag_bits & 1 else ""
            yield from _member(
                Listed(
                    whole.path,
                    info.filename,
                    info.header_offset,
                    info.file_size,
                    whole.mtime,
                    reason,
                    locked if reason else "",
                ),
                suffixes,
            )


def _tar_members(stream: BinaryIO, whole: Listed, suffixes: tuple[str, ...]) -> Iterator[Listed]:
    with tarfile.open(fileobj=stream, mode="r:*") as archive:
        for info in archive:
            archive.members = []  # type: ignore[attr-defined]  # keep memory flat over a bulk tar
            if info.isreg():
                listed = Listed(whole.path, info.name, info.offset_data, info.size, whole.mtime)
                yield from _member(listed, suffixes)


def _member(listed: Listed, suffixes: tuple[str, ...]) -> Iterator[Listed]:
    if is_archive(listed.member):
        yield Listed(
            listed.path,
            listed.member,
            listed.offset,
            listed.size,
            listed.mtime,
            "nested-archive",
            "an archive inside an archive is not read; unpack the outer one",
        )
    elif listed.member.lower().endswith(suffixes):
        yield listed
