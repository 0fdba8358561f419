"""Fitting a language model: more tokens, longer positions, clear words for what does not fit."""

from __future__ import annotations

import pytest
import torch

from dataengine.errors import ConfigError
from tests.trainers.models.conftest import TINY_OPT
from trainers.models import language
from trainers.recipe import LanguageSettings


def build(vocabulary: int = 40, **settings: object):
    data = {"kind": "opt", "config": TINY_OPT, **settings}
    return language.build(LanguageSettings.model_validate(data), vocabulary, 0.02)


def test_new_tokens_begin_as_the_mean_of_the_others():
    model = build(44)
    table = model.get_input_embeddings().weight
    assert table.shape == (44, 32)
    assert torch.allclose(table[40:], table[:40].mean(dim=0).expand(4, -1), atol=1e-7)
    assert model.get_output_embeddings().weight is table  # OPT ties them


def test_table_is_never_made_shorter():
    assert build(38).get_input_embeddings().weight.shape == (40, 32)


def test_stretched_opt_reads_past_its_old_end():
    ids = torch.ones(1, 100, dtype=torch.long)
    with pytest.raises(IndexError):
        build()(input_ids=ids)
    model = build(positions=128)
    assert model(input_ids=ids).logits.shape == (1, 100, 40)
    assert model.config.max_position_embeddings == 128


def test_positions_of_rotary_models_are_not_stretched():
    config = {
        "hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2,
        "num_key_value_heads": 2, "intermediate_size": 64, "vocab_size": 40,
    }  # fmt: skip
    with pytest.raises(ConfigError, match="not for qwen2"):
        build(kind="qwen2", config=config, positions=128)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "optt"}, "did you mean 'opt'"),
        ({"kind": "clip", "config": {}}, "no causal language model"),
        ({"config": {"hidden_size": "many"}}, "expected int"),
        ({"config": {"hiden_size": 8}}, "did you mean 'hidden_size'"),
    ],
)
def test_what_does_not_fit_is_said(changes, words):
    with pytest.raises(ConfigError, match=words):
        build(**changes)


SMALL = {
    "hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 2, "vocab_size": 40,
    "intermediate_size": 64,
}  # fmt: skip


@pytest.mark.parametrize("kind", ["opt", "qwen2", "qwen3", "llama", "phi", "gpt_neox", "gpt2"])
def test_blocks_are_found_in_every_architecture(kind):
    config = {
        "opt": {**TINY_OPT, "num_hidden_layers": 3},
        "gpt2": {"n_embd": 32, "n_head": 2, "n_layer": 3},
    }
    with torch.device("meta"):
        model = build(kind=kind, config=config.get(kind, SMALL))
    found = language.blocks(model)
    assert len(found) == 3
    inside = sum(one.numel() for block in found for one in block.parameters())
    assert inside > 3 * 32 * 32 * 8  # attention and perceptron, not only one of them
    assert len({type(one) for one in found}) == 1


def test_no_blocks_are_an_error_with_the_settings():
    model = build()
    model.config.num_hidden_layers = 7
    with pytest.raises(ConfigError, match=r"no list of 7 blocks .* run\.parallel: shard"):
        language.blocks(model)


@pytest.mark.parametrize(
    ("kind", "name", "neutral"),
    [
        ("gemma3_text", "final_logit_softcapping", None),
        ("cohere", "logit_scale", 1.0),
        ("granite", "logits_scaling", 1.0),
    ],
)
def test_models_that_scale_their_logits_are_refused(kind, name, neutral):
    """The loss is taken from the output layer itself: such a scale would be left out of it."""
    config = {
        "hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2,
        "num_key_value_heads": 2, "intermediate_size": 32, "vocab_size": 40, "head_dim": 16,
    }  # fmt: skip
    if kind != "gemma3_text":
        del config["head_dim"]
    with pytest.raises(ConfigError, match=name):
        build(kind=kind, config={**config, name: 30.0})
    model = build(kind=kind, config={**config, name: neutral})
    ids = torch.arange(6)[None]
    hidden = model.base_model(input_ids=ids).last_hidden_state
    assert torch.allclose(model(input_ids=ids).logits, model.get_output_embeddings()(hidden))


def test_models_that_transformers_cannot_build_so_are_refused_in_words():
    with pytest.raises(ConfigError, match="gemma2"):
        build(kind="gemma2", config={"num_hidden_layers": 1, "final_logit_softcapping": None})
