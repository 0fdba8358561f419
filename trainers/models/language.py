"""The language model: any causal one of transformers, with its vocabulary and positions fitted."""

from __future__ import annotations

import torch
from torch import nn
from transformers import CONFIG_MAPPING, AutoModelForCausalLM, PreTrainedModel
from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

from dataengine.errors import ConfigError
from dataengine.registry import near
from trainers.models.configs import make_config
from trainers.models.positions import stretch
from trainers.recipe import LanguageSettings

_LOGIT_SCALES = ("final_logit_softcapping", "logit_scale", "logits_scaling", "lm_head_multiplier")
"""What some architectures do to their logits behind the output layer, by their configurations'
names: losses here are taken from the output layer itself, at learned places only."""

_OPT_OFFSET = 2
"""Rows of OPT's position table before position 0."""


def build(settings: LanguageSettings, vocabulary: int, initializer_range: float) -> PreTrainedModel:
    """Return the language model with random weights and fitted tables.

    Raises:
        ConfigError: no such architecture, or a value does not fit it.
    """
    known = sorted(MODEL_FOR_CAUSAL_LM_MAPPING_NAMES)
    if settings.kind not in known:
        nearest = near(settings.kind, known)
        raise ConfigError(f"no causal language model is called {settings.kind!r}{nearest}")
    name = "init_std" if settings.kind == "opt" else "initializer_range"
    values = {name: initializer_range, **settings.config}
    config = make_config(CONFIG_MAPPING[settings.kind], values, f"language model {settings.kind!r}")
    for scale in _LOGIT_SCALES:
        if getattr(config, scale, None) not in (None, 1.0):
            raise ConfigError(
                f"language model {settings.kind!r} changes its logits by {scale}, which training "
                f"here would leave out; set model.language.config.{scale} to "
                f"{'null' if scale == _LOGIT_SCALES[0] else '1.0'}, or take another model"
            )
    try:
        model = AutoModelForCausalLM.from_config(config, attn_implementation="sdpa")
    except ValueError as error:
        words = str(error).split(". ")[0]
        raise ConfigError(f"language model {settings.kind!r}: {words}; take another one") from error
    fit(model, settings, vocabulary)
    return model


def fit(model: PreTrainedModel, settings: LanguageSettings, vocabulary: int) -> None:
    """Fit the vocabulary and the positions of a model in place; new rows are the mean of the old.

    Vary sets the rows of its new tokens to the mean of all others; the table is never made shorter
    than what its weights were trained with.
    """
    table = model.get_input_embeddings()
    assert isinstance(table, nn.Embedding)
    if vocabulary > table.num_embeddings:
        _add_rows(model, vocabulary)
    if settings.positions is not None:
        stretch_positions(model, settings.positions)


def blocks(model: PreTrainedModel) -> list[nn.Module]:
    """Return the transformer blocks, for activation checkpointing, compiling and sharding.

    Every causal model of transformers holds them in one list, under names that differ.

    Raises:
        ConfigError: there is no such list.
    """
    count = getattr(model.config, "num_hidden_layers", 0)
    for module in model.modules():  # from the outside in: experts of a block are lists, too
        if isinstance(module, nn.ModuleList) and count and len(module) == count:
            return list(module)
    raise ConfigError(
        f"language model {model.config.model_type!r}: no list of {count} blocks was found, so "
        "run.checkpoint_activations, run.compile and run.parallel: shard do not work with it"
    )


def _add_rows(model: PreTrainedModel, vocabulary: int) -> None:
    before = model.get_input_embeddings().weight.shape[0]
    model.resize_token_embeddings(vocabulary, mean_resizing=False)
    tables = {id(one): one for one in (model.get_input_embeddings(), model.get_output_embeddings())}
    with torch.no_grad():
        for table in tables.values():
            weight = table.weight
            weight[before:] = weight[:before].mean(dim=0)


def check_room(model: PreTrainedModel, tokens: int) -> None:
    """Raise `ConfigError` if sequences can be longer than OPT's table of positions.

    Rotary models read on beyond the length that they were made for, if not as well.
    """
    room = model.config.max_position_embeddings if model.config.model_type == "opt" else tokens
    if tokens > room:
        raise ConfigError(
            f"the language model has {room} positions, data.max_tokens is {tokens}: set "
            "model.language.positions, or lower data.max_tokens"
        )


def stretch_positions(model: PreTrainedModel, positions: int) -> None:
    """Stretch learned positions in place; rotary ones reach any length as they are.

    Raises:
        ConfigError: the model has no table of positions that this function knows.
    """
    if model.config.model_type != "opt":
        raise ConfigError(
            f"positions can be stretched for opt, not for {model.config.model_type}; leave "
            "language.positions out"
        )
    table = model.model.decoder.embed_positions
    with torch.no_grad():
        old = table.weight
        kept, learned = old[:_OPT_OFFSET], old[_OPT_OFFSET:]
        table.weight = nn.Parameter(torch.cat([kept, stretch(learned, positions)]))
    table.num_embeddings = positions + _OPT_OFFSET
    model.config.max_position_embeddings = positions
