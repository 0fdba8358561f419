"""The commands: what a recipe would load, and a checkpoint as folders for others."""

from __future__ import annotations

import json
import shutil

import torch
from click.testing import CliRunner
from safetensors.torch import load_file, save_file
from transformers import OPTForCausalLM, SamVisionModel

from tests.trainers.loop import runs
from tests.trainers.weights.test_loading import saved
from trainers.cli import main


def call(*arguments):
    return CliRunner().invoke(main, [str(one) for one in arguments])


def test_a_checkpoint_is_exported(tmp_path):
    parts, path = saved(tmp_path / "run")
    result = call("export", path, tmp_path / "out")
    assert result.exit_code == 0, result.output
    SamVisionModel.from_pretrained(tmp_path / "out" / "towers" / "vary")
    language = OPTForCausalLM.from_pretrained(tmp_path / "out" / "language").state_dict()
    assert all(
        torch.equal(one, language[name]) for name, one in parts.model.language.state_dict().items()
    )
    again = call("export", path, tmp_path / "out")
    assert again.exit_code == 1
    assert "exists already" in again.output


def test_a_recipe_is_checked(tmp_path):
    _, path = saved(tmp_path / "run")
    made = runs.recipe(model__towers__vary__pretrained=str(path))
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(json.dumps(made.model_dump(mode="json")))
    result = call("check", recipe)
    assert result.exit_code == 0, result.output
    assert "towers.vary: 67 tensors from" in result.output
    recipe.write_text(json.dumps(runs.recipe().model_dump(mode="json")))
    assert "names no weights" in call("check", recipe).output


def test_what_cannot_be_loaded_is_said(tmp_path):
    made = runs.recipe(model__language__pretrained=str(tmp_path / "none.pth"))
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(json.dumps(made.model_dump(mode="json")))
    result = call("check", recipe)
    assert result.exit_code == 1
    assert "there is no file or folder" in result.output


def test_a_run_is_checked_by_itself(tmp_path):
    """No recipe, no tokenizer and no weights from elsewhere: what lies in the folder is enough."""
    _, donor = saved(tmp_path / "donor")
    made = runs.recipe(
        model__towers__vary__pretrained=str(donor), stages__0__steps=1, run__held_out=0
    )
    run, _ = runs.start(tmp_path / "run", made)
    assert run.train()
    shutil.rmtree(tmp_path / "donor")
    result = call("check", tmp_path / "run")
    assert result.exit_code == 0, result.output
    assert "step 1 of the recipe digits; all 105 tensors are there and fit" in result.output
    assert "the run began with\n  towers.vary: 67 tensors from" in result.output
    (weights,) = (tmp_path / "run").rglob("model.safetensors")
    tensors = load_file(weights)
    tensors["connector.project.bias"] = torch.zeros(3)
    save_file(tensors, weights)
    broken = call("check", tmp_path / "run")
    assert broken.exit_code == 1
    assert "connector.project.bias has shape (3,), the model wants (96,)" in broken.output
    (tmp_path / "run" / "weights.json").write_text("{}")
    save_file(load_file(donor_free(tmp_path, made)), weights)
    assert "weights.json is damaged" in call("check", tmp_path / "run").output


def donor_free(folder, made):
    """Return the weights' file of another run of the same form."""
    plain = made.model_copy(update={"model": runs.recipe().model})
    run, _ = runs.start(folder / "plain", plain)
    run.train()
    return next((folder / "plain").rglob("model.safetensors"))
