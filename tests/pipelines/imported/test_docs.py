"""The guide names every format and reason, and its recipe is one."""

from __future__ import annotations

import re

from dataengine.recipe import resolve
from dataengine.yaml_text import parse_yaml
from pipelines.imported.formats import format_names
from pipelines.imported.reasons import REASONS
from tests.conftest import REPOSITORY

GUIDE = (REPOSITORY / "docs" / "imported.md").read_text(encoding="utf-8")


def test_every_format_and_reason_is_there() -> None:
    first_cells = re.findall(r"^\| `([\w-]+)` \|", GUIDE, re.MULTILINE)
    assert sorted(first_cells) == sorted([*format_names(), *REASONS])
    assert all(f"| `{code}` | {words} |" in GUIDE for code, words in REASONS.items())


def test_the_recipe_is_one() -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    recipe = resolve(parse_yaml(text), "docs/imported.md")
    assert {part.pipeline for part in recipe.parts.values()} == {"imported"}
    assert {part.options["format"] for part in recipe.parts.values()} <= set(format_names())
