"""Fields: of the size and strength asked for, the same for the same generator."""

from __future__ import annotations

import numpy as np
import pytest

from dataengine.degrade.fields import (
    MIDDLE,
    SPREAD,
    TILE_PX,
    add_noise,
    brighten,
    clouds,
    darken,
    noise,
)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


@pytest.mark.parametrize("kind", ["grain", "fibre"])
@pytest.mark.parametrize("shape", [(1, 1), (300, 200), (TILE_PX, 10), (TILE_PX + 5, TILE_PX + 9)])
def test_noise_has_its_size_and_spread(shape: tuple[int, int], kind: str) -> None:
    field = noise(shape, rng(), kind)
    assert field.shape == shape
    assert (field == noise(shape, rng(), kind)).all()
    if field.size > 50_000:
        assert abs(field.mean() - MIDDLE) < 4
        assert abs(field.std() - SPREAD) < 4


def test_noise_is_added_as_strong_as_asked() -> None:
    flat = np.full((300, 300), 128, np.uint8)
    noisy = add_noise(flat, noise(flat.shape, rng()), 5.0).astype(float) - 128
    assert 4 < noisy.std() < 6
    assert abs(noisy.mean()) < 1


def test_gains_multiply_grey_and_colours() -> None:
    page = np.full((80, 64), 200, np.uint8)
    assert (brighten(page, np.full((10, 8), 0.5, np.float32)) == 100).all()
    assert (brighten(page, np.full((10, 8), 1.0, np.float32)) == 200).all()
    tinted = brighten(page, np.full((10, 8, 3), [1.0, 0.5, 0.0], np.float32))
    assert tinted[3, 3].tolist() == [200, 100, 0]
    across = brighten(page, np.linspace(0.2, 1, 64, dtype=np.float32)[None])
    assert (np.diff(across[0].astype(int)) >= 0).all()
    assert (across == across[0]).all()


def test_clouds_are_smooth_and_layers_only_darken() -> None:
    field = clouds((90, 120), rng(), 4)
    assert np.abs(np.diff(field, axis=0)).max() < 0.5
    page = np.full((20, 20, 3), 100, np.uint8)
    assert darken(page, np.full((20, 20), 130, np.uint8)).max() == 0
