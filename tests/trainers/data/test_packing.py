"""Packing: nothing lost, nothing too long, and no example sees another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainers.data.packing import block_mask, fresh_positions, pack


@given(st.lists(st.integers(1, 30), max_size=60), st.integers(1, 5))
def test_every_example_stands_in_one_sequence_that_has_room(lengths, waiting):
    packed = pack(lengths, 30, waiting)
    assert sorted(number for members in packed for number in members) == list(range(len(lengths)))
    assert all(sum(lengths[number] for number in members) <= 30 for members in packed)


def test_small_ones_fill_what_is_left():
    assert pack([20, 20, 10, 10], 30) == [[0, 2], [1, 3]]


def test_too_long_is_an_error():
    with pytest.raises(ValueError, match="31 tokens in sequences of 30"):
        pack([31], 30)


def test_mask_and_positions_by_hand():
    mask = block_mask([2, 1], 4).astype(int)
    assert mask.tolist() == [[1, 0, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    assert fresh_positions([2, 3], 6).tolist() == [0, 1, 0, 1, 2, 0]


def test_packed_logits_are_those_of_each_example_alone():
    import torch

    from tests.trainers.models.conftest import IDS, tiny
    from trainers.models.building import build_model

    model = build_model(tiny(), IDS, seed=2).eval()
    texts = ([5, 6], [7, 8, 9, 10], [11])
    rows = [[2, 41, *[IDS.image] * 4, 42, *text] for text in texts]
    images = torch.randn(3, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    lengths = [len(row) for row in rows]
    total = sum(lengths) + 2
    ids = torch.tensor([[*np.concatenate(rows), IDS.pad, IDS.pad]])
    mask = torch.from_numpy(block_mask(lengths, total))[None, None]
    positions = torch.from_numpy(fresh_positions(lengths, total))[None]
    with torch.no_grad():
        packed = model(ids, {"vary": images}, mask, positions)
        start = 0
        for number, row in enumerate(rows):
            alone = model(torch.tensor([row]), {"vary": images[number : number + 1]})
            part = packed[0, start : start + len(row)]
            assert torch.allclose(part, alone[0], atol=1e-5), number
            start += len(row)
        leaky = model(ids, {"vary": images}, torch.ones(1, total, dtype=torch.bool), positions)
        assert not torch.allclose(leaky[0, lengths[0] : -2], packed[0, lengths[0] : -2], atol=1e-4)
