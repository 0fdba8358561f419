"""LoRA: nothing changes at the start, only the narrow matrices learn, merging computes the same."""

from __future__ import annotations

import pytest
import torch

from dataengine.errors import ConfigError
from tests.trainers.models.conftest import IDS
from trainers.models.building import build_model
from trainers.models.freezing import apply_freeze_map
from trainers.models.lora import add_lora, merge_lora
from trainers.recipe import Lora

IMAGES = {"vary": torch.linspace(-1, 1, 3 * 64 * 64).view(1, 3, 64, 64)}
TOKENS = torch.tensor([[2, *[IDS.image] * 4, 5, 6, 7]])


def test_adds_nothing_learns_and_merges(recipe):
    model = build_model(recipe, IDS).eval()
    before = model(TOKENS, IMAGES)
    names = set(model.state_dict())
    wrapped = add_lora(model.language, Lora(rank=4, dropout=0.0))
    assert len(wrapped) == 4  # q_proj and v_proj of two layers
    assert torch.equal(model(TOKENS, IMAGES), before)
    factors = apply_freeze_map(model, {"*.lora_*": 1.0})
    assert len(factors) == 8
    model(TOKENS, IMAGES).square().sum().backward()
    torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=1.0).step()
    after = model(TOKENS, IMAGES)
    assert not torch.allclose(after, before, atol=1e-4)
    merge_lora(model)
    assert set(model.state_dict()) == names
    assert torch.allclose(model(TOKENS, IMAGES), after, atol=1e-5)


def test_unknown_layer_is_an_error_with_a_near_name(recipe):
    model = build_model(recipe, IDS)
    with pytest.raises(ConfigError, match=r"'query_proj'.*did you mean 'q_proj'"):
        add_lora(model.language, Lora(targets=("query_proj",)))
