"""Walks a local folder in name order, without recursion and without following a loop of links.

A folder that holds itself is left at once. A folder that several links lead to is walked for the
first of them only: otherwise thirty pairs of links could spell a billion paths. What cannot be
walked is reported, not raised.
"""

from __future__ import annotations

import fnmatch
import glob
import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

_Identity = tuple[int, int]


@dataclass(frozen=True, slots=True)
class NotWalked:
    """A folder whose files are not listed, and why; `reason` as in `dataengine.reasons`."""

    path: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class _Folder:
    identity: _Identity
    entries: Iterator[tuple[str, bool, bool]]


def walk_files(top: str) -> Iterator[str | NotWalked]:
    """Yield the path of everything below a folder that is no folder, in name order."""
    linked: set[_Identity] = set()
    opened = _enter(top, [], None)
    if isinstance(opened, NotWalked):
        yield opened
        return
    above = [opened]
    while above:
        entry = next(above[-1].entries, None)
        if entry is None:
            above.pop()
            continue
        path, is_folder, is_link = entry
        if not is_folder:
            yield path
            continue
        opened = _enter(path, above, linked if is_link else None)
        if isinstance(opened, NotWalked):
            yield opened
        else:
            above.append(opened)


def expand_glob(pattern: str) -> Iterator[str | NotWalked]:
    """Yield what a local pattern names, folders left out, in a fixed order."""
    if "**" not in pattern.split("/"):
        # Bounded by the pattern's depth. A link that leads nowhere is somebody's file: it stays.
        yield from sorted(path for path in glob.iglob(pattern) if not os.path.isdir(path))
        return
    steps = pattern.split("/")
    before = list(takewhile(lambda step: step != "**", steps))
    rest = steps[len(before) :]
    for base in sorted(glob.glob("/".join(before) or "/")):
        skipped = len(base.rstrip("/")) + 1
        for found in walk_files(base) if os.path.isdir(base) else ():
            if isinstance(found, NotWalked) or _matches(found[skipped:].split("/"), rest):
                yield found


def _enter(path: str, above: list[_Folder], linked: set[_Identity] | None) -> _Folder | NotWalked:
    """Read a folder's entries; `linked` holds the folders that links have led to so far."""
    try:
        status = os.stat(path)
        identity = (status.st_dev, status.st_ino)
        if any(folder.identity == identity for folder in above):
            detail = "the folder is a link back to one that holds it; remove the link"
            return NotWalked(path, "directory-loop", detail)
        if linked is not None and identity in linked:
            detail = "another link leads to the same folder, its files are listed there"
            return NotWalked(path, "directory-loop", detail)
        with os.scandir(path) as found:
            entries = sorted((entry.name, _is_folder(entry), entry.is_symlink()) for entry in found)
    except OSError as error:
        return NotWalked(path, "unreadable", f"cannot list the folder: {error.strerror or error}")
    if linked is not None:
        linked.add(identity)
    prefix = path.rstrip("/") + "/"
    return _Folder(identity, ((prefix + name, folder, link) for name, folder, link in entries))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a circle of links: let reading it as a file say so
        return False


def _matches(steps: list[str], pattern: list[str]) -> bool:
    """Match path steps as the shell does: `**` is any number of folders, none of them hidden."""
    if not pattern:
        return not steps
    if pattern[0] == "**":
        for taken in range(len(steps) + 1):
            if _matches(steps[taken:], pattern[1:]):
                return True
            if taken < len(steps) and steps[taken].startswith("."):
                return False
        return pattern == ["**"]
    if not steps or (steps[0].startswith(".") and not pattern[0].startswith(".")):
        return False
    return fnmatch.fnmatchcase(steps[0], pattern[0]) and _matches(steps[1:], pattern[1:])
