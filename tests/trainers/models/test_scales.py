"""Dead modules are found before the first step."""

from __future__ import annotations

import pytest
import torch

from tests.trainers.models.conftest import IDS, TINY_SAM, tiny
from trainers.errors import DeadModel
from trainers.models.building import build_model
from trainers.models.scales import check_scales, measure_scales

IMAGES = {"vary": torch.randn(4, 3, 64, 64, generator=torch.Generator().manual_seed(1))}


def test_a_healthy_model_passes(recipe):
    model = build_model(recipe, IDS)
    model.train()
    scales = measure_scales(model, IMAGES)
    check_scales(scales)
    assert [one.module for one in scales] == ["towers.vary", "connector"]
    assert all(one.between > 0 for one in scales)
    assert model.training


def test_the_libraries_own_initialisation_is_refused():
    dead = tiny(
        towers={
            "vary": {
                "kind": "sam_vitdet",
                "config": {**TINY_SAM, "initializer_range": 1e-10},
            }
        }
    )
    model = build_model(dead, IDS)
    for parameter in model.towers.parameters():
        parameter.data.mul_(1e-6)
    with pytest.raises(DeadModel, match="initializer_range"):
        check_scales(measure_scales(model, IMAGES))


def test_equal_queries_are_refused(recipe):
    model = build_model(recipe, IDS)

    class Equal(torch.nn.Module):
        def forward(self, features):
            return torch.randn(4, 1, 32).expand(-1, 4, -1)

    model.connector = Equal()
    with pytest.raises(DeadModel, match="its queries are equal"):
        check_scales(measure_scales(model, IMAGES))
