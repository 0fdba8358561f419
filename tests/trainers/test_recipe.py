"""Recipes: bundled ones load, wrong ones say where and what is near, overrides reach lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from dataengine.errors import ConfigError
from trainers.recipe import load_recipe, recipe_paths, resolve
from trainers.tokens.layout import load_layout


@pytest.mark.parametrize("name", sorted(recipe_paths()))
def test_bundled_recipes_load_and_name_layouts_that_exist(name):
    recipe = load_recipe(name)
    assert recipe.name == name
    assert recipe.source
    assert load_layout(recipe.model.layout)


def test_paper_settings_of_vary_tiny():
    recipe = load_recipe("vary_tiny")
    (stage,) = recipe.stages
    assert (stage.batch, stage.epochs, stage.optimiser.learning_rate) == (512, 3, 5e-5)
    assert recipe.model.language.positions == recipe.data.max_tokens == 4096


def test_overrides_step_into_mappings_and_lists():
    recipe = load_recipe("nano_cpu", {"stages.0.steps": 7, "run.held_out": 0, "seed": 3})
    assert (recipe.stages[0].steps, recipe.run.held_out, recipe.seed) == (7, 0, 3)
    assert recipe.content_hash() != load_recipe("nano_cpu").content_hash()
    quiet = load_recipe("nano_cpu", {"run.log_every": 1})
    assert quiet.content_hash() == load_recipe("nano_cpu").content_hash()


@pytest.mark.parametrize("key", ["evaluate_every", "held_out", "transcripts"])
def test_what_ends_steps_of_a_curriculum_is_part_of_what_is_learned(key):
    """Without a curriculum nothing depends on when and how held-out examples are measured."""
    for name, decides in (("nano_curriculum", True), ("nano_cpu", False)):
        other = load_recipe(name, {f"run.{key}": 7})
        assert (other.content_hash() != load_recipe(name).content_hash()) == decides


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"stages.1.steps": 7}, "stages.1.steps"),
        ({"seed.x": 7}, "'seed' holds a value"),
        ({"stages.9.steps": 7}, "'9' is none of the list's 1 entries"),
        ({"stages.0.epochs": 2}, "either epochs or steps"),
        ({"data.images.very": {}}, "did you mean 'vary'"),
        ({"model.lenguage": {}}, "language"),
        ({"data.curriculum": [{"name": "a"}], "stages.0.steps": None, "stages.0.epochs": 1},
         "with a curriculum every stage needs steps"),
        ({"data.curriculum": [{"name": "a"}, {"name": "b"}], "run.transcripts": 0},
         "step 'a' would never end"),
        ({"data.curriculum": [{"name": "a"}, {"name": "b"}], "run.held_out": 0},
         "step 'a' would never end"),
    ],
)  # fmt: skip
def test_wrong_settings_are_said(changes, words):
    with pytest.raises(ConfigError, match=words):
        load_recipe("nano_cpu", changes)


def test_files_that_are_no_recipes_are_said(tmp_path: Path):
    with pytest.raises(ConfigError, match="did you mean 'nano_cpu'"):
        load_recipe("nano_gpuu" if "nano_gpuu" in recipe_paths() else "nano_cpuu")
    with pytest.raises(ConfigError, match="cannot read the recipe"):
        load_recipe(str(tmp_path / "none.yaml"))
    path = tmp_path / "bad.yaml"
    path.write_text("- 1\n")
    with pytest.raises(ConfigError, match="must be a mapping"):
        load_recipe(str(path))
    path.write_text("a: !!python/object/apply:os.system [ls]\n")
    with pytest.raises(ConfigError, match="is not YAML"):
        load_recipe(str(path))
    with pytest.raises(ConfigError, match="model"):
        resolve({}, "here")
