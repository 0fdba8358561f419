"""Freeze maps: only what a glob names learns, a step leaves the rest bit for bit as it was."""

from __future__ import annotations

import pytest
import torch

from dataengine.errors import ConfigError
from tests.trainers.models.conftest import IDS
from trainers.models.building import build_model
from trainers.models.freezing import apply_freeze_map, trainable_by_module


@pytest.fixture
def model(recipe):
    return build_model(recipe, IDS)


def step(model) -> None:
    ids = torch.tensor([[2, *[IDS.image] * 4, 5, 6, 2]])
    logits = model(ids, {"vary": torch.randn(1, 3, 64, 64)})
    torch.nn.functional.cross_entropy(logits[0, :-1], ids[0, 1:]).backward()
    learned = [p for p in model.parameters() if p.requires_grad]
    torch.optim.SGD(learned, lr=1.0).step()


@pytest.mark.parametrize(
    "train", [{"connector.*": 1.0}, {"language.*": 0.5, "connector.*": 1.0}, {"*": 1.0}]
)
def test_a_step_changes_what_is_named_and_nothing_else(model, train):
    factors = apply_freeze_map(model, train)
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    step(model)
    changed = {n for n, p in model.named_parameters() if not torch.equal(p, before[n])}
    assert changed <= set(factors)
    assert any(name.startswith("connector") for name in changed)


def test_the_longest_glob_counts_and_zero_freezes(model):
    factors = apply_freeze_map(model, {"*": 1.0, "towers.*": 0.0, "towers.vary.downsample.*": 0.1})
    assert factors["towers.vary.downsample.0.weight"] == 0.1
    assert not any(".encoder." in name for name in factors if name.startswith("towers"))
    assert factors["connector.project.weight"] == 1.0
    learned, whole = trainable_by_module(model)["towers.vary"]
    assert 0 < learned < whole


def test_glob_without_a_parameter_is_an_error(model):
    with pytest.raises(ConfigError, match=r"'vision\.\*' matches no parameter; the modules are"):
        apply_freeze_map(model, {"*": 1.0, "vision.*": 1.0})


def test_nothing_to_learn_is_an_error(model):
    with pytest.raises(ConfigError, match="every parameter is frozen"):
        apply_freeze_map(model, {"*": 0.0})
