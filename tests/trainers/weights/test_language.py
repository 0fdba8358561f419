"""Language models under their own names, those of Vary and LAVIS, and Qwen-1 as Qwen2."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    OPTConfig,
    OPTForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
)

from tests.trainers.models.conftest import TINY_OPT
from tests.trainers.weights.original import build, language_recipe
from trainers.errors import WeightsError
from trainers.models import language as models
from trainers.recipe import LanguageSettings
from trainers.weights.loading import load_pretrained

TINY_QWEN = {
    "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 4,
    "intermediate_size": 48, "vocab_size": 40, "rms_norm_eps": 1e-6, "tie_word_embeddings": False,
}  # fmt: skip


def opt(**changes):
    torch.manual_seed(3)
    return OPTForCausalLM(OPTConfig(**{**TINY_OPT, "init_std": 0.3, **changes})).eval()


def load(path, tensors, **changes):
    torch.save(tensors, path)
    recipe = language_recipe(str(path), **changes)
    model = build(recipe)
    return model.language, load_pretrained(model, recipe).parts[0]


IDS = torch.arange(24).reshape(2, 12)


def logits(model):
    with torch.no_grad():
        return model(input_ids=IDS, use_cache=False).logits[..., :40]


def beside(*names):
    return {name: torch.zeros(2) for name in names}


@pytest.mark.parametrize(
    ("rename", "others"),
    [
        (lambda name: name, {}),
        (lambda name: name, beside("model.vision_tower.pos_embed", "model.mm_projector.bias")),
        (lambda name: f"opt_model.{name}", beside("visual_encoder.pos_embed", "opt_proj.bias")),
        (lambda name: f"language.{name}", beside("towers.vary.x", "connector.project.bias")),
    ],
)
def test_opt_by_each_of_its_names(rename, others, tmp_path):
    reference = opt()
    tensors = {rename(name): one for name, one in reference.state_dict().items()}
    model, report = load(tmp_path / "opt.pth", tensors | others)
    assert torch.equal(logits(model), logits(reference))
    dropped = [key for keys in report.dropped.values() for key in keys]
    assert sorted(dropped) == sorted([*others, rename("lm_head.weight")])  # tied, and equal


def test_opt_without_the_head_as_its_own_repository_has_it(tmp_path):
    reference = opt()
    model, report = load(tmp_path / "opt.bin", reference.model.state_dict())
    assert torch.equal(logits(model), logits(reference))
    assert report.dropped == {}


def test_new_tokens_begin_as_the_mean_as_if_they_had_been_added_after_loading(tmp_path):
    reference = opt()
    model, report = load(tmp_path / "opt.pth", reference.state_dict())
    models.fit(reference, LanguageSettings(kind="opt"), 44)
    wanted = reference.get_input_embeddings().weight
    assert torch.equal(model.get_input_embeddings().weight, wanted)
    assert report.resized == {"model.decoder.embed_tokens.weight": "(40, 32) -> (44, 32)"}


def test_positions_are_stretched_where_the_recipe_says_so(tmp_path):
    reference = opt()
    model, _ = load(tmp_path / "opt.pth", reference.state_dict(), positions=128)
    models.fit(reference, LanguageSettings(kind="opt", positions=128), 40)
    wanted = reference.model.decoder.embed_positions.weight
    assert torch.equal(model.model.decoder.embed_positions.weight, wanted)
    again, report = load(tmp_path / "again.pth", model.state_dict(), positions=128)
    assert torch.equal(again.model.decoder.embed_positions.weight, wanted)
    assert not report.resized


def test_positions_are_not_stretched_on_their_own(tmp_path):
    shorter = {**TINY_OPT, "max_position_embeddings": 32}
    with pytest.raises(WeightsError, match=r"embed_positions.*language.positions stretches"):
        load(tmp_path / "opt.pth", opt().state_dict(), config=shorter)


def test_a_longer_vocabulary_is_an_error(tmp_path):
    with pytest.raises(WeightsError, match=r"embed_tokens.weight has shape \(60, 32\).*vocab_size"):
        load(tmp_path / "opt.pth", opt(vocab_size=60).state_dict())


def test_a_head_of_its_own_is_not_dropped_silently(tmp_path):
    tensors = dict(opt().state_dict())
    tensors["lm_head.weight"] = tensors["lm_head.weight"] + 1
    with pytest.raises(WeightsError, match=r"lm_head.weight differs.*tie_word_embeddings: false"):
        load(tmp_path / "opt.pth", tensors)


def test_a_head_alone_stands_for_the_embedding_that_it_is_tied_to(tmp_path):
    reference = opt()
    tensors = dict(reference.state_dict())
    del tensors["model.decoder.embed_tokens.weight"]
    model, report = load(tmp_path / "opt.pth", tensors)
    assert torch.equal(logits(model), logits(reference))
    assert report.dropped == {}


def test_untied_head_is_needed(tmp_path):
    tensors = dict(opt().state_dict())
    del tensors["lm_head.weight"]
    untied = {**TINY_OPT, "tie_word_embeddings": False}
    with pytest.raises(WeightsError, match=r"it lacks lm_head\.weight"):
        load(tmp_path / "opt.pth", tensors, config=untied)


def test_llama_with_the_computed_frequencies_of_old_files(tmp_path):
    config = {key: value for key, value in TINY_QWEN.items() if key != "tie_word_embeddings"}
    torch.manual_seed(0)
    reference = LlamaForCausalLM(LlamaConfig(**config, initializer_range=0.3)).eval()
    tensors = reference.state_dict() | {
        "model.layers.0.self_attn.rotary_emb.inv_freq": torch.ones(4)
    }
    model, report = load(tmp_path / "llama.pth", tensors, kind="llama", config=config)
    assert torch.equal(logits(model), logits(reference))
    assert list(report.dropped) == ["computed, not learned"]


def test_qwen2_of_got(tmp_path):
    torch.manual_seed(0)
    reference = Qwen2ForCausalLM(Qwen2Config(**TINY_QWEN, initializer_range=0.3)).eval()
    others = beside("model.vision_tower_high.pos_embed", "model.mm_projector_vary.weight")
    tensors = reference.state_dict() | others
    model, report = load(tmp_path / "got.pth", tensors, kind="qwen2", config=TINY_QWEN)
    assert torch.equal(logits(model), logits(reference))
    assert sorted(key for keys in report.dropped.values() for key in keys) == sorted(others)


def qwen1():
    """Return a tiny Qwen-1 by the names and shapes of its `modeling_qwen.py`."""
    shapes = {"transformer.wte.weight": (40, 32), "transformer.ln_f.weight": (32,)}
    for number in range(2):
        shapes |= {
            f"transformer.h.{number}.{name}": shape
            for name, shape in {
                "ln_1.weight": (32,),
                "attn.c_attn.weight": (96, 32),
                "attn.c_attn.bias": (96,),
                "attn.c_proj.weight": (32, 32),
                "ln_2.weight": (32,),
                "mlp.w1.weight": (48, 32),
                "mlp.w2.weight": (48, 32),
                "mlp.c_proj.weight": (32, 48),
            }.items()
        }
    shapes["lm_head.weight"] = (40, 32)
    generator = torch.Generator().manual_seed(2)
    return {name: 0.3 * torch.randn(shape, generator=generator) for name, shape in shapes.items()}


def rms(x, weight):
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6) * weight


def rotate(x):
    """Rotary positions over halves, base 10000 (Su et al., 2021), for (B, heads, T, C)."""
    half = x.shape[-1] // 2
    angles = torch.arange(x.shape[2])[:, None] * 10000.0 ** (-torch.arange(half) / half)
    cos, sin = angles.cos(), angles.sin()
    one, two = x[..., :half], x[..., half:]
    return torch.cat([one * cos - two * sin, two * cos + one * sin], dim=-1)


def qwen1_logits(tensors, ids, heads=4):
    """Return what Qwen-1 computes, from its paper and its own names."""
    x = tensors["transformer.wte.weight"][ids]
    batch, length, width = x.shape
    for number in range(2):
        prefix = f"transformer.h.{number}."
        own = {name.removeprefix(prefix): one for name, one in tensors.items()}
        y = rms(x, own["ln_1.weight"])
        qkv = F.linear(y, own["attn.c_attn.weight"], own["attn.c_attn.bias"])
        query, key, value = (
            one.reshape(batch, length, heads, -1).transpose(1, 2) for one in qkv.split(width, -1)
        )
        y = F.scaled_dot_product_attention(rotate(query), rotate(key), value, is_causal=True)
        x = x + y.transpose(1, 2).reshape(batch, length, width) @ own["attn.c_proj.weight"].T
        y = rms(x, own["ln_2.weight"])
        y = (y @ own["mlp.w1.weight"].T) * F.silu(y @ own["mlp.w2.weight"].T)
        x = x + y @ own["mlp.c_proj.weight"].T
    return rms(x, tensors["transformer.ln_f.weight"]) @ tensors["lm_head.weight"].T


def test_qwen1_computes_the_same_as_qwen2(tmp_path):
    tensors = qwen1()
    others = beside(
        "transformer.vision_tower_high.pos_embed", "transformer.vision_tower.vision_model.x",
        "transformer.mm_projector.bias", "transformer.mm_projector_vary.bias",
        "transformer.h.0.attn.rotary_emb.inv_freq",
    )  # fmt: skip
    model, report = load(tmp_path / "qwen.bin", tensors | others, kind="qwen2", config=TINY_QWEN)
    torch.testing.assert_close(logits(model), qwen1_logits(tensors, IDS), atol=1e-4, rtol=1e-4)
    assert report.source == "Qwen-1"
    assert sorted(key for keys in report.dropped.values() for key in keys) == sorted(others)


def test_qwen1_of_another_width_is_told_what_to_set(tmp_path):
    wrong = {**TINY_QWEN, "intermediate_size": 96}
    with pytest.raises(WeightsError, match=r"mlp.w1.weight.*half of its intermediate_size"):
        load(tmp_path / "qwen.bin", qwen1(), kind="qwen2", config=wrong)


def test_a_fused_tensor_that_does_not_part_is_an_error(tmp_path):
    tensors = qwen1()
    tensors["transformer.h.0.attn.c_attn.bias"] = torch.zeros(95)
    with pytest.raises(WeightsError, match=r"c_attn.bias has shape \(31,\)"):
        load(tmp_path / "qwen.bin", tensors, kind="qwen2", config=TINY_QWEN)
    tensors["transformer.h.0.attn.c_attn.bias"] = torch.tensor(0.0)
    with pytest.raises(WeightsError, match=r"c_attn.bias has shape \(\)"):
        load(tmp_path / "qwen.bin", tensors, kind="qwen2", config=TINY_QWEN)
