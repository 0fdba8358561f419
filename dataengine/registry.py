"""Finds pipelines, recipes and mixtures by name: one new file under `pipelines/` adds one.

Pipelines are the modules of the `pipelines` package and whatever installed packages name in the
entry point group `dataengine.pipelines`; each has a module-level `PIPELINE`. Recipes are the YAML
files under `pipelines/recipes/`, mixtures those under `pipelines/mixtures/`.
"""

from __future__ import annotations

import difflib
import functools
import importlib
import pkgutil
import re
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import pipelines
from dataengine.errors import ConfigError, ToolMissing
from dataengine.pipeline import Pipeline

GROUP = "dataengine.pipelines"
_RATES = "rates"
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def pipeline_names() -> list[str]:
    """Return the names of all pipelines that can be used here, sorted."""
    return sorted({*_bundled(), *_plugged_in()})


def get_pipeline(name: str) -> Pipeline:
    """Return a pipeline by name.

    Raises:
        ConfigError: no such pipeline, two of that name, or its module is malformed.
        ToolMissing: it needs a library that is not installed.
    """
    where = _where(name)
    module, _, attribute = where.partition(":")
    try:
        found = functools.reduce(getattr, attribute.split("."), importlib.import_module(module))
    except ImportError as error:
        raise ToolMissing(f"the pipeline {name!r} ({where}) cannot be imported: {error}") from error
    except (AttributeError, SyntaxError) as error:
        raise ConfigError(f"the pipeline {name!r} ({where}) is malformed: {error}") from error
    if not isinstance(found, Pipeline):
        raise ConfigError(f"{where} must be an object of type Pipeline (found {found!r})")
    if found.name != name or not _NAME.fullmatch(name):
        raise ConfigError(f"{where}: the pipeline's name is {found.name!r}, it must be {name!r}")
    return found


def _where(name: str) -> str:
    """Return where a pipeline's object is, as `module:attribute`."""
    plugged_in = _plugged_in()
    if name not in _bundled():
        if name not in plugged_in:
            raise ConfigError(f"no pipeline is called {name!r}{near(name, pipeline_names())}")
        return plugged_in[name].value
    if name in plugged_in:
        raise ConfigError(
            f"two pipelines are called {name!r}: the bundled one and {plugged_in[name].value}; "
            "remove the package that brings the other"
        )
    return f"{pipelines.__name__}.{name}:PIPELINE"


def recipe_paths() -> dict[str, Path]:
    """Return the bundled recipes: name -> YAML file."""
    folder = Path(pipelines.__path__[0]) / "recipes"
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def mixture_paths() -> dict[str, Path]:
    """Return the bundled mixtures: name -> YAML file."""
    folder = Path(pipelines.__path__[0]) / "mixtures"
    found = sorted(folder.glob("*.yaml"))
    return {path.stem: path for path in found if path.stem != _RATES}


def rates_path() -> Path:
    """Return the file that says what samples of the bundled pipelines cost, as measured."""
    return Path(pipelines.__path__[0]) / "mixtures" / f"{_RATES}.yaml"


def near(name: str, known: list[str]) -> str:
    """Return "; did you mean 'x'?" or the list of known names, to end an error message with."""
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; known: {', '.join(known)}" if known else ""


def _bundled() -> set[str]:
    return {module.name for module in pkgutil.iter_modules(pipelines.__path__)}


def _plugged_in() -> dict[str, EntryPoint]:
    found: dict[str, EntryPoint] = {}
    for point in entry_points(group=GROUP):
        if point.name in found and found[point.name].value != point.value:
            raise ConfigError(
                f"two installed packages bring a pipeline {point.name!r}: "
                f"{found[point.name].value} and {point.value}; remove one"
            )
        found[point.name] = point
    return found
