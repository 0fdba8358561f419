"""Generation: greedy, the same in a batch as alone, and the same as without a cache."""

from __future__ import annotations

import pytest
import torch

from dataengine.sample import Turn
from tests.trainers.models.conftest import TINY_OPT, TINY_SAM
from trainers.generation import generate
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
