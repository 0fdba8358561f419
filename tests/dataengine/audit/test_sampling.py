"""The draw: stratified, complete, and a function of seed and ids alone."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dataengine.audit.sampling import chosen_rows, draw, shares
from dataengine.manifest import load_manifest
from dataengine.storage import Storage
from tests.dataengine.audit.pages import dataset, page

STRATA = st.dictionaries(
    st.tuples(st.sampled_from("abc"), st.sampled_from("xy"), st.sampled_from("mn")),
    st.integers(1, 50),
    min_size=1,
)
BLANK = page()


def rows(counts: dict[str, int], language: str = "en") -> list[dict[str, Any]]:
    return [
        BLANK | {"id": f"{part}-{number}", "part": part, "language": language}
        for part, count in counts.items()
        for number in range(count)
    ]


def ids(storage: Storage, size: int, seed: int = 0) -> frozenset[str]:
    return draw(storage, load_manifest(storage), size, seed).ids


@given(STRATA, st.integers(0, 200))
def test_shares_use_all_that_there_is_and_are_even(counts: Any, size: int) -> None:
    quotas = shares(counts, size)
    assert sum(quotas.values()) == min(size, sum(counts.values()))
    assert all(0 <= quotas[stratum] <= count for stratum, count in counts.items())
    unfilled = [quotas[stratum] for stratum, count in counts.items() if quotas[stratum] < count]
    assert not unfilled or max(quotas.values()) - min(unfilled) <= 1


def test_every_part_is_drawn_from_and_all_are_taken_if_they_are_few(tmp_path: Path) -> None:
    storage = dataset(tmp_path, rows({"large": 30, "small": 2}))
    chosen = ids(storage, 10)
    assert len(chosen) == 10
    assert {"small-0", "small-1"} <= chosen
    assert len(ids(storage, 100)) == 32


def test_order_and_neighbours_do_not_change_the_choice(tmp_path: Path) -> None:
    listed = rows({"a": 20})
    first = ids(dataset(tmp_path / "first", listed), 6)
    random.Random(3).shuffle(listed)
    assert ids(dataset(tmp_path / "second", listed), 6) == first
    more = dataset(tmp_path / "third", listed + rows({"b": 6}))
    assert {one for one in ids(more, 12) if one.startswith("a")} == first
    assert first < ids(dataset(tmp_path / "fourth", listed), 9)


def test_another_seed_draws_others(tmp_path: Path) -> None:
    storage = dataset(tmp_path, rows({"a": 40}))
    assert ids(storage, 10, seed=1) != ids(storage, 10, seed=2)


def test_chosen_rows_are_read_whole_and_once(tmp_path: Path) -> None:
    storage = dataset(tmp_path, rows({"a": 10, "b": 5}))
    manifest = load_manifest(storage)
    chosen = draw(storage, manifest, 7, 0)
    read = list(chosen_rows(storage, manifest, chosen.ids))
    assert sorted(row["id"] for row in read) == sorted(chosen.ids)
    assert all(row["targets"]["text"] and row["image"]["bytes"] for row in read)
    assert sum(chosen.chosen.values()) == 7
    assert sum(chosen.population.values()) == 15
