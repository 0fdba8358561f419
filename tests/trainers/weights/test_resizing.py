"""Position tables at other sizes."""

from __future__ import annotations

import pytest
import torch

from trainers.weights.resizing import resize_grid, resize_relative, resize_with_class


@pytest.mark.parametrize("antialias", [True, False])
@pytest.mark.parametrize("side", [2, 8, 13])
def test_constant_tables_stay_constant(side, antialias):
    table = torch.full((1, 8, 8, 3), 0.7)
    resized = resize_grid(table, side, antialias=antialias)
    assert resized.shape == (1, side, side, 3)
    torch.testing.assert_close(resized, torch.full_like(resized, 0.7))


def test_rows_and_columns_keep_their_places():
    table = torch.zeros(1, 4, 4, 2)
    table[..., 0] = torch.arange(4.0)[None, :, None]  # grows with the row
    table[..., 1] = torch.arange(4.0)[None, None, :]
    resized = resize_grid(table, 8, antialias=True)
    assert (resized[0, 1:, :, 0] > resized[0, :-1, :, 0]).all()
    assert (resized[0, :, 1:, 1] > resized[0, :, :-1, 1]).all()
    torch.testing.assert_close(resized[..., 0], resized[..., 1].transpose(1, 2))


def test_the_middle_of_relative_positions_stays_in_the_middle():
    table = (torch.arange(15.0) - 7)[:, None]
    resized = resize_relative(table, 31)
    assert resized.shape == (31, 1)
    torch.testing.assert_close(resized.flip(0), -resized)


def test_the_row_of_the_class_is_kept():
    table = torch.randn(17, 3)
    resized = resize_with_class(table, 65)
    assert resized.shape == (65, 3)
    assert torch.equal(resized[0], table[0])
    assert resize_with_class(table, 64) is None
    assert resize_with_class(torch.randn(16, 3), 65) is None


def test_half_precision_is_resized_in_full():
    table = torch.randn(1, 4, 4, 2).half()
    assert resize_grid(table, 8, antialias=True).dtype == torch.float32
