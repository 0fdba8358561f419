"""A plan holds every unit once, is a function of recipe and index, and costs little to make."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataengine.errors import PlanError
from dataengine.pipeline import Unit
from dataengine.plan import ShardTask, shard_units
from dataengine.planning import RUN_UNITS, make_plan, shard_rows
from dataengine.recipe import Shards
from dataengine.storage import Storage
from tests.conftest import drawn_recipe, recipe_for, render, words
from tests.dataengine.synthetic_index import plan_index, write_index

TMP = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
UNITS = st.lists(st.integers(0, 90), min_size=1, max_size=25)
ROWS = st.integers(3, 200)


def planned(folder: Path, units: list[int], *, rows: int = 50, group: int = 7, **changes):
    """Plan an index and return its plan and the units of every shard."""
    shards = {"rows": rows, "at_least": 1, "min_rows": 1}
    index = write_index(folder / "index.parquet", units, group)
    storage, plan = plan_index(folder / "out", recipe_for("/", shards=shards, **changes), index)
    return plan, [list(shard_units(storage, plan, task)) for task in plan.tasks()]


def identity(unit: Unit) -> tuple[str, int]:
    assert unit.item is not None
    return unit.item.member, unit.number


@TMP
@given(units=UNITS, rows=ROWS, group=st.integers(1, 20))
def test_every_unit_is_planned_once(tmp_path, units, rows, group):
    plan, shards = planned(tmp_path, units, rows=rows, group=group)
    found = Counter(identity(unit) for shard in shards for unit in shard)
    expected = [
        (f"{item:07d}.pdf", number)
        for item, count in enumerate(units)
        for number in range(max(1, count))
    ]
    assert found == Counter(expected)
    assert plan.parts["toy_found"].units == len(expected)
    assert plan.parts["toy_found"].items == len(units)


@TMP
@given(units=UNITS, rows=ROWS, samples=st.integers(1, 5000))
def test_draw_takes_as_many_units_as_it_is_asked_for(tmp_path, units, rows, samples):
    plan, shards = planned(tmp_path, units, rows=rows, samples=samples)
    available = sum(max(1, count) for count in units)
    found = Counter(identity(unit) for shard in shards for unit in shard)
    assert sum(found.values()) == plan.parts["toy_found"].units == min(samples, available)
    assert set(found.values()) == {1}
    assert all(number < max(1, units[int(name[:7])]) for name, number in found)


@TMP
@given(units=UNITS, rows=ROWS, samples=st.none() | st.integers(1, 500))
def test_units_are_numbered_through_and_only_the_last_shard_is_short(
    tmp_path, units, rows, samples
):
    plan, shards = planned(tmp_path, units, rows=rows, samples=samples)
    assert [unit.index for shard in shards for unit in shard] == list(
        range(plan.parts["toy_found"].units)
    )
    assert all(len(shard) == plan.parts["toy_found"].rows for shard in shards[:-1])
    assert [len(shard) for shard in shards] == [plan.planned_units(task) for task in plan.tasks()]
    assert len(shards) == plan.parts["toy_found"].shards


@TMP
@given(units=UNITS, rows=ROWS)
def test_units_of_an_item_stand_together_in_runs(tmp_path, units, rows):
    _, shards = planned(tmp_path, units, rows=rows)
    for shard in shards:
        breaks = sum(
            before.item != after.item or before.number + 1 != after.number
            for before, after in pairwise(shard)
        )
        # A run may be cut by the border of a shard at either end.
        most = sum(-(-max(1, count) // RUN_UNITS) for count in units)
        assert breaks + 1 <= most + 1


def test_same_seed_gives_the_same_plan_and_another_seed_another(tmp_path):
    units = [5, 40, 0, 77] * 10
    plans = [planned(tmp_path, units, seed=seed, samples=200)[0] for seed in (5, 5, 6)]
    hashes = [plan.parts["toy_found"].sha256 for plan in plans]
    assert hashes[0] == hashes[1]
    assert hashes[0] != hashes[2]
    assert plans[0].hash == plans[1].hash


def test_limits_change_nothing_in_a_plan(tmp_path):
    one, _ = planned(tmp_path, [5, 9], limits={"unit_cpu_s": 1})
    two, _ = planned(tmp_path, [5, 9], limits={"units_per_worker": 7})
    assert one.hash == two.hash


def test_small_draw_is_spread_over_documents(tmp_path):
    _, shards = planned(tmp_path, [100] * 200, samples=150, group=50)
    assert len({identity(unit)[0] for shard in shards for unit in shard}) > 40


def test_draw_takes_from_every_window_about_its_share(tmp_path):
    _, shards = planned(tmp_path, [10] * 400, samples=1000, group=100)
    windows = Counter(int(identity(unit)[0][:7]) // 100 for shard in shards for unit in shard)
    assert all(180 < count < 320 for count in windows.values())


def test_refused_item_is_planned_as_one_unit_with_its_reason(tmp_path):
    _, shards = planned(tmp_path, [0, 2])
    reasons = sorted(unit.item.reason for shard in shards for unit in shard)
    assert reasons == ["", "", "encrypted"]


def test_corpus_that_holds_nothing_is_refused_and_leaves_no_plan(tmp_path):
    with pytest.raises(
        PlanError, match=r"the corpora hold nothing that toy_found can use \(\.toy\)"
    ):
        planned(tmp_path, [])
    assert not list((tmp_path / "out").rglob("*.parquet"))


@given(units=st.integers(1, 10**7), rows=st.integers(1, 10**4), least=st.integers(1, 64))
def test_shards_are_small_jobs_cut_finer_within_bounds(units, rows, least):
    shards = Shards(rows=rows, at_least=least, min_rows=50)
    size = shard_rows(units, shards)
    assert 1 <= size <= rows
    if size < rows:
        assert size >= 50
        assert -(-units // size) <= max(least, -(-units // 50))


@given(samples=st.integers(1, 10**6))
def test_generated_part_owes_exactly_its_samples(samples):
    recipe = drawn_recipe(samples)
    part = make_plan(Storage("memory://generated"), recipe, {}, {}).parts["toy_drawn"]
    assert part.units == samples
    assert (part.shards - 1) * part.rows < samples <= part.shards * part.rows


def test_group_of_the_plan_is_read_without_the_others(tmp_path):
    plan, _ = planned(tmp_path, [30] * 100, rows=100)
    file = pq.ParquetFile(tmp_path / "out" / plan.parts["toy_found"].file)
    assert file.num_row_groups == plan.parts["toy_found"].shards
    assert not file.metadata.row_group(0).column(0).is_stats_set


@pytest.mark.parametrize(("items", "units"), [(50_000, 20), (1_000_000, 1)])
@pytest.mark.parametrize("samples", [[], ["100000"]], ids=["all", "drawn"])
def test_a_million_pages_are_planned_in_flat_memory(million, tmp_path, items, units, samples):
    command = [sys.executable, "-m", "tests.dataengine.synthetic_index"]
    command += [str(million[items, units]), str(tmp_path), *samples]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    print(figures)
    assert figures["units"] == (100_000 if samples else 1_000_000)
    assert figures["planned_mb"] < 300
    assert figures["shard_mb"] < 20
    assert figures["last"] == 2500


@pytest.fixture(scope="module")
def million(tmp_path_factory) -> dict[tuple[int, int], Path]:
    """Two indexes of a million pages: of 50,000 documents, and of as many documents as pages."""
    folder = tmp_path_factory.mktemp("million")
    return {
        (items, units): write_index(folder / f"{items}.parquet", [units] * items)
        for items, units in ((50_000, 20), (1_000_000, 1))
    }


def test_tasks_are_plain_and_in_order(tmp_path):
    plan, _ = planned(tmp_path, [10] * 10, rows=30)
    assert plan.tasks() == [ShardTask("toy_found", shard) for shard in range(4)]


def test_members_of_a_compressed_tar_are_planned_in_the_order_of_the_archive(tmp_path):
    """Each is reached by decompressing all before it: in order, an archive is unpacked once."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    with tarfile.open(folder / "all.tar.gz", "w:gz") as archive:
        for number in range(40):
            data = "".join(f"{line}\n" for line in words(10 * number, 5)).encode()
            member = tarfile.TarInfo(f"{number:02d}.toy")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    storage = Storage(str(tmp_path / "out"))
    shards = {"rows": 60, "at_least": 1, "min_rows": 10}
    plan, report = render(tmp_path / "out", recipe_for(folder, shards=shards))
    assert report.complete
    seen = []
    for task in plan.tasks():
        units = list(shard_units(storage, plan, task))
        places = [(unit.item.offset, unit.number) for unit in units if unit.item]
        assert places == sorted(places)
        seen += [unit.index for unit in units]
    assert seen == list(range(200))
