"""Units rendered several at a time: the same bytes as one by one; a bad one spoils no other."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataengine.executors.inline import InlineExecutor
from dataengine.finalize import finalize
from dataengine.job import open_plan, run
from dataengine.pipeline import Unit
from dataengine.reader import Dataset
from dataengine.recipe import Recipe, resolve
from dataengine.reproduce import reproduce
from dataengine.storage import Storage
from dataengine.worker_child import WorkerSetup
from dataengine.worker_process import SHARE, WorkerProcess
from tests.conftest import contents, render


def batched(samples: int = 150, **changes: object) -> Recipe:
    """Return a recipe of one `toy_batched` part."""
    options = changes.pop("options", {})
    part = {"pipeline": "toy_batched", "samples": samples, "options": options}
    few = {"rows": 60, "at_least": 1, "min_rows": 10}
    data = {"name": "toy", "seed": 5, "parts": {"toy_batched": part}, "shards": few, **changes}
    return resolve(data, "test")


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function that renders with a batch size and a number of workers."""

    def make(recipe: Recipe, batch: int, workers: int = 1) -> dict[str, bytes]:
        monkeypatch.setenv("TOY_BATCH", str(batch))
        out = tmp_path / f"{batch}-{workers}"
        _, report = render(out, recipe, workers)
        assert report.complete
        return contents(out)

    return make


@pytest.mark.parametrize("together", [True, False])
def test_batches_of_any_size_give_the_same_bytes(made, together):
    recipe = batched(options={"together": together})
    alone = made(recipe, 1)
    assert len(alone) == 6
    for batch, workers in ((7, 1), (64, 2), (1000, 1)):
        assert made(recipe, batch, workers) == alone


@pytest.mark.parametrize(
    ("order", "together"),
    [
        ("error", True),
        ("error", False),
        ("crash", True),
        ("exit", False),
        ("hang", True),
        ("memory", False),
    ],
)
def test_only_the_culprit_of_a_batch_is_rejected(made, tmp_path, order, together):
    orders = {"18": order, "1208": order}
    options = {"orders": orders, "together": together, "rejected": 0.0}
    limits = {"unit_cpu_s": 0.3} if order == "hang" else {"memory_mb": 200}
    recipe = batched(80, options=options, limits=limits)
    alone = made(recipe, 1)
    assert made(recipe, 4, 2) == alone
    storage = Storage(str(tmp_path / "4-2"))
    finalize(storage, open_plan(storage, recipe, workers=1))
    reason = {"exit": "crash", "hang": "timeout"}.get(order, order)
    rejected = [(row["id"], row["reason"]) for row in Dataset(str(tmp_path / "4-2")).rejections()]
    assert rejected == [("toy_batched-5-000000018", reason), ("toy_batched-5-000001208", reason)]


def test_batch_that_ends_too_soon_is_made_up_for(made):
    recipe = batched(options={"orders": {"20": "stop", "64": "stop"}})
    assert made(recipe, 16) == made(recipe, 1)


def test_deadline_of_a_batch_grows_with_its_units(made):
    """Sixty units of 0.05 s may take three seconds together, though one may take only 0.9."""
    recipe = batched(60, options={"delay_s": 0.05}, limits={"unit_wall_s": 0.9, "unit_cpu_s": 5})
    assert len(made(recipe, 64)) == 2


def test_killed_workers_change_no_byte(made, tmp_path, monkeypatch):
    recipe = batched(120, options={"delay_s": 0.01})
    calm = made(recipe, 32)
    storage = Storage(str(tmp_path / "killed"))
    killed: list[int] = []

    def assassinate(renderer) -> None:
        def loop() -> None:
            for _ in range(4):
                time.sleep(0.4)
                if renderer.progress.pid:
                    with suppress(ProcessLookupError):
                        os.kill(renderer.progress.pid, signal.SIGKILL)
                        killed.append(renderer.progress.pid)

        threading.Thread(target=loop, daemon=True).start()

    plan = open_plan(storage, recipe, workers=1)
    report = run(
        storage, plan, plan.tasks(), InlineExecutor(), limits=recipe.limits, watch=assassinate
    )
    assert report.complete
    assert killed
    assert contents(tmp_path / "killed") == calm


def test_unit_of_a_batch_is_reproduced_alone(made, tmp_path):
    recipe = batched(40)
    made(recipe, 16)
    storage = Storage(str(tmp_path / "16-1"))
    plan = open_plan(storage, recipe, workers=1)
    for index in (0, 17, 39):
        assert reproduce(storage, plan, plan.sample_id("toy_batched", index)).exact


@given(
    batch=st.integers(1, 40),
    start=st.integers(0, 100),
    lengths=st.lists(st.integers(1, 30), min_size=1, max_size=5),
)
def test_shares_are_cut_at_multiples_of_the_batch(batch, start, lengths):
    """Units with gaps: nothing is lost or reordered, no share crosses a block."""
    indices = []
    at = start
    for length in lengths:
        indices += range(at, at + length)
        at += length + 3
    worker = _without_process(batch)
    shares = [
        [unit.index for unit in share] for share in worker._shares("render", map(Unit, indices))
    ]
    assert [index for share in shares for index in share] == indices
    if batch == 1:
        assert all(len(share) <= SHARE for share in shares)
        return
    assert all(len({index // batch for index in share}) == 1 for share in shares)
    assert len(shares) == len({index // batch for index in indices})


def test_share_that_is_full_is_given_at_once():
    """Units are drawn as they are needed: a full batch must not wait for the next unit."""
    drawn = []

    def units():
        for index in range(16):
            drawn.append(index)
            yield Unit(index)

    next(iter(_without_process(8)._shares("render", units())))
    assert drawn == [*range(8)]


def _without_process(batch: int) -> WorkerProcess:
    worker = WorkerProcess(WorkerSetup("toy_batched", {}, {}, 0, "toy_batched", batched().limits))
    worker.start = lambda: None  # type: ignore[method-assign]
    worker._batch = batch
    return worker
