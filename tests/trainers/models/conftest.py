"""Tiny models for tests; all of `tests/trainers` that needs torch is skipped where it is absent."""

from __future__ import annotations

from typing import Any

import pytest

from trainers.recipe import ModelRecipe
from trainers.tokens.ids import TokenIds

TINY_SAM: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "image_size": 64,
    "patch_size": 8,
    "window_size": 4,
    "global_attn_indexes": [1],
    "mlp_dim": 64,
    "output_channels": 16,
}
TINY_OPT: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "ffn_dim": 64,
    "vocab_size": 40,
    "word_embed_proj_dim": 32,
    "max_position_embeddings": 64,
    "dropout": 0.0,
}
TINY_CLIP: dict[str, Any] = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 3,
    "num_attention_heads": 2,
    "patch_size": 8,
    "image_size": 16,
}
IDS = TokenIds(vocabulary=44, image=40, pad=1, end=2, begin=2, image_start=41, image_end=42)


def tiny(**changes: Any) -> ModelRecipe:
    """Return a recipe of SAM + two convolutions (4 features) and OPT, a few thousand parameters."""
    data: dict[str, Any] = {
        "towers": {"vary": {"kind": "sam_vitdet", "config": TINY_SAM, "downsample": [24, 32]}},
        "connector": {"kind": "linear"},
        "language": {"kind": "opt", "config": TINY_OPT},
        "layout": "opt_caption",
    }
    return ModelRecipe.model_validate({**data, **changes})


@pytest.fixture
def recipe() -> ModelRecipe:
    """Return the tiny recipe."""
    return tiny()
