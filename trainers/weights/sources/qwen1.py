"""Qwen-1 (Bai et al., 2023), whose layers are those of Qwen2 under other names.

`c_attn` holds queries, keys and values one after the other. Its feed-forward layer computes
`c_proj(w1(x) * silu(w2(x)))`, so `w2` is the gate; transformers' `intermediate_size` is half of
Qwen-1's, which counts both. Dynamic NTK and logn attention act beyond the trained length only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trainers.weights.names import Drop, Renames, Source
from trainers.weights.sources.vary import VISION

_H, _LAYER = "transformer.h.{}.", "model.layers.{}."

RENAMES: Renames = (
    ("transformer.wte", ("model.embed_tokens",)),
    (f"{_H}ln_1", (f"{_LAYER}input_layernorm",)),
    (f"{_H}attn.c_attn", tuple(f"{_LAYER}self_attn.{one}_proj" for one in "qkv")),
    (f"{_H}attn.c_proj", (f"{_LAYER}self_attn.o_proj",)),
    (f"{_H}ln_2", (f"{_LAYER}post_attention_layernorm",)),
    (f"{_H}mlp.w1", (f"{_LAYER}mlp.up_proj",)),
    (f"{_H}mlp.w2", (f"{_LAYER}mlp.gate_proj",)),
    (f"{_H}mlp.c_proj", (f"{_LAYER}mlp.down_proj",)),
    ("transformer.ln_f", ("model.norm",)),
    ("lm_head", ("lm_head",)),
)
SOURCE = Source(
    name="Qwen-1",
    marker="transformer.ln_f.weight",
    renames=RENAMES,
    dropped=(Drop("*.rotary_emb.inv_freq", "computed, not learned"), *VISION),
)


def as_qwen2(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of Qwen-1's `config.json` by Qwen2's names, as far as both have them."""
    pairs = {
        "hidden_size": "hidden_size",
        "num_hidden_layers": "num_hidden_layers",
        "num_attention_heads": "num_attention_heads",
        "rms_norm_eps": "layer_norm_epsilon",
        "vocab_size": "vocab_size",
    }
    values = {ours: config[theirs] for ours, theirs in pairs.items() if theirs in config}
    if "rotary_emb_base" in config:
        values["rope_parameters"] = {
            "rope_type": "default",
            "rope_theta": config["rotary_emb_base"],
        }
    if isinstance(config.get("intermediate_size"), int):
        values["intermediate_size"] = config["intermediate_size"] // 2
    if "num_attention_heads" in values:
        values["num_key_value_heads"] = values["num_attention_heads"]
    return values
