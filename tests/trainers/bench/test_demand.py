"""What devices take of pictures, by the papers' sizes."""

from __future__ import annotations

import pytest

from trainers.bench.demand import demands
from trainers.recipe import load_recipe
from trainers.tokens.layout import Layout

IDS = Layout("bytes").ids


@pytest.mark.parametrize(("tokens", "images"), [(640, 115), (1600, 93), (4096, 57)])
def test_vary_tiny_on_an_h200(tokens, images):
    recipe = load_recipe("vary_tiny", {"model.layout": "bytes"})
    found = {one.device: one for one in demands(recipe, IDS, tokens)}
    assert found["H200"].images_per_s == pytest.approx(images, abs=1)
    assert found["A100"].images_per_s == pytest.approx(images * 312 / 989, abs=1)
    assert found["H200"].tokens_per_s == pytest.approx(tokens * found["H200"].images_per_s)


def test_every_stage_and_share():
    recipe = load_recipe("vary_base", {"model.layout": "bytes"})
    half, whole = (demands(recipe, IDS, 1024, share=share) for share in (0.5, 1.0))
    assert [one.stage for one in whole] == [one.name for one in recipe.stages for _ in range(3)]
    for low, high in zip(half, whole, strict=True):
        assert low.images_per_s * 2 == pytest.approx(high.images_per_s)
        assert low.gflop == high.gflop
