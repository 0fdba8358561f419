"""A resolved recipe as the YAML that is kept beside the data and shown in the card."""

from __future__ import annotations

import yaml

from dataengine.recipe import Recipe


def recipe_yaml(recipe: Recipe, *, with_paths: bool = True) -> str:
    """Return a recipe as YAML; without paths it says nothing of the machine it ran on."""
    data = recipe.dump()
    if not with_paths:
        for part in data["parts"].values():
            for corpus in part["corpora"]:
                corpus["path"] = corpus["name"]
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=100)
