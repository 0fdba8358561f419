"""The loss by hand, and masks that would teach the wrong thing."""

from __future__ import annotations

import pytest
import torch

from tests.trainers.models.conftest import IDS, tiny
from trainers.errors import TrainError
from trainers.loop.loss import check_masks, summed_loss
from trainers.models.building import build_model

ROW = [2, *[IDS.image] * 4, 5, 6, 7, 2]


def test_only_learned_tokens_count():
    model = build_model(tiny(), IDS, seed=1).eval()
    ids = torch.tensor([[*ROW, IDS.pad], [*ROW, IDS.pad]])
    learned = torch.zeros_like(ids, dtype=torch.bool)
    learned[0, 7:9] = True
    learned[1, 8] = True
    images = {"vary": torch.randn(2, 3, 64, 64)}
    logits = torch.log_softmax(model(ids, images), dim=-1)
    expected = -(logits[0, 6, 7] + logits[0, 7, 2] + logits[1, 7, 2])
    assert torch.allclose(summed_loss(model, ids, learned, images), expected, atol=1e-5)


@pytest.mark.parametrize(
    ("place", "words"),
    [(3, "learn to say image tokens"), (9, "learn to say padding tokens"), (0, "first token")],
)
def test_wrong_masks_are_errors(place, words):
    ids = torch.tensor([[*ROW, IDS.pad]])
    learned = torch.zeros_like(ids, dtype=torch.bool)
    learned[0, 7] = learned[0, place] = True
    with pytest.raises(TrainError, match=words):
        check_masks(ids, learned, image=IDS.image, pad=IDS.pad)


def test_sequence_that_teaches_nothing_is_an_error():
    ids = torch.tensor([ROW, ROW])
    learned = torch.zeros_like(ids, dtype=torch.bool)
    learned[0, 7] = True
    with pytest.raises(TrainError, match="sequence 1 has no learned token"):
        check_masks(ids, learned, image=IDS.image, pad=IDS.pad)
    with pytest.raises(TrainError, match="a mask of"):
        check_masks(ids, learned[:1], image=IDS.image, pad=IDS.pad)
