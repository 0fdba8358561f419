"""Finds another file of a work by the name that the work gives it, and never one outside.

The name comes from an untrusted file. It may lead anywhere below the corpus's root (or the
archive's top); whatever leads out, by `..`, an absolute name or a link, and whatever is no plain
file, is as good as absent.
"""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from dataengine.corpus.archives import BROKEN, Archive, Member, read_up_to
from dataengine.corpus.places import Place, store_errors
from dataengine.errors import CorpusError

MAX_NAME_CHARS = 1000
MAX_MEMBERS = 1_000_000
"""Members of an archive that are looked through."""


def is_name(name: str) -> bool:
    """Say whether a text can be the name of a file at all."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return 0 < len(name) <= MAX_NAME_CHARS and "\0" not in name


def readings(folder: str, name: str) -> Iterator[str]:
    """Yield the paths below the root that a name can mean: from the folder, then from the root."""
    if not is_name(name):
        return
    seen = []
    for start in (folder, ""):
        path = inside(posixpath.join(start, name))
        if path and path not in seen:
            seen.append(path)
            yield path


def inside(path: str) -> str:
    """Return a relative path without detours, or "" if it leads out (or nowhere)."""
    path = posixpath.normpath(path)
    return "" if path == "." or path.startswith(("/", "../")) or path == ".." else path


def read_beside(place: Place, item: str, name: str, max_bytes: int) -> bytes | None:
    """Return another file of a corpus, or None.

    Args:
        item: path of the item that names it, as items carry it.
        max_bytes: a larger file is not given.
    """
    root, folder = place.root.rstrip("/"), posixpath.dirname(item)
    if not root or item.startswith("/"):  # it lies outside of what the corpus is
        root, folder = posixpath.dirname(place.absolute(item)), ""
    if not root:
        return None
    for path in readings(folder, name):
        read = _read_local if place.fs is None else _read_remote
        data = read(place, root, path, max_bytes)
        if data is not None:
            return data if len(data) <= max_bytes else None
    return None


def members_by_path(archive: Archive) -> dict[str, Member]:
    """Return the readable members of an archive by their paths; the last of a name counts."""
    found: dict[str, Member] = {}
    with suppress(*BROKEN):  # what stands before the break may well be whole
        for member in islice(archive.members(), MAX_MEMBERS):
            if not member.reason and (path := inside(member.name)):
                found[path] = member
    return found


def _read_local(place: Place, root: str, path: str, max_bytes: int) -> bytes | None:
    try:
        top = os.path.realpath(root)
        real = os.path.realpath(f"{root}/{path}")
        if os.path.commonpath([top, real]) != top:
            return None
        # Not to be held up by a pipe, and not to follow a link that was put there just now.
        flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(real, flags)
        with open(descriptor, "rb") as stream:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return None
            return read_up_to(stream, max_bytes + 1, min(status.st_size, max_bytes))
    except (OSError, ValueError):
        return None


def _read_remote(place: Place, root: str, path: str, max_bytes: int) -> bytes | None:
    assert place.fs is not None
    full = f"{root}/{path}"
    try:
        with store_errors(full):
            info = place.fs.info(full)
            if info.get("type") != "file":
                return None
            with place.fs.open(full, "rb") as stream:
                return read_up_to(stream, max_bytes + 1, min(int(info["size"] or 0), max_bytes))
    except CorpusError:
        return None
