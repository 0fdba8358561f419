"""Activation checkpointing changes memory, not gradients."""

from __future__ import annotations

import pytest
import torch

from dataengine.errors import ConfigError
from tests.trainers.models.conftest import IDS, tiny
from trainers.loop.memory import checkpoint_activations
from trainers.models.building import build_model


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


def test_unknown_module_is_an_error():
    with pytest.raises(ConfigError, match="did you mean 'language'"):
        checkpoint_activations(build_model(tiny(), IDS), ["lanuage"])
