"""Towers: features of the promised shape, the same as the reference modules give."""

from __future__ import annotations

import pytest
import torch
from transformers.models.deepseek_ocr2.configuration_deepseek_ocr2 import (
    DeepseekOcr2SamVisionConfig,
)
from transformers.models.deepseek_ocr2.modeling_deepseek_ocr2 import DeepseekOcr2SamVisionEncoder

from dataengine.errors import ConfigError
from tests.trainers.models.conftest import TINY_CLIP, TINY_SAM
from trainers.models.towers import clip, sam_vitdet
from trainers.recipe import TowerSettings

POSITIONS = TINY_SAM | {"positions": "sine_cosine"}


def sam(**changes: object) -> sam_vitdet.SamVitDet:
    data = {"kind": "sam_vitdet", "config": TINY_SAM, "downsample": [24, 32], **changes}
    return sam_vitdet.build(TowerSettings.model_validate(data), 0.02)


@pytest.mark.parametrize(("downsample", "tokens"), [([], 64), ([24], 16), ([24, 32], 4)])
def test_sam_gives_what_it_promises(downsample, tokens):
    tower = sam(downsample=downsample)
    assert tower.tokens == tokens
    assert tower(torch.randn(2, 3, 64, 64)).shape == (2, tokens, tower.channels)
    assert len(tower.blocks()) == 2


def test_sam_with_convolutions_is_deepseeks_encoder():
    """Another implementation of the same network, weights copied, gives the same features."""
    torch.manual_seed(0)
    tower = sam(config={**TINY_SAM, "initializer_range": 0.1}).eval()
    config = DeepseekOcr2SamVisionConfig(**TINY_SAM, downsample_channels=[24, 32])
    other = DeepseekOcr2SamVisionEncoder(config).eval()
    ours = tower.encoder.vision_encoder.state_dict()
    with torch.no_grad():
        for name, value in other.state_dict().items():
            if name in ours:
                value.copy_(ours[name])
        convolutions = [m for m in other.modules() if isinstance(m, torch.nn.Conv2d)][-2:]
        for theirs, mine in zip(convolutions, tower.downsample, strict=True):
            theirs.weight.copy_(mine.weight)
    pixels = torch.randn(2, 3, 64, 64)
    expected = other(pixels).last_hidden_state
    expected = expected.flatten(2).transpose(1, 2) if expected.dim() == 4 else expected
    assert torch.allclose(tower(pixels), expected, atol=1e-5)


def test_sine_cosine_positions_are_set():
    tower = sam(config=POSITIONS)
    assert float(tower.encoder.vision_encoder.pos_embed.detach().abs().max()) == pytest.approx(
        0.02, rel=0.1
    )


def test_folded_tower_gives_the_same():
    torch.manual_seed(0)
    plain = sam()
    folded = sam(relative_positions="folded")
    folded.load_state_dict(plain.state_dict())
    pixels = torch.randn(1, 3, 64, 64)
    assert torch.allclose(plain(pixels), folded(pixels), atol=1e-6)


@pytest.mark.parametrize(
    ("config", "words"),
    [({**TINY_SAM, "image_size": 60}, "no multiple"), ({**TINY_SAM, "positions": "x"}, "zeros or")],
)
def test_sam_that_cannot_be_is_said(config, words):
    with pytest.raises(ConfigError, match=words):
        sam(config=config)


def test_clip_gives_the_hidden_layer_without_the_class_token():
    settings = TowerSettings.model_validate({"kind": "clip", "config": TINY_CLIP, "layer": -2})
    tower = clip.build(settings, 0.02).eval()
    pixels = torch.randn(2, 3, 16, 16)
    assert (tower.tokens, tower.channels) == (4, 32)
    expected = tower.encoder(pixels, output_hidden_states=True).hidden_states
    assert torch.equal(tower(pixels), expected[-2][:, 1:])
    assert not torch.allclose(expected[-2], expected[-1])


def test_clip_layer_that_is_not_there_is_said():
    settings = TowerSettings.model_validate({"kind": "clip", "config": TINY_CLIP, "layer": -4})
    with pytest.raises(ConfigError, match="layer -4 of 3"):
        clip.build(settings, 0.02)
