"""The composed model: pictures stand where their tokens are, padding and packing change nothing."""

from __future__ import annotations

import pytest
import torch

from tests.trainers.models.conftest import IDS, TINY_CLIP, TINY_SAM, tiny
from trainers.errors import ImageTokenMismatch
from trainers.models.building import build_model
from trainers.models.freezing import apply_freeze_map

TEXT = [5, 9, 11, 7]


def sequence(text: list[int]) -> list[int]:
    return [2, 41, *[IDS.image] * 4, 42, *text]


def batch(*texts: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
    rows = [sequence(text) for text in texts]
    longest = max(map(len, rows))
    ids = torch.tensor([row + [IDS.pad] * (longest - len(row)) for row in rows])
    attention = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
    return ids, attention.bool()


def pictures(count: int, seed: int = 0) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return {"vary": torch.randn(count, 3, 64, 64, generator=generator)}


@pytest.fixture
def model(recipe):
    return build_model(recipe, IDS, seed=1).eval()


def test_logits_depend_on_the_picture_and_on_nothing_to_the_right(model):
    ids, attention = batch(TEXT)
    images = pictures(1)
    logits = model(ids, images, attention)
    assert logits.shape == (1, 11, IDS.vocabulary)
    other = model(ids, pictures(1, seed=9), attention)
    assert float((logits - other).detach().abs().max()) > 1e-6
    changed = ids.clone()
    changed[0, -1] = 13
    assert torch.allclose(model(changed, images, attention)[:, :-1], logits[:, :-1], atol=1e-6)


def test_padding_changes_nothing(model):
    images = pictures(2)
    short, long = TEXT[:2], TEXT
    together = model(*_args(batch(short, long), images))
    for row, text in enumerate((short, long)):
        alone = model(*_args(batch(text), {"vary": images["vary"][row : row + 1]}))
        assert torch.allclose(together[row, : alone.shape[1]], alone[0], atol=1e-5)


def _args(pair, images):
    ids, attention = pair
    return ids, images, attention


def test_kept_places_have_the_same_logits(model):
    ids, attention = batch(TEXT, TEXT[:1])
    keep = torch.zeros_like(attention)
    keep[0, 8:10] = keep[1, 7] = True
    whole = model(ids, pictures(2), attention)
    kept = model(ids, pictures(2), attention, keep=keep)
    assert torch.allclose(kept, whole[keep], atol=1e-6)


def test_logits_are_those_of_the_language_model_itself(model):
    ids, attention = batch(TEXT)
    embeddings = model.embed(ids, pictures(1))
    reference = model.language(inputs_embeds=embeddings, attention_mask=attention.long()).logits
    assert torch.allclose(model(ids, pictures(1), attention), reference, atol=1e-5)


@pytest.mark.parametrize("count", [0, 3, 5])
def test_wrong_number_of_image_tokens_is_an_error_that_names_the_row(model, count):
    good, _ = batch(TEXT)
    bad = torch.tensor([[2, *[IDS.image] * count, *[5] * (10 - count)]])
    with pytest.raises(ImageTokenMismatch, match=f"sequence 1 .* has {count} image tokens"):
        model(torch.cat([good, bad]), pictures(2))


def test_frozen_tower_gets_no_gradient_and_stays_in_evaluation_mode(recipe):
    model = build_model(recipe, IDS)
    apply_freeze_map(model, {"connector.*": 1.0, "language.*": 1.0})
    model.train()
    assert not model.towers["vary"].training
    assert model.language.training
    ids, attention = batch(TEXT)
    model(ids, pictures(1), attention).sum().backward()
    assert all(p.grad is None for p in model.towers.parameters())
    assert model.connector.project.weight.grad is not None


def test_weights_are_a_function_of_the_seed(recipe):
    torch.manual_seed(5)
    before = torch.random.get_rng_state()
    one, two, three = (build_model(recipe, IDS, seed=seed) for seed in (4, 4, 5))
    assert torch.equal(torch.random.get_rng_state(), before)
    pairs = zip(one.state_dict().values(), two.state_dict().values(), strict=True)
    assert all(torch.equal(left, right) for left, right in pairs)
    assert not torch.equal(one.connector.project.weight, three.connector.project.weight)


def test_two_towers_stand_side_by_side():
    recipe = tiny(
        towers={
            "clip": {"kind": "clip", "config": TINY_CLIP, "layer": -2},
            "vary": {"kind": "sam_vitdet", "config": TINY_SAM, "downsample": [24, 32]},
        },
        connector={"kind": "channel_concat"},
    )
    model = build_model(recipe, IDS).eval()
    images = {"clip": torch.randn(1, 3, 16, 16), **pictures(1)}
    features = model.features(images)
    assert features.shape == (1, 4, 32)
    blind = model.features({**images, "clip": torch.zeros(1, 3, 16, 16)})
    assert torch.equal(features[..., 16:], blind[..., 16:])
    assert not torch.allclose(features[..., :16], blind[..., :16])
