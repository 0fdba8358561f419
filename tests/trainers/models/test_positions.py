"""Positions: stretched tables keep their ends and their lines; sines and cosines are all apart."""

from __future__ import annotations

import pytest
import torch

from trainers.models.positions import sine_cosine, stretch


@pytest.mark.parametrize(("length", "wanted"), [(5, 9), (8, 8), (16, 40)])
def test_a_line_stays_a_line(length, wanted):
    table = torch.linspace(0, 1, length)[:, None] * torch.tensor([[1.0, -2.0]])
    moved = stretch(table, wanted)
    expected = torch.linspace(0, 1, wanted)[:, None] * torch.tensor([[1.0, -2.0]])
    assert torch.allclose(moved, expected, atol=1e-6)


def test_every_place_has_a_position_of_its_own():
    table = sine_cosine(8, 6, 32).flatten(0, 1)
    distances = torch.cdist(table, table) + 10 * torch.eye(len(table))
    assert float(distances.min()) > 0.1


def test_channels_come_in_fours():
    with pytest.raises(ValueError, match="30 channels"):
        sine_cosine(4, 4, 30)
