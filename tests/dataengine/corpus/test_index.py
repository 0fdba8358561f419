"""The index is a function of the corpus, reads only what changed, and survives what it reads."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataengine.corpus.index import IndexReport, build_index, index_path
from dataengine.corpus.index_file import INDEX_SCHEMA
from dataengine.corpus.known import Known
from dataengine.errors import StorageError
from dataengine.pipeline import Item
from dataengine.recipe import Recipe
from dataengine.registry import get_pipeline
from tests.conftest import recipe_for
from tests.dataengine.corpus.conftest import write_tree
from tests.hostile_trees import make_tar, make_zip


def index(recipe: Recipe, workers: int = 1, path: Path | None = None) -> IndexReport:
    (name,) = recipe.parts
    part = recipe.parts[name]
    pipeline = get_pipeline(part.pipeline)
    return build_index(name, part, pipeline, limits=recipe.limits, workers=workers, path=path)


def rows(report: IndexReport) -> list[dict]:
    return pq.read_table(report.path).to_pylist()


def brief(report: IndexReport) -> list[tuple]:
    return [(row["path"], row["units"], row["reason"]) for row in rows(report)]


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """Good, equal, empty and archived files, some two hundred."""
    files = {f"d{n % 7}/f{n:03d}.toy": b"line\n" * (n % 3 + 1) + b"%d\n" % n for n in range(200)}
    files |= {"empty.toy": b"", "twin.toy": files["d0/f000.toy"], "bad.zip": b"PK rubbish"}
    files |= {"in.zip": make_zip({"a.toy": b"zipped\n", "b.toy": b"1\n2\n"})}
    files |= {"in.tar": make_tar({"c.toy": b"tarred\n"})}
    return write_tree(tmp_path / "corpus", files)


def test_one_and_two_workers_make_the_same_index(mixed, tmp_path):
    one = index(recipe_for(mixed), 1, tmp_path / "one.parquet")
    two = index(recipe_for(mixed), 2, tmp_path / "two.parquet")
    assert one.path.read_bytes() == two.path.read_bytes()
    assert (one.items, one.units, one.refused) == (two.items, two.units, two.refused)


def test_report_counts_what_is_there(mixed):
    report = index(recipe_for(mixed))
    assert report.items == 206
    assert report.refused == {"broken-archive": 1, "duplicate-file": 1, "empty": 1}
    assert report.units == sum(row["units"] for row in rows(report))
    assert report.reused == 0


def test_first_of_equal_files_stays_and_the_other_names_it(mixed):
    (twin,) = (row for row in rows(index(recipe_for(mixed))) if row["reason"] == "duplicate-file")
    assert twin["path"] == "twin.toy"
    assert twin["detail"] == "byte for byte the same as d0/f000.toy"


def test_unchanged_files_are_not_read_again(mixed):
    recipe = recipe_for(mixed)
    first = index(recipe)
    before = first.path.read_bytes()
    second = index(recipe)
    assert second.reused == 205  # all but the broken archive, which is looked at again
    assert second.path.read_bytes() == before


def test_changed_added_and_removed_files_are_noticed(mixed):
    recipe = recipe_for(mixed)
    index(recipe)
    (mixed / "d3/f003.toy").write_bytes(b"changed\nand\nlonger\n")
    (mixed / "d3/f010.toy").unlink()
    (mixed / "d3/new.toy").write_bytes(b"new\n")
    report = index(recipe)
    assert report.reused == 203
    assert (
        report.path.read_bytes() == index(recipe, path=mixed.parent / "x.parquet").path.read_bytes()
    )


def test_twin_of_a_removed_file_holds_units_again(mixed):
    recipe = recipe_for(mixed)
    index(recipe)
    (mixed / "d0/f000.toy").unlink()
    report = index(recipe)
    (twin,) = (row for row in rows(report) if row["path"] == "twin.toy")
    assert (twin["units"], twin["reason"], twin["detail"]) == (2, "", "")


def test_file_with_the_same_size_and_another_time_is_read_again(tmp_path):
    corpus = write_tree(tmp_path / "c", {"a.toy": b"1\n2\n"})
    index(recipe_for(corpus))
    (corpus / "a.toy").write_bytes(b"one\n")
    os.utime(corpus / "a.toy", ns=(1, 1))
    assert brief(index(recipe_for(corpus))) == [("a.toy", 1, "")]


def test_almost_all_files_removed_leaves_the_others_known(tmp_path):
    """More files than any look-ahead holds: those that stay are found behind them."""
    files = {f"{n:05d}.toy": b"%d\n" % n for n in range(5000)}
    corpus = write_tree(tmp_path / "c", files)
    recipe = recipe_for(corpus)
    index(recipe, 2)
    for name in list(files)[10:-10]:
        (corpus / name).unlink()
    assert index(recipe).reused == 20


NUMBERS = st.sets(st.integers(0, 40))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    before=st.sets(st.integers(0, 40)),
    after=st.sets(st.integers(0, 40)),
    touched=st.sets(st.integers(0, 40)),
)
def test_known_rows_are_those_of_files_that_stayed(tmp_path, before, after, touched):
    def row(number: int, mtime: str) -> dict:
        empty = dict.fromkeys(("member", "language", "licence", "url", "reason", "detail"), "")
        return {
            **empty,
            "corpus": "it",
            "path": f"{number:03d}",
            "sha256": "ab" * 32,
            "offset": -1,
            "size": 1,
            "units": 1,
            "held": 1,
            "mtime": mtime,
        }

    old = [row(number, "old") for number in sorted(before)]
    path = tmp_path / "old.parquet"
    pq.write_table(pa.Table.from_pylist(old, INDEX_SCHEMA), path, row_group_size=7)
    known = Known(path)
    found = set()
    for number in sorted(after):
        item = Item("it", f"{number:03d}", size=1)
        if known.row(item, "new" if number in touched else "old"):
            found.add(number)
    assert found == (before & after) - touched
    assert known.reused == len(found)


@pytest.mark.parametrize("damage", ["cut", "rubbish", "other columns", "middle"])
def test_damaged_cache_is_made_anew(mixed, damage):
    recipe = recipe_for(mixed)
    report = index(recipe)
    whole = report.path.read_bytes()
    if damage == "cut":
        report.path.write_bytes(whole[:-20])
    elif damage == "rubbish":
        report.path.write_bytes(b"rubbish")
    elif damage == "middle":
        report.path.write_bytes(
            whole[:100] + bytes(len(whole) // 2) + whole[100 + len(whole) // 2 :]
        )
    else:
        table = pq.read_table(report.path)
        pq.write_table(table.drop_columns(["held"]), report.path)
    again = index(recipe)
    assert again.reused == 0
    assert again.path.read_bytes() == whole


def test_probe_that_hangs_or_dies_ends_as_a_reason(tmp_path):
    files = {"a.toy": b"!probe-hang\n", "b.toy": b"fine\n"}
    corpus = write_tree(tmp_path / "c", files)
    recipe = recipe_for(corpus, limits={"unit_cpu_s": 0.3, "unit_wall_s": 10})
    assert brief(index(recipe)) == [("a.toy", 0, "timeout"), ("b.toy", 1, "")]


def test_file_beyond_the_limit_ends_as_a_reason(tmp_path):
    corpus = write_tree(tmp_path / "c", {"a.toy": b"x" * (1 << 21), "b.toy": b"fine\n"})
    recipe = recipe_for(corpus, limits={"item_mb": 1})
    assert brief(index(recipe)) == [("a.toy", 0, "too-large"), ("b.toy", 1, "")]


def test_raised_limit_reads_what_was_too_large(tmp_path):
    corpus = write_tree(tmp_path / "c", {"a.toy": b"x" * (1 << 21)})
    index(recipe_for(corpus, limits={"item_mb": 1}))
    assert brief(index(recipe_for(corpus, limits={"item_mb": 3}))) == [("a.toy", 1, "")]


def test_raised_limit_counts_what_had_too_many_units(tmp_path):
    corpus = write_tree(tmp_path / "c", {"a.toy": b"1\n2\n3\n"})
    report = index(recipe_for(corpus, limits={"item_units": 2}))
    assert report.refused == {"too-many-units": 1}
    assert brief(index(recipe_for(corpus, limits={"item_units": 3}))) == [("a.toy", 3, "")]


def test_words_of_the_sidecar_are_renewed_without_reading(tmp_path):
    corpus = write_tree(tmp_path / "c", {"a.toy": b"x\n", "corpus.yaml": b"licence: MIT"})
    index(recipe_for(corpus))
    (corpus / "corpus.yaml").write_text("licence: CC0-1.0\nlanguage: zh")
    report = index(recipe_for(corpus))
    (row,) = rows(report)
    assert (row["licence"], row["language"], report.reused) == ("CC0-1.0", "zh", 1)


def test_file_whose_store_tells_no_time_is_never_known(tmp_path):
    corpus = write_tree(tmp_path / "c", {"a.toy": b"x\n"})
    report = index(recipe_for(corpus))
    known = Known(report.path)
    assert known.row(Item("c", "a.toy", size=2), "") is None


def test_other_versions_of_the_reader_have_an_index_of_their_own(tmp_path, monkeypatch):
    part = recipe_for(tmp_path).parts["toy_found"]
    before = index_path(part, get_pipeline("toy_found"))
    monkeypatch.setenv("TOY_VERSION", "2")
    assert index_path(part, get_pipeline("toy_found")) != before


def test_cache_that_cannot_be_written_names_the_variable(mixed, monkeypatch):
    monkeypatch.setenv("DATAENGINE_CACHE", str(mixed / "empty.toy"))
    with pytest.raises(StorageError, match="set DATAENGINE_CACHE to choose another folder"):
        index(recipe_for(mixed))


def test_index_killed_half_way_leaves_the_old_one(tmp_path):
    files = {f"{n:05d}.toy": b"%d\n" % n for n in range(3000)}
    corpus = write_tree(tmp_path / "c", files)
    report = index(recipe_for(corpus), 2)
    before = report.path.read_bytes()
    for name in files:
        os.utime(corpus / name, ns=(1, 1))
    command = [sys.executable, "-m", "dataengine", "index", "toy_found", "--corpus", str(corpus)]
    job = subprocess.Popen([*command, "--seed", "5"], stderr=subprocess.DEVNULL)
    partial = report.path.parent / ".partial"
    while not (partial.is_dir() and any(partial.iterdir())) and job.poll() is None:
        time.sleep(0.005)
    job.send_signal(signal.SIGKILL)
    job.wait()
    assert report.path.read_bytes() == before
    after = index(recipe_for(corpus), 2)
    assert (after.items, after.units) == (3000, 3000)


def test_empty_corpus_gives_an_empty_index(tmp_path):
    (tmp_path / "c").mkdir()
    report = index(recipe_for(tmp_path / "c"))
    assert (report.items, report.units, brief(report)) == (0, 0, [])
