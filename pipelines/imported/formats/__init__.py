"""The formats, found by file: a module here with a `FORMAT` is one; there is no list to edit."""

from __future__ import annotations

import functools
import importlib
import pkgutil

from dataengine.errors import ConfigError
from pipelines.imported.records import Format, Problem

HEAD_BYTES = 1 << 20
"""How much of a file is looked at to tell its format by words that stand in it."""


def format_names() -> list[str]:
    """Return the names of all formats, sorted."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


@functools.cache
def get_format(name: str) -> Format:
    """Return a format by name.

    Raises:
        ConfigError: its module is malformed.
    """
    where = f"{__name__}.{name}"
    found = getattr(importlib.import_module(where), "FORMAT", None)
    if not isinstance(found, Format):
        raise ConfigError(f"{where} has no FORMAT of type Format (found {found!r})")
    if found.name != name:
        raise ConfigError(f"{where}: the format's name is {found.name!r}, it must be {name!r}")
    return found


def recognise(name: str, data: bytes) -> Format:
    """Tell the format of a file by its content.

    Raises:
        Problem: none or several can be meant.
    """
    claiming = [one for one in map(get_format, format_names()) if one.recognises(name, data)]
    if len(claiming) == 1:
        return claiming[0]
    words = " and ".join(one.name for one in claiming)
    seen = f"it may be {words}" if claiming else "it looks like none of the formats"
    raise Problem("unknown-format", f"{seen}; set options.format: {', '.join(format_names())}")
