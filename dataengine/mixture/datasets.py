"""The datasets of a mixture as recipes, with the user's corpora in the place of `given://NAME`."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from dataengine.errors import ConfigError
from dataengine.mixture.loading import anchored
from dataengine.mixture.settings import DatasetSpec, Mixture
from dataengine.recipe import CorpusSpec, Part, Recipe, resolve
from dataengine.recipe_loading import load_recipe
from dataengine.registry import near

GIVEN = "given://"
"""Begins the path of a corpus that the user names with `--corpus NAME=PATH`."""

Given = Mapping[str, Sequence[str]]
"""Name after `given://` -> paths."""


def read_given(texts: Iterable[str]) -> dict[str, list[str]]:
    """Read "NAME=PATH", given several times for several corpora; paths start where the command is.

    Raises:
        ConfigError: one is not of that form.
    """
    found: defaultdict[str, list[str]] = defaultdict(list)
    for text in texts:
        name, equals, path = text.partition("=")
        if not (name and equals and path):
            raise ConfigError(f"--corpus {text!r} must have the form NAME=PATH")
        found[name].append(anchored(path, Path.cwd()))
    return dict(found)


def recipes_of(mixture: Mixture, given: Given) -> dict[str, Recipe]:
    """Return the recipes of all datasets that are to be rendered, by dataset.

    Raises:
        ConfigError: a recipe is wrong, or a corpus is given that no recipe asks for.
    """
    plain = {
        name: _recipe(mixture, name, spec)
        for name, spec in mixture.datasets.items()
        if not spec.path
    }
    wanted = {name for recipe in plain.values() for name in missing_corpora(recipe)}
    for name in given:
        if name not in wanted:
            raise ConfigError(
                f"--corpus {name}=…: mixture {mixture.name} asks for no corpus of that name"
                f"{near(name, sorted(wanted))}"
            )
    for name, recipe in plain.items():
        plain[name] = _with_given(recipe, given)
        _check_parts(mixture, name, plain[name])
    return plain


def missing_corpora(recipe: Recipe) -> list[str]:
    """Return the names of corpora that nobody has given a path for yet."""
    return list(
        dict.fromkeys(
            path.removeprefix(GIVEN).rstrip("/")
            for part in recipe.parts.values()
            for corpus in part.corpora
            for path in (corpus.path, *corpus.files)
            if path.startswith(GIVEN)
        )
    )


def require_corpora(recipes: Iterable[Recipe]) -> None:
    """Refuse to render while corpora are missing; raises `ConfigError` with all their names."""
    missing = dict.fromkeys(name for recipe in recipes for name in missing_corpora(recipe))
    if missing:
        raise ConfigError(
            f"say where these corpora lie: {' '.join(f'--corpus {name}=PATH' for name in missing)}"
            " (--dry-run does without)"
        )


def _recipe(mixture: Mixture, name: str, spec: DatasetSpec) -> Recipe:
    origin = f"mixture {mixture.name}: datasets.{name}"
    if isinstance(spec.recipe, str):
        recipe = load_recipe(
            spec.recipe,
            corpora=spec.corpora,
            samples=spec.samples,
            seed=spec.seed,
            overrides=[f"{key}={json.dumps(value)}" for key, value in spec.set.items()],
        )
    else:
        defaults = {"name": f"{mixture.name}-{name}", "seed": mixture.seed}
        recipe = resolve({**defaults, **(spec.recipe or {})}, f"{origin}.recipe")
    for part in spec.parts:
        if part not in recipe.parts:
            raise ConfigError(
                f"{origin}.parts: the recipe {recipe.name} has no part {part!r}"
                f"{near(part, [*recipe.parts])}"
            )
    if not spec.parts:
        return recipe
    chosen = {name: part for name, part in recipe.parts.items() if name in spec.parts}
    return recipe.model_copy(update={"parts": chosen})


def _check_parts(mixture: Mixture, dataset: str, recipe: Recipe) -> None:
    for name, member in mixture.of_dataset(dataset).items():
        for part in member.filter.part:
            if part not in recipe.parts:
                raise ConfigError(
                    f"mixture {mixture.name}: members.{name}.filter.part: the dataset {dataset!r} "
                    f"has no part {part!r}{near(part, [*recipe.parts])}"
                )


def _with_given(recipe: Recipe, given: Given) -> Recipe:
    parts = {
        name: part.model_copy(update={"corpora": _distinct(_filled(part, given))})
        for name, part in recipe.parts.items()
    }
    return recipe.model_copy(update={"parts": parts})


def _filled(part: Part, given: Given) -> Iterator[CorpusSpec]:
    for corpus in part.corpora:
        files = tuple(path for one in corpus.files for path in _paths(one, given))
        for path in _paths(corpus.path, given):
            yield corpus.model_copy(update={"path": path, "files": files})


def _paths(path: str, given: Given) -> Sequence[str]:
    if not path.startswith(GIVEN):
        return [path]
    return given.get(path.removeprefix(GIVEN).rstrip("/")) or [path]


def _distinct(corpora: Iterable[CorpusSpec]) -> tuple[CorpusSpec, ...]:
    """Number the copies of a corpus that several paths were given for."""
    seen: dict[str, int] = {}
    named = []
    for corpus in corpora:
        count = seen[corpus.name] = seen.get(corpus.name, 0) + 1
        name = corpus.name if count == 1 else f"{corpus.name}-{count}"
        named.append(corpus.model_copy(update={"name": name}))
    return tuple(named)
