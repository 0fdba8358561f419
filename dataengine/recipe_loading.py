"""Makes a recipe from a YAML file or a name, and from what the command line says on top of it.

`render NAME --corpus FOLDER` is a recipe of a single part. Relative corpus paths start at the
recipe file, those of the command line where the command was given.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from dataengine.corpus.places import BUNDLED
from dataengine.errors import ConfigError
from dataengine.pipeline import Pipeline
from dataengine.recipe import Recipe, resolve
from dataengine.registry import get_pipeline, near, pipeline_names, recipe_paths
from dataengine.settings_errors import field_names
from dataengine.yaml_text import YamlError, parse_yaml


def load_recipe(
    name: str,
    *,
    corpora: Iterable[str] = (),
    samples: int | None = None,
    seed: int | None = None,
    overrides: Iterable[str] = (),
) -> Recipe:
    """Make a recipe from a pipeline's name, a bundled recipe's name or a YAML file.

    Args:
        name: what to load; a path wins if it ends in .yaml or .yml.
        corpora: replace the corpora of every part.
        samples: replaces the count of every part.
        overrides: "a.b=c", the value in YAML; a key that is not the recipe's own is looked up in
            the options of every part.

    Raises:
        ConfigError: with the path of the key and the nearest known name.
    """
    data, origin = _read(name)
    if corpora := list(corpora):
        paths = [_anchored(one, Path.cwd()) for one in corpora]
        _each_part(data, lambda part: part.update(corpora=[{"path": path} for path in paths]))
    if samples is not None:
        _each_part(data, lambda part: part.update(samples=samples))
    if seed is not None:
        data["seed"] = seed
    for override in overrides:
        _override(data, override, origin)
    return resolve(data, origin)


def _read(name: str) -> tuple[dict[str, Any], str]:
    bundled = recipe_paths()
    if name.endswith((".yaml", ".yml")):
        path = Path(name)
        return _anchor(_parse(path), path.parent), str(path)
    if name in bundled:
        return _anchor(_parse(bundled[name]), bundled[name].parent), f"recipe {name}"
    known = pipeline_names()
    if name in known:
        return {"name": name.replace("_", "-"), "parts": {name: {"pipeline": name}}}, name
    raise ConfigError(
        f"no recipe or pipeline is called {name!r}{near(name, [*known, *bundled])} "
        "(a recipe file ends in .yaml)"
    )


def _parse(path: Path) -> dict[str, Any]:
    try:
        data = parse_yaml(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read the recipe {path}: {error.strerror}") from error
    except (YamlError, UnicodeDecodeError) as error:
        raise ConfigError(f"the recipe {path} is not YAML: {error}") from error
    if not isinstance(data, dict):
        raise ConfigError(f"the recipe {path} must be a mapping with the keys name and parts")
    return data


def _anchor(data: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Take relative corpus paths of a recipe file from the file's own folder."""

    def anchor(part: dict[str, Any]) -> None:
        corpora = part.get("corpora")
        if isinstance(corpora, list):
            part["corpora"] = [
                {**one, **_anchored_places(one, folder)}
                if isinstance(one, dict)
                else _anchored(one, folder)
                for one in corpora
            ]

    _each_part(data, anchor)
    return data


def _anchored_places(corpus: dict[str, Any], folder: Path) -> dict[str, Any]:
    places = {"path": _anchored(corpus.get("path"), folder)}
    if isinstance(files := corpus.get("files"), list):
        places["files"] = [_anchored(path, folder) for path in files]
    return places


def _anchored(path: Any, folder: Path) -> Any:
    """Make a path absolute, so that the recipe kept beside the data means the same anywhere."""
    if not isinstance(path, str) or "://" in path or path.startswith(BUNDLED):
        return path
    return os.path.normpath(folder.absolute() / os.path.expanduser(path))


def _parts(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the parts that have the shape of one; `resolve` complains of the others."""
    parts = data.get("parts")
    for part in parts.values() if isinstance(parts, dict) else ():
        if isinstance(part, dict):
            yield part


def _each_part(data: dict[str, Any], change: Callable[[dict[str, Any]], None]) -> None:
    for part in _parts(data):
        change(part)


def _override(data: dict[str, Any], override: str, origin: str) -> None:
    path, value = read_override(override)
    if path[0] in field_names(Recipe):
        _assign(data, path, value, override)
        return
    options = [(part, field_names(_pipeline_of(part, origin).Options)) for part in _parts(data)]
    targets = [part for part, names in options if path[0] in names]
    if not targets:
        known = {*field_names(Recipe), *(name for _, names in options for name in names)}
        key = ".".join(path)
        raise ConfigError(
            f"--set {key}: {origin} has no key {path[0]!r}{near(path[0], sorted(known))}"
        )
    for part in targets:
        _assign(part, ["options", *path], value, override)


def read_override(override: str) -> tuple[list[str], Any]:
    """Return the path and the value of "a.b=c", the value in YAML.

    Raises:
        ConfigError: it is not of that form.
    """
    key, equals, text = override.partition("=")
    path = key.split(".")
    if not equals or not all(path):
        raise ConfigError(f"--set {override!r} must have the form a.b=c")
    try:
        return path, parse_yaml(text)
    except YamlError as error:
        raise ConfigError(f"--set {override!r}: the value is not YAML: {error}") from error


def _pipeline_of(part: dict[str, Any], origin: str) -> Pipeline:
    name = part.get("pipeline")
    if not isinstance(name, str):
        raise ConfigError(f"{origin}: a part names no pipeline (got {name!r})")
    return get_pipeline(name)


def _assign(data: dict[str, Any], path: list[str], value: Any, override: str) -> None:
    for step in path[:-1]:
        if data.get(step) is None:
            data[step] = {}
        data = data[step]
        if not isinstance(data, dict):
            raise ConfigError(f"--set {override!r}: {step!r} holds a value, not a mapping")
    data[path[-1]] = value
