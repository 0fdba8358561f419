"""A resolved recipe as the YAML that is kept beside the data and shown in the card."""

from __future__ import annotations

import re

import yaml

from dataengine.recipe import Recipe

_LINE_ENDS = re.compile("[\x85\u2028\u2029]")


def recipe_yaml(recipe: Recipe, *, with_paths: bool = True) -> str:
    """Return a recipe as YAML; without paths it says nothing of the machine it ran on."""
    data = recipe.dump()
    if not with_paths:
        for part in data["parts"].values():
            for corpus in part["corpora"]:
                corpus["path"] = corpus["name"]
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


class _Dumper(yaml.SafeDumper):
    """Escapes the line ends of Unicode, which YAML reads back as blanks."""


def _represent(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = '"' if _LINE_ENDS.search(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent)
