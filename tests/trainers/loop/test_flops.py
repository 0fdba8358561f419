"""Operations by formula: the papers' sizes, and torch's own counter where it counts everything."""

from __future__ import annotations

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode
from transformers.models.sam.modeling_sam import SamVisionAttention

from tests.trainers.models.conftest import IDS, TINY_CLIP, TINY_SAM, tiny
from tests.trainers.models.test_paper_sizes import CLIP, OPT_IDS, SAM, full
from trainers.loop.flops import Flops, count, device_peak, hours
from trainers.models.building import build_model


@pytest.fixture(scope="module")
def vary_tiny() -> Flops:
    return count(full(OPT_IDS, {"vary": SAM}, {"kind": "opt", "positions": 4096}))


def test_sam_at_1024_px(vary_tiny):
    assert vary_tiny.towers["vary"] / 2e9 == pytest.approx(488.5, abs=0.1)


@pytest.mark.parametrize(("tokens", "tera"), [(640, 3.43), (1600, 4.26), (4096, 6.90)])
def test_training_vary_tiny(vary_tiny, tokens, tera):
    assert vary_tiny.training(tokens, {"vary"}) / 1e12 == pytest.approx(tera, abs=0.01)
    frozen = vary_tiny.training(tokens, set())
    assert vary_tiny.training(tokens, {"vary"}) - frozen == 2 * vary_tiny.towers["vary"]


def test_clip_l():
    model = full(OPT_IDS, {"clip": CLIP}, {"kind": "opt"})
    assert count(model).towers["clip"] / 2e9 == pytest.approx(81.0, abs=0.1)


@pytest.mark.parametrize("window", [4, 3])
def test_torch_counts_the_same_for_small_towers(window):
    recipe = tiny(
        towers={
            "clip": {"kind": "clip", "config": TINY_CLIP},
            "vary": {
                "kind": "sam_vitdet",
                "config": {**TINY_SAM, "window_size": window},
                "downsample": [24, 32],
            },
        },
        connector={"kind": "channel_concat"},
    )
    model = build_model(recipe, IDS).eval()
    for name, size in (("clip", 16), ("vary", 64)):
        tower = model.towers[name]
        tower.encoder.set_attn_implementation("eager")  # the counter does not see SDPA on a CPU
        for block in tower.blocks() if name == "vary" else ():
            block.attn.__class__ = SamVisionAttention
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            tower(torch.zeros(1, 3, size, size))
        assert count(model).towers[name] == pytest.approx(counter.get_total_flops(), rel=0.02)


def test_hours():
    assert hours(989e12 * 0.4 * 3600, "H200") == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("name", "peak"),
    [
        ("NVIDIA A100-SXM4-80GB", 312e12), ("NVIDIA H100 80GB HBM3", 989e12),
        ("NVIDIA H100 PCIe", 756e12), ("NVIDIA H100 NVL", 835e12), ("NVIDIA H200", 989e12),
        ("NVIDIA GeForce RTX 3090", None),
    ],
)  # fmt: skip
def test_peaks_by_name(monkeypatch, name, peak):
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: name)
    assert device_peak(torch.device("cuda")) == peak
    assert device_peak(torch.device("cpu")) is None
