"""Lists the items of a corpus in one fixed order, without opening them.

Archives are read in place: their directory is listed, their members become items. What cannot be
listed (a broken archive, a loop of links, a missing file of a list) becomes an item with a reason,
so that it ends in the rejects and is not lost.
"""

from __future__ import annotations

import codecs
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, cast

from dataengine.corpus.archives import BROKEN, Member, open_archive
from dataengine.corpus.folders import NotWalked, expand_glob, walk_files
from dataengine.corpus.places import Place, find_place, is_archive, store_errors
from dataengine.errors import CorpusError

_STAMPS = ("mtime", "LastModified", "Last-Modified", "last_modified", "updated", "ETag")
"""Where the different stores say when a file was written."""


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
            by itself, in a list or by a glob is an item whatever its ending. Where text files are
            items, none is a list of paths.

    Raises:
        CorpusError: nothing is there.
    """
    place = find_place(path)
    return place, map(_with_utf8_names, _forms(place, suffixes))


def _with_utf8_names(listed: Listed) -> Listed:
    try:
        f"{listed.path}{listed.member}".encode()
    except UnicodeEncodeError:
        return Listed(
            ascii(listed.path)[1:-1],
            ascii(listed.member)[1:-1],
            reason="unreadable",
            detail="the file's name is not UTF-8; rename it",
        )
    return listed


def _forms(place: Place, suffixes: tuple[str, ...]) -> Iterator[Listed]:
    if place.form == "folder":
        for found in _below(place):
            yield from _found(place, found, suffixes, named=False)
    elif place.form == "glob":
        for found in _expand(place):
            yield from _found(place, found, suffixes, named=True)
    elif place.form == "list" and not place.path.lower().endswith(suffixes):
        for path in _read_list(place):
            yield from _found(place, path, suffixes, named=True)
    else:
        yield from _found(place, place.path, suffixes, named=True)


def _below(place: Place) -> Iterator[str | NotWalked]:
    if place.fs:
        with store_errors(place.path):
            yield from sorted(str(path) for path in place.fs.find(place.path))
    else:
        yield from walk_files(place.path)


def _expand(place: Place) -> Iterator[str | NotWalked]:
    if place.fs:
        with store_errors(place.path):
            yield from sorted(str(path) for path in place.fs.glob(place.path))
    else:
        yield from expand_glob(place.path)


def _read_list(place: Place) -> Iterator[str]:
    """Yield the paths of a list file; relative ones start at the list's folder."""
    with _open(place, place.path) as stream:
        for number, line in enumerate(stream):
            line = line.removeprefix(codecs.BOM_UTF8) if number == 0 else line
            path = line.decode("utf-8", "surrogateescape").rstrip("\r\n")
            if path.strip() and not path.startswith("#"):
                yield path if os.path.isabs(path) else f"{place.root}/{path}"


def _found(
    place: Place, found: str | NotWalked, suffixes: tuple[str, ...], *, named: bool
) -> Iterator[Listed]:
    if isinstance(found, NotWalked):
        yield Listed(place.relative(found.path), reason=found.reason, detail=found.detail)
    elif is_archive(found):
        yield from _archive(place, found, suffixes)
    elif named or found.lower().endswith(suffixes):
        yield _status(place, found)


def _status(place: Place, path: str) -> Listed:
    relative = place.relative(path)
    try:
        with store_errors(path):
            return _remote_status(place, path) if place.fs else _local_status(relative, path)
    except CorpusError as error:
        return Listed(relative, reason="unreadable", detail=str(error))


def _remote_status(place: Place, path: str) -> Listed:
    assert place.fs is not None
    info = place.fs.info(path)
    stamp = next((info[key] for key in _STAMPS if info.get(key)), "")
    return Listed(place.relative(path), size=int(info["size"] or 0), mtime=str(stamp))


def _local_status(relative: str, path: str) -> Listed:
    status = os.stat(path)
    if stat.S_ISDIR(status.st_mode):
        detail = "a folder where a file was expected; name the files in it, or make it a corpus"
        return Listed(relative, reason="unreadable", detail=detail)
    if not stat.S_ISREG(status.st_mode):
        detail = "not a regular file (a device, pipe or socket); remove it from the corpus"
        return Listed(relative, reason="unreadable", detail=detail)
    return Listed(relative, size=status.st_size, mtime=str(status.st_mtime_ns))


def _open(place: Place, path: str) -> BinaryIO:
    with store_errors(path):
        return cast(BinaryIO, place.fs.open(path, "rb")) if place.fs else open(path, "rb")


def _archive(place: Place, path: str, suffixes: tuple[str, ...]) -> Iterator[Listed]:
    whole = _status(place, path)
    if whole.reason:
        yield whole
        return
    try:
        with _open(place, path) as stream:
            for member in open_archive(path, stream).members():
                listed = _member(whole, member)
                if listed.reason == "nested-archive" or member.name.lower().endswith(suffixes):
                    yield listed
    except CorpusError as error:
        yield replace(whole, reason="unreadable", detail=str(error))
    except BROKEN as error:
        # What was listed before the break stays: those members may well be whole.
        detail = f"the archive is damaged or breaks off ({error or type(error).__name__})"
        yield replace(whole, reason="broken-archive", detail=detail)


def _member(whole: Listed, member: Member) -> Listed:
    reason, detail = member.reason, member.detail
    if is_archive(member.name):
        reason = "nested-archive"
        detail = "an archive inside an archive is not read; unpack the outer one"
    return Listed(whole.path, member.name, member.offset, member.size, whole.mtime, reason, detail)
