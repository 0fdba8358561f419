"""Qwen-1 at full size, by the shapes of its published configuration."""

from __future__ import annotations

import pytest
import torch

from trainers.models import language as models
from trainers.recipe import LanguageSettings
from trainers.weights import language
from trainers.weights.files import Checkpoint
from trainers.weights.filling import prepare
from trainers.weights.sources.qwen1 import as_qwen2

PUBLISHED = {
    "7B": {
        "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32,
        "intermediate_size": 22016, "layer_norm_epsilon": 1e-6, "rotary_emb_base": 10000,
        "vocab_size": 151936,
    },
    "1.8B": {
        "hidden_size": 2048, "num_hidden_layers": 24, "num_attention_heads": 16,
        "intermediate_size": 11008, "layer_norm_epsilon": 1e-6, "rotary_emb_base": 10000,
        "vocab_size": 151936,
    },
}  # fmt: skip
"""Of Qwen-7B's and Qwen-1.8B's config.json; trainers of Vary say the same by Qwen2's names."""


def shapes(config):
    width, inner = config["hidden_size"], config["intermediate_size"] // 2
    found = {
        "transformer.wte.weight": (config["vocab_size"], width),
        "transformer.ln_f.weight": (width,),
        "lm_head.weight": (config["vocab_size"], width),
    }
    for number in range(config["num_hidden_layers"]):
        found |= {
            f"transformer.h.{number}.{name}": shape
            for name, shape in {
                "ln_1.weight": (width,),
                "attn.c_attn.weight": (3 * width, width),
                "attn.c_attn.bias": (3 * width,),
                "attn.c_proj.weight": (width, width),
                "ln_2.weight": (width,),
                "mlp.w1.weight": (inner, width),
                "mlp.w2.weight": (inner, width),
                "mlp.c_proj.weight": (width, inner),
            }.items()
        }
    return found


@pytest.mark.parametrize("size", PUBLISHED)
def test_full_size(size):
    config = as_qwen2(PUBLISHED[size])
    settings = LanguageSettings(kind="qwen2", config={**config, "tie_word_embeddings": False})
    with torch.device("meta"):
        model = models.build(settings, 151860, 0.02)
        tensors = {name: torch.empty(one) for name, one in shapes(PUBLISHED[size]).items()}
    report = prepare(
        "language", model, Checkpoint("meta", tensors), language.sources(model),
        language.resizer(model, settings), language.advise,
    ).report  # fmt: skip
    assert len(report.loaded) == 12 * config["num_hidden_layers"] + 3
    assert not report.resized
    assert not report.dropped


def test_half_of_the_inner_width():
    assert as_qwen2(PUBLISHED["7B"])["intermediate_size"] == 11008
    assert as_qwen2(PUBLISHED["1.8B"])["intermediate_size"] == 5504
    assert as_qwen2({"intermediate_size": "many"}) == {}
