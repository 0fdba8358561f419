"""The promises of a job: same bytes whatever happens, nothing half-written taken for done."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from dataengine.errors import CorpusChanged, PlanError, ToolMissing
from dataengine.executors.inline import InlineExecutor
from dataengine.finalize import finalize
from dataengine.job import failures, open_plan, run, standing
from dataengine.reader import Dataset
from dataengine.storage import Storage
from tests.conftest import contents, drawn_recipe, recipe_for, render, words

FEW = {"rows": 40, "at_least": 1, "min_rows": 10}


@pytest.fixture
def lines(corpus):
    """Two hundred lines in eight files, some of which end as rejections."""
    files = {f"f{n}": [*words(1000 * n, 24), "!reject ordered"] for n in range(8)}
    return corpus(files)


def reasons(out: Path) -> dict[str, int]:
    storage = Storage(str(out))
    plan = open_plan(storage, recipe_for_plan(storage), workers=1)
    found: dict[str, int] = {}
    for receipt in standing(storage, plan).done:
        for reason, count in receipt.reasons.items():
            found[reason] = found.get(reason, 0) + count
    return found


def recipe_for_plan(storage: Storage):
    from dataengine.plan import load_plan

    return load_plan(storage).recipe


def test_one_and_two_workers_give_the_same_bytes(lines, tmp_path):
    recipe = recipe_for(lines, shards=FEW)
    _, one = render(tmp_path / "one", recipe, workers=1)
    _, two = render(tmp_path / "two", recipe, workers=2)
    assert one.complete
    assert two.complete
    assert len(contents(tmp_path / "one")) == 10
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_files_that_items_name_are_found_beside_them_and_elsewhere(corpus, tmp_path):
    lines = corpus({"f": ["!beside near.txt", "!beside far/away.txt", "!beside ../out.txt"]})
    (Path(lines) / "near.txt").write_text("near by")
    (tmp_path / "out.txt").write_text("outside")
    elsewhere = tmp_path / "more"
    (elsewhere / "far").mkdir(parents=True)
    (elsewhere / "far" / "away.txt").write_text("far away")
    recipe = recipe_for(lines, shards=FEW)
    part = recipe.parts["toy_found"]
    (one,) = part.corpora
    moved = one.model_copy(update={"files": (str(tmp_path / "none"), str(elsewhere))})
    parts = {"toy_found": part.model_copy(update={"corpora": (moved,)})}
    other = recipe.model_copy(update={"parts": parts})
    assert other.content_hash() == recipe.content_hash()
    render(tmp_path / "job", other)
    turns = {row["turns"][1]["text"] for row in _rows(tmp_path / "job")}
    assert turns == {"near by", "far away"}
    assert reasons(tmp_path / "job") == {"nothing-beside": 1}


def test_samples_without_a_conversation_have_null_turns(lines, tmp_path):
    render(tmp_path / "out", recipe_for(lines, shards=FEW))
    assert {row["turns"] for row in _rows(tmp_path / "out")} == {None}


def test_generated_kinds_give_exactly_what_was_asked_for(tmp_path):
    recipe = drawn_recipe(130, shards=FEW)
    _, report = render(tmp_path / "one", recipe, workers=2)
    render(tmp_path / "two", recipe, workers=1)
    assert sum(receipt.samples for receipt in report.made) == 130
    assert sum(receipt.rejections for receipt in report.made) > 10
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    ids = [row["id"] for row in _rows(tmp_path / "one")]
    assert len(set(ids)) == 130


def test_generated_kind_that_never_succeeds_fails_its_shard(tmp_path):
    recipe = drawn_recipe(5, options={"rejected": 1.0}, limits={"min_counted": 10**6})
    _, report = render(tmp_path / "out", recipe)
    (error,) = report.failed.values()
    assert "100 draws gave 0 of 5 samples" in str(error)


def test_every_unit_is_a_sample_or_a_rejection(lines, tmp_path):
    _, report = render(tmp_path / "out", recipe_for(lines, shards=FEW))
    assert sum(receipt.units for receipt in report.made) == 200
    assert sum(receipt.samples for receipt in report.made) == 192
    assert reasons(tmp_path / "out") == {"ordered": 8}


def test_killed_job_resumes_to_the_same_bytes(lines, tmp_path):
    """kill -9 at six random moments, resume each time, and compare with an undisturbed job."""
    recipe = recipe_for(lines, shards=FEW, options={"delay_s": 0.01})
    render(tmp_path / "calm", recipe)
    out = tmp_path / "killed"
    path = tmp_path / "recipe.yaml"
    from dataengine.recipe_text import recipe_yaml

    path.write_text(recipe_yaml(recipe))
    command = [sys.executable, "-m", "dataengine", "render", str(path), "--out", str(out)]
    command += ["--workers", "2", "--no-finalize"]
    for wait_s in (0.9, 1.3, 1.6, 1.8, 2.0, 2.2):
        job = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        time.sleep(wait_s)
        job.kill()
        job.wait()
        for receipt in out.glob("receipts/**/*.json"):
            json.loads(receipt.read_text())
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path / "calm") == contents(out)
    partial = out / ".partial"
    assert not partial.exists() or not list(partial.iterdir())


def test_killed_workers_change_no_byte(lines, tmp_path):
    """A worker killed from outside is not the unit's fault: the unit is tried again."""
    recipe = recipe_for(lines, shards=FEW, options={"delay_s": 0.01})
    render(tmp_path / "calm", recipe)
    storage = Storage(str(tmp_path / "out"))
    plan = open_plan(storage, recipe, workers=1)
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

    report = run(
        storage,
        plan,
        plan.tasks(),
        InlineExecutor(),
        limits=recipe.limits,
        watch=assassinate,
    )
    assert report.complete
    assert killed
    assert sum(receipt.replaced for receipt in report.made) >= 1
    assert contents(tmp_path / "calm") == contents(tmp_path / "out")


def test_bad_units_are_rejected_and_the_job_goes_on(corpus, tmp_path):
    orders = ["!error", "!crash", "!exit", "!hang", "!memory", "!sleep", "!write /tmp/escaped.txt"]
    mixed = [line for pair in zip(words(0, 7), orders, strict=True) for line in pair]
    limits = {"unit_cpu_s": 2, "unit_wall_s": 6, "memory_mb": 200}
    recipe = recipe_for(corpus({"a": mixed}), limits=limits)
    _, report = render(tmp_path / "out", recipe)
    assert report.complete
    assert reasons(tmp_path / "out") == {"crash": 2, "error": 2, "memory": 1, "timeout": 2}
    assert sum(receipt.samples for receipt in report.made) == 7
    assert not Path("/tmp/escaped.txt").exists() or Path("/tmp/escaped.txt").stat().st_size == 0
    details = {row["reason"]: row["detail"] for row in _rejections(tmp_path / "out")}
    assert "SIGSEGV" in details["crash"] or "exit code 3" in details["crash"]
    assert "200 MiB" in details["memory"]
    Path("/tmp/escaped.txt").unlink(missing_ok=True)


def test_unit_that_crashes_only_once_is_not_rejected_for_it(corpus, tmp_path):
    flag = tmp_path / "flag"
    _, report = render(tmp_path / "out", recipe_for(corpus({"a": [f"!crash-once {flag}"]})))
    assert reasons(tmp_path / "out") == {"second-time": 1}
    assert report.made[0].attempts == 1


def test_missing_tool_stops_the_job_at_once(corpus, tmp_path):
    recipe = recipe_for(corpus({"a": ["!tool"], "b": words(0, 200)}), shards=FEW)
    _, report = render(tmp_path / "out", recipe)
    assert isinstance(report.stopped_by, ToolMissing)
    assert "toy_ink" in str(report.stopped_by)


def test_shard_with_too_many_failures_fails_loudly(corpus, tmp_path):
    recipe = recipe_for(corpus({"a": ["!error"] * 30 + words(0, 10)}), limits={"min_counted": 20})
    _, report = render(tmp_path / "out", recipe)
    (error,) = report.failed.values()
    assert "30 of 40 units failed (error 30)" in str(error)
    assert not contents(tmp_path / "out", "data", "receipts")
    assert list(failures(Storage(str(tmp_path / "out")), _plan(tmp_path / "out")).values())


def test_three_failed_shards_in_a_row_stop_the_run(corpus, tmp_path):
    recipe = recipe_for(corpus({"a": ["!error"] * 400}), shards=FEW)
    _, report = render(tmp_path / "out", recipe)
    assert len(report.failed) in (3, 4)  # a slot may have begun the next before the third was known
    assert report.left == 10 - len(report.failed)


def test_changed_corpus_file_fails_its_shard_and_is_named(lines, tmp_path):
    recipe = recipe_for(lines, shards=FEW)
    storage = Storage(str(tmp_path / "out"))
    plan = open_plan(storage, recipe, workers=1)
    changed = lines / "f3.toy"
    changed.write_text(changed.read_text().replace("0", "1"))
    (lines / "f4.toy").unlink()
    report = run(storage, plan, plan.tasks(), InlineExecutor(), limits=recipe.limits)
    assert report.failed
    assert all(isinstance(error, CorpusChanged) for error in report.failed.values())
    messages = " ".join(map(str, report.failed.values()))
    assert "f3.toy" in messages or "f4.toy" in messages
    assert "put it back" in messages


def test_changed_recipe_is_refused_and_the_key_is_named(lines, tmp_path):
    render(tmp_path / "out", recipe_for(lines))
    with pytest.raises(PlanError, match=r"parts.toy_found.options.shade: 200 in the plan, 100 now"):
        render(tmp_path / "out", recipe_for(lines, options={"shade": 100}))


def test_other_limits_are_no_other_recipe(lines, tmp_path):
    render(tmp_path / "out", recipe_for(lines))
    _, report = render(tmp_path / "out", recipe_for(lines, limits={"unit_cpu_s": 9}))
    assert report.complete
    assert not report.made


def test_other_environment_is_refused_and_the_version_is_named(lines, tmp_path, monkeypatch):
    render(tmp_path / "out", recipe_for(lines))
    monkeypatch.setenv("TOY_VERSION", "2")
    with pytest.raises(PlanError, match="toy: 1 in the plan, 2 here"):
        render(tmp_path / "out", recipe_for(lines))
    storage = Storage(str(tmp_path / "out"))
    assert open_plan(storage, recipe_for(lines), workers=1, other_environment=True)


@pytest.mark.parametrize("damage", ["truncate", "edit", "forge", "foreign"])
def test_untrue_receipt_is_not_taken_for_done(lines, tmp_path, damage):
    recipe = recipe_for(lines, shards=FEW)
    render(tmp_path / "out", recipe)
    before = contents(tmp_path / "out")
    receipt = min((tmp_path / "out" / "receipts").rglob("*.json"))
    text = receipt.read_text()
    if damage == "truncate":
        receipt.write_text(text[: len(text) // 2])
    elif damage == "edit":
        receipt.write_text(text.replace('"units": 40', '"units": 41'))
    elif damage == "forge":
        from dataengine.canonical import content_hash

        body = json.loads(text)["receipt"]
        body["data"]["bytes"] += 1
        receipt.write_text(json.dumps({"receipt": body, "hash": content_hash(body)}))
    else:
        other = max((tmp_path / "out" / "receipts").rglob("*.json"))
        receipt.write_text(other.read_text())
    storage = Storage(str(tmp_path / "out"))
    state = standing(storage, _plan(tmp_path / "out"))
    assert len(state.todo) == 1
    assert next(iter(state.doubts.values()))
    _, report = render(tmp_path / "out", recipe)
    assert len(report.made) == 1
    assert contents(tmp_path / "out") == before


@pytest.mark.parametrize("damage", ["truncated", "missing", "no receipt"])
def test_damaged_shard_is_made_again(lines, tmp_path, damage):
    recipe = recipe_for(lines, shards=FEW)
    render(tmp_path / "out", recipe)
    before = contents(tmp_path / "out")
    shard = min((tmp_path / "out" / "data").rglob("*.parquet"))
    if damage == "truncated":
        shard.write_bytes(shard.read_bytes()[:-100])
    elif damage == "missing":
        shard.unlink()
    else:
        min((tmp_path / "out" / "receipts").rglob("*.json")).unlink()
    _, report = render(tmp_path / "out", recipe)
    assert len(report.made) == 1
    assert contents(tmp_path / "out") == before


def test_damaged_plan_is_refused(lines, tmp_path):
    recipe = recipe_for(lines)
    render(tmp_path / "out", recipe)
    runs = next((tmp_path / "out" / "plan").glob("*.parquet"))
    whole = runs.read_bytes()
    runs.write_bytes(whole[:-1] + b"x")
    with pytest.raises(PlanError, match="was changed after it was planned"):
        render(tmp_path / "out", recipe)
    runs.write_bytes(whole)
    head = tmp_path / "out" / "plan" / "plan.json"
    head.write_text(head.read_text().replace('"seed": 5', '"seed": 6'))
    with pytest.raises(PlanError, match="does not match its own hash"):
        render(tmp_path / "out", recipe)


def test_near_duplicates_of_a_shard_are_rejected_with_the_other_id(corpus, tmp_path):
    twin = words(0, 1)
    recipe = recipe_for(corpus({"a": twin * 3 + words(50, 2)}))
    render(tmp_path / "out", recipe)
    assert reasons(tmp_path / "out") == {"near-duplicate": 2}
    kept = {row["id"] for row in _rows(tmp_path / "out")}
    for row in _rejections(tmp_path / "out"):
        assert row["proof"]["near_duplicate_of"] in kept


def test_leftovers_of_a_crash_are_swept(lines, tmp_path):
    storage = Storage(str(tmp_path / "out"))
    with storage.scratch("data/x") as path:
        path.write_bytes(b"half")
        assert storage.sweep() == 1
        assert not path.exists()


def _plan(out: Path):
    from dataengine.plan import load_plan

    return load_plan(Storage(str(out)))


def _finalized(out: Path) -> Dataset:
    storage = Storage(str(out))
    finalize(storage, _plan(out))
    return Dataset(str(out))


def _rows(out: Path) -> list[dict]:
    return list(_finalized(out).rows())


def _rejections(out: Path) -> list[dict]:
    return list(_finalized(out).rejections())


def test_shards_keep_to_the_limits_of_the_hub_viewer(lines, tmp_path):
    render(tmp_path / "out", recipe_for(lines, shards={"row_group_rows": 10}))
    shard = pq.ParquetFile(min((tmp_path / "out" / "data").rglob("*.parquet")))
    for group in range(shard.num_row_groups):
        assert shard.metadata.row_group(group).num_rows <= 10
        for column in range(shard.metadata.num_columns):
            chunk = shard.metadata.row_group(group).column(column)
            assert chunk.has_offset_index
            plain = chunk.path_in_schema == "image.bytes"
            assert chunk.compression == ("UNCOMPRESSED" if plain else "ZSTD")
