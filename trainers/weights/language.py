"""The language model: what it can be loaded from, and how its tables come to fit.

A family's own keys are transformers' for every architecture; Qwen-1 is translated into Qwen2.
"""

from __future__ import annotations

import torch
from torch import Tensor
from transformers import PreTrainedModel

from trainers.models.positions import stretch
from trainers.recipe import LanguageSettings
from trainers.weights.filling import Resize
from trainers.weights.names import Drop, Source
from trainers.weights.sources import lavis, qwen1, run, vary

_OPT_POSITIONS = "model.decoder.embed_positions.weight"
_OPT_OFFSET = 2
"""Rows of OPT's position table before position 0."""
_COMPUTED = (
    Drop("*.rotary_emb.inv_freq", "computed, not learned"),
    Drop("*.attn.masked_bias", "computed, not learned"),
)


def sources(model: PreTrainedModel) -> tuple[Source, ...]:
    """Return the families that a language model can be loaded from."""
    marker = _marker(model)
    base = f"{model.base_model_prefix}."
    dropped = (*_COMPUTED, *vary.VISION)
    known = [
        Source(name="transformers' names", marker=marker, dropped=dropped),
        Source(
            name="transformers' names, without the head",
            marker=marker.removeprefix(base),
            add=base,
            dropped=dropped,
        ),
        run.language(marker),
    ]
    if model.config.model_type == "opt":
        known.append(lavis.OPT)
    if model.config.model_type == "qwen2":
        known.append(qwen1.SOURCE)
    return tuple(known)


def resizer(model: PreTrainedModel, settings: LanguageSettings) -> Resize:
    """Return what fits a checkpoint's tables to the model's, as `models.language.fit` does.

    More tokens than the checkpoint has begin as the mean of all that it has; OPT's positions are
    stretched where the recipe says so.
    """
    tables = {
        name
        for name, tensor in model.state_dict(keep_vars=True).items()
        if any(
            module is not None and tensor is module.weight
            for module in (model.get_input_embeddings(), model.get_output_embeddings())
        )
    }

    def resize(name: str, tensor: Tensor, shape: torch.Size) -> Tensor | None:
        if tensor.dim() != 2 or len(shape) != 2 or tensor.shape[1] != shape[1]:
            return None
        if name in tables and 0 < tensor.shape[0] < shape[0]:
            tensor = tensor.float()
            mean = tensor.mean(dim=0).expand(shape[0] - tensor.shape[0], -1)
            return torch.cat([tensor, mean])
        stretched = name == _OPT_POSITIONS and settings.positions is not None
        if stretched and tensor.shape[0] > _OPT_OFFSET:
            tensor = tensor.float()
            kept, learned = tensor[:_OPT_OFFSET], tensor[_OPT_OFFSET:]
            return torch.cat([kept, stretch(learned, shape[0] - _OPT_OFFSET)])
        return None

    return resize


def advise(source: Source) -> str:
    """Say where the values of the weights are to be found."""
    if source is qwen1.SOURCE:
        return (
            "Set language.config to Qwen2's names for the values of config.json: half of its "
            "intermediate_size, num_key_value_heads as num_attention_heads, rms_norm_eps for "
            "layer_norm_epsilon, tie_word_embeddings: false"
        )
    return (
        "Set language.config to what these weights' config.json has; vocab_size and "
        "max_position_embeddings too (language.positions stretches OPT's)"
    )


def _marker(model: PreTrainedModel) -> str:
    """Return a name inside the base model that is never left out, as one of a tied pair may be."""
    embedding, base = model.get_input_embeddings().weight, f"{model.base_model_prefix}."
    names: list[str] = [
        name
        for name, tensor in model.state_dict(keep_vars=True).items()
        if name.startswith(base) and tensor is not embedding
    ]
    return names[0]
