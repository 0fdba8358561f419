"""Activation checkpointing changes memory, not gradients."""

from __future__ import annotations

import warnings

import pytest
import torch

from dataengine.errors import ConfigError
from tests.trainers.models.conftest import IDS, TINY_CLIP, tiny
from trainers.loop.memory import checkpoint_activations
from trainers.models.building import build_model
from trainers.models.freezing import apply_freeze_map


def gradients(names: list[str]) -> tuple[dict[str, torch.Tensor], int]:
    model = build_model(tiny(), IDS, seed=1)
    checkpoint_activations(model, names)
    model.train()
    kept: list[int] = []

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        kept.append(tensor.numel())
        return tensor

    ids = torch.tensor([[2, *[IDS.image] * 4, 5, 6, 7]])
    images = {"vary": torch.ones(1, 3, 64, 64)}
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        loss = model(ids, images).square().sum()
    loss.backward()
    return {name: p.grad for name, p in model.named_parameters()}, sum(kept)


def test_gradients_are_the_same_and_less_is_kept():
    plain, much = gradients([])
    again, little = gradients(["language", "vary"])
    assert plain.keys() == again.keys()
    for name, gradient in plain.items():
        assert torch.allclose(gradient, again[name], atol=1e-6), name
    assert little < much / 2


QWEN = {
    "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 2,
    "intermediate_size": 64, "vocab_size": 44,
}  # fmt: skip


@pytest.mark.parametrize("train", [{"*": 1.0}, {"connector.*": 1.0}])
def test_gradients_behind_a_frozen_tower_and_of_a_middle_layer_are_the_same(train):
    """CLIP's features come from before its last layer; whatever is frozen, gradients flow."""
    towers = {"clip": {"kind": "clip", "config": TINY_CLIP, "layer": -2}}
    made = tiny(towers=towers, language={"kind": "qwen2", "config": QWEN}, layout="qwen_mpt")
    found = []
    for names in ([], ["language", "clip"]):
        model = build_model(made, IDS, seed=1)
        apply_freeze_map(model, train)
        checkpoint_activations(model, names)
        model.train()
        ids = torch.tensor([[2, *[IDS.image] * 4, 5, 6, 7]])
        model(ids, {"clip": torch.ones(1, 3, 16, 16)}).square().sum().backward()
        found.append({n: p.grad for n, p in model.named_parameters() if p.grad is not None})
    plain, again = found
    assert plain.keys() == again.keys()
    assert all(name.startswith("connector") for name in plain) is (
        len(train) == 1 and "*" not in train
    )
    assert all(torch.equal(gradient, again[name]) for name, gradient in plain.items())


def test_nothing_deprecated_is_used():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gradients(["language", "vary"])


def test_unknown_module_is_an_error():
    with pytest.raises(ConfigError, match="did you mean 'language'"):
        checkpoint_activations(build_model(tiny(), IDS), ["lanuage"])
