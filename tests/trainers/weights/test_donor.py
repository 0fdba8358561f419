"""Weights of a run are held against its recipe: what no shape gives away must agree."""

from __future__ import annotations

import json

import pytest

from tests.trainers.loop import runs
from tests.trainers.weights.test_loading import saved
from trainers.errors import WeightsError


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("num_attention_heads", 8, r"language\.config \{'num_attention_heads': 4\} \(now .*8"),
        ("activation_function", "gelu", r"'activation_function': 'relu'"),
    ],
)
def test_a_language_model_that_computes_otherwise_is_refused(tmp_path, key, value, told):
    _, path = saved(tmp_path)
    config = {**runs.OPT, key: value}
    made = runs.recipe(model__language={"kind": "opt", "config": config, "pretrained": str(path)})
    with pytest.raises(WeightsError, match=told):
        runs.parts(made)


def test_a_tower_that_computes_otherwise_is_refused(tmp_path):
    _, path = saved(tmp_path)
    tower = {"kind": "sam_vitdet", "config": {**runs.SAM, "hidden_act": "relu"}}
    tower |= {"downsample": [96, 96], "pretrained": str(path)}
    with pytest.raises(
        WeightsError, match=r"set in towers\.other\.config \{'hidden_act': 'gelu'\}"
    ):
        runs.parts(runs.recipe(model__towers={"other": tower}, data__images={}))


@pytest.mark.parametrize("content", ['{"recipe": {"model": {"towers": 3}}}', "[]", "{"])
def test_a_damaged_recipe_is_told(tmp_path, content):
    _, path = saved(tmp_path)
    (path / "recipe.json").write_text(content)
    with pytest.raises(WeightsError, match=r"recipe\.json"):
        runs.parts(runs.recipe(model__language__pretrained=str(path)))


def test_other_folders_may_have_a_file_of_that_name(tmp_path):
    _, path = saved(tmp_path)
    (path / "recipe.json").write_text(json.dumps({"name": "of somebody else"}))
    runs.parts(runs.recipe(model__language__pretrained=str(path)))
