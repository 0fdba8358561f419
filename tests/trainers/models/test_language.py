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
