"""Key maps: what a checkpoint's keys are called in our modules, as data that is read both ways.

A template stands for a module or a tensor: `{}` is a number, and `.weight` or `.bias` may follow.
Nothing is guessed: a key that no template and no glob names is unknown, and said to be.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

Renames = tuple[tuple[str, tuple[str, ...]], ...]
"""Template of theirs -> templates of ours; several: the tensor is cut into as many, along rows."""

_NUMBER = r"([0-9]{1,4})"
_LEAF = r"((?:\.(?:weight|bias))?)"


@dataclass(frozen=True, slots=True)
class Drop:
    """Keys that are left out knowingly.

    Attributes:
        glob: of their keys; `*` also matches dots.
        why: one of a few reasons, under which a report lists them.
    """

    glob: str
    why: str


@dataclass(frozen=True, slots=True)
class Source:
    """A family of checkpoints, for one of our modules.

    Attributes:
        name: what messages call it.
        marker: a key that shows that a checkpoint is of this family.
        prefix: before the names that `renames` maps.
        renames: None: after `prefix` the names are ours, once `add` stands before them.
        add: what our names have before theirs; only without `renames`.
        dropped: what else such a checkpoint holds.
        fresh: globs of our names that it may lack, all together: they keep their random values.
    """

    name: str
    marker: str
    prefix: str = ""
    renames: Renames | None = None
    add: str = ""
    dropped: tuple[Drop, ...] = ()
    fresh: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one of our tensors comes from: part `part` of `parts` of the checkpoint's `key`."""

    key: str
    part: int = 0
    parts: int = 1


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What becomes of each key of a checkpoint; every key is in exactly one of the three."""

    targets: dict[str, Origin] = field(default_factory=dict)
    dropped: dict[str, list[str]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


def recognise(sources: Iterable[Source], keys: Collection[str]) -> Source | None:
    """Return the family that a checkpoint is of, by its marker."""
    return next((one for one in sources if one.marker in keys), None)


def arrange(source: Source, keys: Iterable[str], ours: Collection[str]) -> Arrangement:
    """Say what becomes of each key.

    Args:
        source: the family.
        keys: of the checkpoint.
        ours: names of our module; a key that would become another is unknown.
    """
    found = Arrangement()
    for key in sorted(keys):
        names = rename(source, key)
        drop = next((one for one in source.dropped if fnmatchcase(key, one.glob)), None)
        if names and all(name in ours and name not in found.targets for name in names):
            for part, name in enumerate(names):
                found.targets[name] = Origin(key, part, len(names))
        elif drop is not None:
            found.dropped.setdefault(drop.why, []).append(key)
        else:
            found.unknown.append(key)
    return found


def theirs(renames: Renames, name: str) -> str | None:
    """Return what one of our names is called by them, without the prefix; None: not in the map."""
    for their, (our, *more) in renames:
        if not more and (renamed := _translate(our, their, name)) is not None:
            return renamed
    return None


def rename(source: Source, key: str) -> list[str]:
    """Return what a checkpoint's key becomes: none, one, or several parts."""
    if not key.startswith(source.prefix):
        return []
    rest = key.removeprefix(source.prefix)
    if source.renames is None:
        return [source.add + rest]
    for their, ours in source.renames:
        names = [_translate(their, our, rest) for our in ours]
        if None not in names:
            return [name for name in names if name is not None]
    return []


def _translate(template: str, into: str, name: str) -> str | None:
    pattern = re.escape(template).replace(re.escape("{}"), _NUMBER) + _LEAF
    match = re.fullmatch(pattern, name)
    if match is None:
        return None
    *numbers, leaf = match.groups()
    return into.format(*numbers) + leaf
