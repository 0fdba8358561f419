"""Folded relative positions are the reference's attention: outputs, gradients, parameter names."""

from __future__ import annotations

import copy

import pytest
import torch
from transformers import SamVisionConfig, SamVisionModel

from tests.trainers.models.conftest import TINY_SAM
from trainers.models.relative_positions import FoldedAttention, fold


def pair(**changes: object) -> tuple[torch.nn.Module, torch.nn.Module]:
    torch.manual_seed(3)
    config = SamVisionConfig(**{**TINY_SAM, "initializer_range": 0.2, **changes})
    config._attn_implementation = "sdpa"  # eager rounds its softmax to fp32
    reference = SamVisionModel(config).double()
    for name, parameter in reference.named_parameters():
        if "rel_pos" in name:
            torch.nn.init.normal_(parameter, std=0.5)
    folded = copy.deepcopy(reference)
    fold(folded.vision_encoder)
    return reference, folded


@pytest.mark.parametrize("changes", [{}, {"window_size": 3}, {"qkv_bias": False}])
def test_outputs_and_gradients_are_the_references(changes):
    reference, folded = pair(**changes)
    pixels = torch.randn(2, 3, 64, 64, dtype=torch.float64)
    results = []
    for model in (reference, folded):
        output = model(pixels).last_hidden_state
        (output * torch.linspace(-1, 1, output.numel()).view_as(output)).sum().backward()
        results.append((output, {n: p.grad for n, p in model.named_parameters()}))
    (expected, gradients), (got, found) = results
    assert torch.allclose(got, expected, atol=1e-10)
    assert gradients.keys() == found.keys()
    for name, gradient in gradients.items():
        assert torch.allclose(found[name], gradient, rtol=1e-8, atol=1e-10), name
    assert any("rel_pos" in name and float(g.abs().max()) > 0 for name, g in found.items())


def test_relative_positions_matter():
    """The equality above must not hold because both ignore them."""
    _, folded = pair()
    pixels = torch.randn(1, 3, 64, 64, dtype=torch.float64)
    before = folded(pixels).last_hidden_state
    with torch.no_grad():
        folded.vision_encoder.layers[1].attn.rel_pos_h.add_(
            torch.randn_like(folded.vision_encoder.layers[1].attn.rel_pos_h)
        )
    assert not torch.allclose(folded(pixels).last_hidden_state, before, atol=1e-3)


def test_weights_fit_both_ways():
    reference, folded = pair()
    assert folded.state_dict().keys() == reference.state_dict().keys()


def test_weights_are_not_given():
    _, folded = pair()
    attention = folded.vision_encoder.layers[0].attn
    assert isinstance(attention, FoldedAttention)
    with pytest.raises(ValueError, match="folded attention gives no weights"):
        attention(torch.zeros(1, 4, 4, 32, dtype=torch.float64), output_attentions=True)
