"""Makes a mixture from a YAML file or a bundled name, and from what the command line says.

Relative paths start at the mixture file. What `view` and `degrade` of the mixture say holds for
every member that does not say otherwise, key by key; `degrade: null` in a member turns it off.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dataengine.canonical import canonical_json
from dataengine.corpus.places import BUNDLED
from dataengine.errors import ConfigError
from dataengine.mixture.settings import Mixture
from dataengine.recipe_loading import read_override
from dataengine.registry import mixture_paths, near
from dataengine.settings_errors import explain
from dataengine.yaml_text import YamlError, parse_yaml

YAML_SUFFIXES = (".yaml", ".yml")
_DEFAULTS = ("view", "degrade")


def load_mixture(name: str, *, overrides: Iterable[str] = ()) -> Mixture:
    """Make a mixture from a bundled mixture's name or a YAML file.

    Args:
        overrides: "a.b=c", the value in YAML, as "members.pages.count=100".

    Raises:
        ConfigError: with the path of the key and the nearest known name.
    """
    path, origin = _find(name)
    data = _parse(path)
    for override in overrides:
        _assign(data, override)
    return resolve_mixture(data, origin, path.parent)


def resolve_mixture(data: dict[str, Any], origin: str, folder: Path) -> Mixture:
    """Validate plain data, and fill in the defaults of members.

    Args:
        origin: names the source in messages.
        folder: where relative paths start.

    Raises:
        ConfigError: as `load_mixture`.
    """
    for member in _mappings(data.get("members")):
        for key in _DEFAULTS:
            _inherit(member, key, data.get(key))
    for spec in _mappings(data.get("datasets")):
        _anchor(spec, folder)
    overlap = data.get("overlap")
    if isinstance(overlap, dict):
        for key in ("files", "pictures"):
            if isinstance(paths := overlap.get(key), list):
                overlap[key] = [anchored(one, folder) for one in paths]
    try:
        mixture = Mixture.model_validate(data)
        canonical_json(mixture.dump())
    except ValidationError as error:
        raise ConfigError(explain(error, Mixture, origin)) from error
    except ValueError as error:
        raise ConfigError(f"{origin}: a value cannot be written as JSON ({error})") from error
    _check_names(mixture, origin)
    return mixture


def anchored(path: Any, folder: Path) -> Any:
    """Make a path absolute; URLs and bundled corpora stay as they are."""
    if not isinstance(path, str) or "://" in path or path.startswith(BUNDLED):
        return path
    return os.path.normpath(folder.absolute() / os.path.expanduser(path))


def _find(name: str) -> tuple[Path, str]:
    if name.endswith(YAML_SUFFIXES):
        return Path(name), name
    bundled = mixture_paths()
    if name not in bundled:
        raise ConfigError(
            f"no mixture is called {name!r}{near(name, [*bundled])} (a mixture file ends in .yaml)"
        )
    return bundled[name], f"mixture {name}"


def _parse(path: Path) -> dict[str, Any]:
    try:
        data = parse_yaml(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read the mixture {path}: {error.strerror}") from error
    except (YamlError, UnicodeDecodeError) as error:
        raise ConfigError(f"the mixture {path} is not YAML: {error}") from error
    if not isinstance(data, dict):
        raise ConfigError(
            f"the mixture {path} must be a mapping with the keys name, datasets and members"
        )
    return data


def _assign(data: dict[str, Any], override: str) -> None:
    path, value = read_override(override)
    inner = data
    for step in path[:-1]:
        if inner.get(step) is None:
            inner[step] = {}
        inner = inner[step]
        if not isinstance(inner, dict):
            raise ConfigError(f"--set {override!r}: {step!r} holds a value, not a mapping")
    inner[path[-1]] = value


def _mappings(value: Any) -> Iterator[dict[str, Any]]:
    """Yield what has the shape of a mapping; validation complains of the rest."""
    for one in value.values() if isinstance(value, dict) else ():
        if isinstance(one, dict):
            yield one


def _inherit(member: dict[str, Any], key: str, default: Any) -> None:
    own = member.get(key)
    if isinstance(default, dict) and (isinstance(own, dict) or key not in member):
        member[key] = {**default, **(own or {})}


def _anchor(spec: dict[str, Any], folder: Path) -> None:
    spec |= {key: anchored(spec[key], folder) for key in ("path",) if spec.get(key)}
    recipe = spec.get("recipe")
    if isinstance(recipe, str) and recipe.endswith(YAML_SUFFIXES):
        spec["recipe"] = anchored(recipe, folder)
    if isinstance(corpora := spec.get("corpora"), list):
        spec["corpora"] = [anchored(one, folder) for one in corpora]
    if isinstance(recipe, dict):
        for part in _mappings(recipe.get("parts")):
            if isinstance(corpora := part.get("corpora"), list):
                part["corpora"] = [_anchored_corpus(one, folder) for one in corpora]


def _anchored_corpus(corpus: Any, folder: Path) -> Any:
    if not isinstance(corpus, dict):
        return anchored(corpus, folder)
    places = {"path": anchored(corpus.get("path"), folder)}
    if isinstance(files := corpus.get("files"), list):
        places["files"] = [anchored(one, folder) for one in files]
    return {**corpus, **places}


def _check_names(mixture: Mixture, origin: str) -> None:
    for name, member in mixture.members.items():
        if member.dataset not in mixture.datasets:
            raise ConfigError(
                f"{origin}: members.{name}.dataset: no dataset is called {member.dataset!r}"
                f"{near(member.dataset, [*mixture.datasets])}"
            )
        parts = mixture.datasets[member.dataset].parts
        for part in member.filter.part:
            if parts and part not in parts:
                raise ConfigError(
                    f"{origin}: members.{name}.filter.part: the dataset {member.dataset!r} has no "
                    f"part {part!r}{near(part, [*parts])}"
                )
    for name in mixture.datasets:
        if not mixture.of_dataset(name):
            raise ConfigError(f"{origin}: datasets.{name} is drawn from by no member")
