"""Connectors: shapes, and clear words for towers that they cannot join."""

from __future__ import annotations

import pytest
import torch

from dataengine.errors import ConfigError
from trainers.models import connectors
from trainers.models.kinds import module_of
from trainers.recipe import ConnectorSettings


def build(kind: str, inputs: list[tuple[int, int]], width: int = 12, **config: object):
    settings = ConnectorSettings(kind=kind, config=config)
    return module_of(connectors, kind).build(settings, inputs, width)


@pytest.mark.parametrize(
    ("kind", "inputs", "config"),
    [
        ("linear", [(4, 8)], {}),
        ("mlp", [(4, 8)], {}),
        ("mlp", [(4, 8)], {"layers": 3, "hidden": 5, "std": 0.01}),
        ("channel_concat", [(4, 8), (4, 6)], {}),
    ],
)
def test_gives_features_in_the_language_models_width(kind, inputs, config):
    connector = build(kind, inputs, **config)
    features = [torch.randn(2, *shape) for shape in inputs]
    assert connector(features).shape == (2, connector.tokens, 12)
    assert connector.tokens == 4


@pytest.mark.parametrize(
    ("kind", "inputs", "config", "words"),
    [
        ("linear", [(4, 8), (4, 8)], {}, "joins one tower, not 2"),
        ("linear", [(4, 8)], {"x": 1}, "takes no config"),
        ("mlp", [(4, 8)], {"layer": 2}, "did you mean 'layers'"),
        ("mlp", [(4, 8)], {"layers": 0}, "above 0"),
        ("channel_concat", [(4, 8), (5, 8)], {}, "features of the same places"),
        ("channel_concat", [(4, 8)] * 5, {}, "cannot be shared by 5"),
        ("qformers", [(4, 8)], {}, "no connector is called"),
    ],
)
def test_what_does_not_fit_is_said(kind, inputs, config, words):
    with pytest.raises(ConfigError, match=words):
        build(kind, inputs, **config)
