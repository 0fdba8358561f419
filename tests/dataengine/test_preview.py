"""Previews by template: one row for each, drawn with that template's options, samples first."""

from __future__ import annotations

import pytest

from dataengine.errors import ConfigError
from dataengine.preview import preview_templates
from dataengine.recipe import Recipe


def recipe(**options: object) -> Recipe:
    part = {"pipeline": "toy_drawn", "samples": 1, "options": options}
    other = {"pipeline": "toy_found", "corpora": ["/nowhere"]}
    return Recipe.model_validate(
        {"name": "toys", "seed": 3, "parts": {"a": part, "b": part, "c": other}}
    )


def test_each_template_of_each_part_gives_one_row_of_its_own():
    rows = list(preview_templates(recipe()))
    shown = [(row["config"], row["template"], row["width"]) for row in rows]
    sides = [("dark", 40), ("light", 80), ("white", 120)]
    assert shown == [(part, name, side) for part in "ab" for name, side in sides]
    assert not any("reason" in row for row in rows)
    assert len({row["id"] for row in rows}) == len(rows)


def test_a_template_that_gives_no_sample_shows_why():
    rows = list(preview_templates(recipe(rejected=1.0)))
    assert [row["reason"] for row in rows] == ["unlucky"] * 6
    assert [row["template"] for row in rows] == ["dark", "light", "white"] * 2


def test_a_recipe_without_templates_is_refused():
    part = {"pipeline": "toy_found", "corpora": ["/nowhere"]}
    alone = Recipe.model_validate({"name": "toys", "parts": {"c": part}})
    with pytest.raises(ConfigError, match="no part has templates"):
        list(preview_templates(alone))
