"""Randomness is a function of seed, part and index, whoever asks, whenever and in what order."""

from __future__ import annotations

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from dataengine.seeding import part_key, unit_rng

SEEDS = st.integers(0, 2**63 - 1)
PARTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def draws(seed: int, part: str, index: int) -> list[int]:
    return unit_rng(seed, part, index).integers(0, 2**63, 4).tolist()


@given(SEEDS, PARTS, st.integers(0, 2**50))
def test_same_unit_has_the_same_draws(seed, part, index):
    assert draws(seed, part, index) == draws(seed, part, index)


@given(SEEDS, PARTS, st.lists(st.integers(0, 10**6), unique=True, min_size=2), st.data())
def test_draws_do_not_depend_on_the_order_of_units(seed, part, indexes, data):
    order = data.draw(st.permutations(indexes))
    straight = {index: draws(seed, part, index) for index in indexes}
    assert {index: draws(seed, part, index) for index in order} == straight
    assert len({tuple(row) for row in straight.values()}) == len(indexes)


@given(SEEDS, st.integers(0, 10**9))
def test_other_parts_and_seeds_have_other_draws(seed, index):
    assert draws(seed, "a", index) != draws(seed, "b", index)
    assert draws(seed, "a", index) != draws(seed ^ 1, "a", index)


def test_another_process_draws_the_same():
    program = "from dataengine.seeding import unit_rng; print(unit_rng(7, '文', 3).integers(2**63))"
    command = [sys.executable, "-c", program]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert int(out) == int(unit_rng(7, "文", 3).integers(2**63))


def test_draws_are_those_of_every_version():
    """Stored values: a change here changes every generated dataset."""
    assert part_key("toy") == 0x0F53133CE57CA8E8
    assert draws(1, "toy", 2)[0] == 6241430677864835018


@given(PARTS, PARTS)
def test_keys_tell_parts_apart(one, two):
    assert (part_key(one) == part_key(two)) == (one == two)
    assert 0 <= part_key(one) < 2**64
