"""Costs: each stage by its own data."""

from __future__ import annotations

import pytest

from trainers.loop.costs import stage_costs
from trainers.recipe import load_recipe
from trainers.tokens.ids import TokenIds


def test_each_stage_is_reckoned_with_its_own_examples():
    recipe = load_recipe("vary_toy")
    ids = TokenIds(vocabulary=151936, image=151859, pad=151643, end=151645)
    first, second = stage_costs(recipe, ids, {"pretrain": 1024, "sft": 513 + 1024}, 512)
    assert (first.name, first.samples) == ("pretrain", 1024)
    assert (second.name, second.samples) == ("sft", 4 * 512)  # whole batches
    assert second.flop == pytest.approx(2 * first.flop)
