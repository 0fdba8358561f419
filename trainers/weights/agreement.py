"""Values of a configuration that change what weights compute, and that no shape gives away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from huggingface_hub.errors import StrictDataclassError
from transformers import PretrainedConfig

from trainers.errors import WeightsError
from trainers.weights.sources.qwen1 import as_qwen2

VALUES = (
    "hidden_act", "activation_function", "layer_norm_eps", "rms_norm_eps", "num_attention_heads",
    "num_key_value_heads", "head_dim", "rope_parameters", "partial_rotary_factor", "window_size",
    "global_attn_indexes", "do_layer_norm_before", "sliding_window", "use_sliding_window",
)  # fmt: skip


def check(part: str, key: str, ours: PretrainedConfig, config: Mapping[str, Any]) -> None:
    """Compare a model's configuration with the `config.json` beside the weights.

    Args:
        part: what messages call the model.
        key: of the recipe, where its values are set.
        ours: the model's.
        config: theirs; what is of an architecture that is not known is not compared.

    Raises:
        WeightsError: they compute something else.
    """
    theirs = _of_our_kind(type(ours), config)
    if theirs is None:
        return
    differ = {
        name: theirs[name]
        for name in VALUES
        if name in theirs and hasattr(ours, name) and _plain(getattr(ours, name)) != theirs[name]
    }
    if differ:
        raise WeightsError(
            f"{part}: the weights' config.json differs from the recipe's model: set in {key} "
            f"{differ} (now "
            f"{ ({name: _plain(getattr(ours, name)) for name in differ}) })"
        )


def _of_our_kind(kind: type[PretrainedConfig], config: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the values of a `config.json`, with this kind's own where it leaves them out."""
    inner = config.get("vision_config")
    model_type = config.get("model_type")
    if isinstance(inner, Mapping) and model_type != kind.model_type:
        nested = {"clip": "clip_vision_model", "sam": "sam_vision_model"}
        if nested.get(str(model_type)) != kind.model_type:
            return None
        config, model_type = inner, kind.model_type
    if kind.model_type == "qwen2" and "rotary_emb_base" in config:
        config = as_qwen2(config)
    elif model_type != kind.model_type:
        return None
    known = kind().to_dict()
    values = {name: value for name, value in config.items() if name in known}
    values |= {name: config[name] for name in ("rope_theta", "rope_scaling") if name in config}
    try:
        made = kind(**values)
    except (StrictDataclassError, ValueError, TypeError, KeyError, AttributeError) as error:
        words = " ".join(str(error).split())
        raise WeightsError(f"the weights' config.json is damaged: {words}") from error
    return {name: _plain(getattr(made, name)) for name in VALUES if hasattr(made, name)}


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
