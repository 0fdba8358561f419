"""Finds towers and connectors by name: a new kind is a new module in their folder."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

from dataengine.errors import ConfigError
from dataengine.registry import near


def module_of(package: ModuleType, kind: str) -> ModuleType:
    """Return the module of a package that a recipe names.

    Raises:
        ConfigError: there is none, with the nearest known name.
    """
    known = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    if kind not in known:
        what = package.__name__.rsplit(".", 1)[-1].removesuffix("s")
        raise ConfigError(f"no {what} is called {kind!r}{near(kind, known)}")
    return importlib.import_module(f"{package.__name__}.{kind}")
