"""Values that no shape gives away: another number of heads loads without a word, and is wrong."""

from __future__ import annotations

import json

import pytest
from transformers import (
    CLIPConfig,
    CLIPVisionConfig,
    LlamaConfig,
    OPTConfig,
    Qwen2Config,
    SamConfig,
    SamVisionConfig,
)

from trainers.errors import WeightsError
from trainers.weights.agreement import check

QWEN1 = {
    "model_type": "qwen", "hidden_size": 2048, "intermediate_size": 11008, "rotary_emb_base": 10000,
    "layer_norm_epsilon": 1e-6, "num_attention_heads": 16, "num_hidden_layers": 24,
}  # fmt: skip


def agree(ours, theirs):
    check("language", "language.config", ours, theirs)


def test_equal_ones_pass():
    for config in (
        OPTConfig(),
        LlamaConfig(),
        Qwen2Config(),
        SamVisionConfig(),
        CLIPVisionConfig(),
    ):
        agree(config, json.loads(config.to_json_string()))


@pytest.mark.parametrize(
    ("ours", "theirs", "words"),
    [
        (LlamaConfig(num_attention_heads=8), LlamaConfig(), "'num_attention_heads': 32"),
        (LlamaConfig(), LlamaConfig(num_key_value_heads=8), "'num_key_value_heads': 8"),
        (LlamaConfig(), LlamaConfig(rms_norm_eps=1e-5), "'rms_norm_eps': 1e-05"),
        (OPTConfig(), OPTConfig(activation_function="gelu"), "'activation_function': 'gelu'"),
        (OPTConfig(), OPTConfig(do_layer_norm_before=False), "'do_layer_norm_before': False"),
        (
            SamVisionConfig(),
            SamVisionConfig(global_attn_indexes=[1]),
            r"'global_attn_indexes': \[1",
        ),
        (CLIPVisionConfig(hidden_act="gelu"), CLIPVisionConfig(), "'hidden_act': 'quick_gelu'"),
    ],
)
def test_what_differs_is_told_with_where_to_set_it(ours, theirs, words):
    with pytest.raises(WeightsError, match=rf"set in language\.config .*{words}"):
        agree(ours, json.loads(theirs.to_json_string()))


def test_what_a_file_leaves_out_is_its_kinds_own():
    with pytest.raises(WeightsError, match="'hidden_act': 'quick_gelu'"):
        agree(CLIPVisionConfig(hidden_act="gelu"), {"model_type": "clip_vision_model"})


def test_bases_of_rotary_positions_in_old_files():
    agree(LlamaConfig(), {"model_type": "llama", "rope_theta": 10000.0})
    with pytest.raises(WeightsError, match="rope_parameters"):
        agree(LlamaConfig(), {"model_type": "llama", "rope_theta": 500000.0})


def test_the_tower_inside_a_whole_model():
    whole = json.loads(CLIPConfig(vision_config={"num_attention_heads": 8}).to_json_string())
    with pytest.raises(WeightsError, match="'num_attention_heads': 8"):
        agree(CLIPVisionConfig(), whole)
    whole = json.loads(SamConfig(vision_config={"window_size": 7}).to_json_string())
    with pytest.raises(WeightsError, match="'window_size': 7"):
        agree(SamVisionConfig(), whole)


def test_qwen1_by_its_own_names():
    values = {"num_attention_heads": 16, "num_key_value_heads": 16, "rms_norm_eps": 1e-6}
    agree(Qwen2Config(**values), QWEN1)
    with pytest.raises(WeightsError, match="'num_attention_heads': 16"):
        agree(Qwen2Config(), QWEN1)


@pytest.mark.parametrize(
    "theirs", [{}, {"model_type": "unknown"}, {"vision_config": 3}, {"model_type": ["opt"]}]
)
def test_what_is_of_no_known_kind_is_not_compared(theirs):
    agree(OPTConfig(), theirs)


def test_a_damaged_one_is_an_error():
    with pytest.raises(WeightsError, match="damaged"):
        agree(OPTConfig(), {"model_type": "opt", "hidden_size": "many"})
