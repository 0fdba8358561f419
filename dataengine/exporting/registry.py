"""Finds formats by file name under `dataengine/exporting/formats/`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from dataengine.errors import ConfigError
from dataengine.exporting import formats
from dataengine.exporting.format import Format
from dataengine.registry import near
from dataengine.settings_errors import explain


def format_names() -> list[str]:
    """Return the names of all formats, sorted."""
    return sorted(module.name for module in pkgutil.iter_modules(formats.__path__))


def format_type(name: str) -> type[Format]:
    """Return a format by name.

    Raises:
        ConfigError: there is none of that name, or its module is malformed.
    """
    if name not in format_names():
        raise ConfigError(f"no format is called {name!r}{near(name, format_names())}")
    module = f"{formats.__name__}.{name}"
    found = getattr(importlib.import_module(module), "FORMAT", None)
    if not (isinstance(found, type) and issubclass(found, Format)) or found.name != name:
        raise ConfigError(f"{module} must have a FORMAT, a subclass of Format named {name!r}")
    return found


def make_format(name: str, options: Mapping[str, Any]) -> Format:
    """Return a format bound to options.

    Raises:
        ConfigError: as `format_type`, or an option is wrong.
    """
    kind = format_type(name)
    try:
        return kind(kind.Options.model_validate(dict(options)))
    except ValidationError as error:
        raise ConfigError(explain(error, kind.Options, f"format {name}")) from error
