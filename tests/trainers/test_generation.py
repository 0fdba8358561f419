"""Generation: greedy, the same in a batch as alone, and the same as without a cache."""

from __future__ import annotations

import pytest
import torch

from dataengine.sample import Turn
from tests.trainers.models.conftest import TINY_OPT, TINY_SAM
from trainers.generation import answer, generate
from trainers.models.building import build_model
from trainers.recipe import ModelRecipe
from trainers.tokens.layout import Layout

LAYOUT = Layout("bytes")
LANGUAGES = {
    "opt": {**TINY_OPT, "vocab_size": 264},
    "qwen2": {
        "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2,
        "num_key_value_heads": 2, "intermediate_size": 64, "vocab_size": 264,
    },
    "llama": {
        "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2,
        "intermediate_size": 64, "vocab_size": 264,
    },
}  # fmt: skip


def make(kind: str):
    recipe = ModelRecipe.model_validate(
        {
            "towers": {"vary": {"kind": "sam_vitdet", "config": TINY_SAM, "downsample": [24, 32]}},
            "language": {"kind": kind, "config": LANGUAGES[kind]},
            "layout": "bytes",
            "initializer_range": 0.2,
        }
    )
    return build_model(recipe, LAYOUT.ids, seed=3)


def ask(*texts: str) -> list[list[Turn]]:
    return [[Turn("user", text)] for text in texts]


@pytest.mark.parametrize("kind", sorted(LANGUAGES))
def test_batches_say_what_each_says_alone_and_without_a_cache(kind):
    model = make(kind).train()
    images = {"vary": torch.randn(3, 3, 64, 64, generator=torch.Generator().manual_seed(1))}
    prompts = ask("a", "a longer question", "q")
    together = generate(model, LAYOUT, images, prompts, 12)
    assert model.training
    assert any(together)
    for row, prompt in enumerate(prompts):
        one = {"vary": images["vary"][row : row + 1]}
        assert generate(model, LAYOUT, one, [prompt], 12) == [together[row]]
        assert slowly(model, one, prompt, 12) == together[row]


@pytest.mark.parametrize("kind", sorted(LANGUAGES))
def test_answers_are_cut_each_at_its_own_length_and_say_so(kind):
    model = make(kind)
    images = {"vary": torch.randn(4, 3, 64, 64, generator=torch.Generator().manual_seed(1))}
    prompts = ask("a", "a longer question", "q", "a")
    whole = answer(model, LAYOUT, images, prompts, [30] * 4)
    assert {one.ended for one in whole} == ({True, False} if kind == "qwen2" else {False})
    most = [2, 7, 1, 30]
    cut = answer(model, LAYOUT, images, prompts, most)
    assert cut[3] == whole[3]
    for one, other in zip(cut[:3], whole[:3], strict=True):
        assert not one.ended
        assert one.text
        assert other.text.startswith(one.text.rstrip("\ufffd"))


def test_rows_that_are_done_take_no_positions():
    model = make("opt")
    limit = model.language.config.max_position_embeddings
    prompts = ask("a" * (limit - 30), "q")
    room = [limit - len(LAYOUT.prompt(one, model.image_tokens)) for one in prompts]
    images = {"vary": torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(2))}
    said = answer(model, LAYOUT, images, prompts, room)
    assert len(said) == 2
    for row, prompt in enumerate(prompts):
        one = {"vary": images["vary"][row : row + 1]}
        assert answer(model, LAYOUT, one, [prompt], [room[row]]) == [said[row]]


def slowly(model, images, prompt, most: int) -> str:
    """Greedy decoding that computes the whole sequence again for every token."""
    model.eval()
    ids = LAYOUT.prompt(prompt, model.image_tokens).tolist()
    said: list[int] = []
    with torch.no_grad():
        for _ in range(most):
            logits = model(torch.tensor([ids + said]), images)
            token = int(logits[0, -1].argmax())
            if token == LAYOUT.ids.end:
                break
            said.append(token)
    model.train()
    return LAYOUT.text_of(said)
