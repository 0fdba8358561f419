"""The optimiser: factors reach the rates, decay spares norms, biases and positions."""

from __future__ import annotations

import pytest
import torch

from tests.trainers.models.conftest import IDS, tiny
from trainers.loop.optimising import decays, make_optimiser, set_learning_rate
from trainers.models.building import build_model
from trainers.models.freezing import apply_freeze_map
from trainers.recipe import Optimiser


def test_groups_hold_every_learned_parameter_once():
    model = build_model(tiny(), IDS)
    factors = apply_freeze_map(model, {"*": 1.0, "connector.*": 10.0, "towers.*": 0.0})
    optimiser = make_optimiser(model, factors, Optimiser(weight_decay=0.1))
    held = [id(p) for group in optimiser.param_groups for p in group["params"]]
    wanted = {id(p) for p in model.parameters() if p.requires_grad}
    assert len(held) == len(set(held))
    assert set(held) == wanted
    set_learning_rate(optimiser, 0.01)
    rates = sorted({round(group["lr"], 9) for group in optimiser.param_groups})
    assert rates == [0.01, 0.1]
    assert {group["weight_decay"] for group in optimiser.param_groups} == {0.0, 0.1}


@pytest.mark.parametrize(
    ("name", "shape", "decayed"),
    [
        ("language.fc1.weight", (3, 3), True),
        ("language.fc1.bias", (3,), False),
        ("language.layer_norm.weight", (3,), False),
        ("towers.vary.encoder.pos_embed", (1, 4, 4, 8), False),
        ("towers.vary.encoder.attn.rel_pos_h", (27, 8), False),
        ("language.decoder.embed_positions.weight", (10, 8), False),
    ],
)
def test_what_decays(name, shape, decayed):
    assert decays(name, torch.nn.Parameter(torch.zeros(shape))) is decayed
