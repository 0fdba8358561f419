"""Filling a model by its recipe, where it is built and where it is only checked."""

from __future__ import annotations

import logging

import pytest
import torch

from tests.trainers.loop import runs
from tests.trainers.weights.original import IDS, build, sam, tower_recipe
from trainers.errors import WeightsError
from trainers.loop import checkpoint
from trainers.models.building import build_model
from trainers.weights.loading import check_pretrained, load_pretrained


@pytest.fixture
def named(tmp_path):
    torch.save(sam("image_encoder.", convolutions=False), tmp_path / "sam.pth")
    return tower_recipe(str(tmp_path / "sam.pth"))


def test_what_was_done_is_told(named, caplog):
    with caplog.at_level(logging.INFO):
        report = load_pretrained(build(named), named)
    lines = list(report.lines())
    assert lines[0].startswith("towers.vary: 37 tensors from ")
    assert lines[0].endswith("(SAM, original names)")
    assert lines[1] == "  random: downsample.0.weight, downsample.1.weight"
    assert caplog.messages == lines


def test_a_recipe_that_names_nothing_changes_nothing():
    recipe = tower_recipe("")
    model = build(recipe)
    before = {name: one.clone() for name, one in model.state_dict().items()}
    assert load_pretrained(model, recipe).parts == ()
    assert all(torch.equal(one, before[name]) for name, one in model.state_dict().items())


def test_a_check_needs_no_memory_and_tells_the_same(named):
    with torch.device("meta"):
        model = build_model(named, IDS)
    assert check_pretrained(model, named) == load_pretrained(build(named), named)


def test_the_configuration_beside_the_weights_is_compared(named, tmp_path):
    from transformers import SamVisionConfig, SamVisionModel

    from tests.trainers.models.conftest import TINY_SAM

    SamVisionModel(SamVisionConfig(**TINY_SAM, hidden_act="relu")).save_pretrained(tmp_path / "sam")
    recipe = tower_recipe(str(tmp_path / "sam"))
    with pytest.raises(WeightsError, match=r"set in towers\.vary\.config .*'hidden_act': 'relu'"):
        load_pretrained(build(recipe), recipe)


def saved(folder):
    """Return a checkpoint of a small model with another seed."""
    parts = runs.parts(runs.recipe(seed=5))
    optimiser = torch.optim.AdamW(parts.model.parameters())
    return parts, checkpoint.save(
        folder, parts.model, optimiser, checkpoint.RunState(),
        {"recipe": parts.recipe.model_dump(mode="json")}, keep=1,
    )  # fmt: skip


def test_a_run_begins_with_what_its_recipe_names(tmp_path):
    donor, path = saved(tmp_path)
    made = runs.recipe(model__towers__vary__pretrained=str(path))
    begun = runs.parts(made).model
    wanted, plain = donor.model.state_dict(), runs.parts(runs.recipe()).model.state_dict()
    for name, one in begun.state_dict().items():
        source = wanted if name.startswith("towers.") else plain
        assert torch.equal(one, source[name])
    both = runs.recipe(
        model__towers__vary__pretrained=str(path), model__language__pretrained=str(path)
    )
    for name, one in runs.parts(both).model.language.state_dict().items():
        assert torch.equal(one, wanted[f"language.{name}"])
