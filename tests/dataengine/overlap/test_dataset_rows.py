"""Rows of several datasets, and the verb that compares them."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from dataengine.cli import main
from dataengine.errors import ShardError
from dataengine.finalize import finalize
from dataengine.overlap.dataset_rows import (
    benchmark_columns,
    dataset_rows,
    duplicate_columns,
    open_datasets,
)
from dataengine.overlap.settings import BenchmarkOverlap, Duplicates
from dataengine.storage import Storage
from tests.conftest import recipe_for, render, words


@pytest.fixture
def pair(corpus, tmp_path):
    """Two datasets of one name; the second repeats three lines of the first."""
    lines = words(0, 12)
    outs = []
    for name, some in (("first", lines), ("second", [*words(90, 4), *lines[:3]])):
        out = tmp_path / name
        plan, _ = render(out, recipe_for(corpus({"a": some}, folder=f"{name}-corpus")))
        finalize(Storage(str(out)), plan)
        outs.append(str(out))
    return outs


def run(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(main, ["overlap", *arguments])
    assert done.exit_code == code, done.output
    return done.stdout


def test_pictures_are_read_only_where_they_are_decoded():
    assert "image" not in duplicate_columns(Duplicates())
    assert "image" in duplicate_columns(Duplicates(sketch_kinds=("natural",)))
    assert "image" not in benchmark_columns(BenchmarkOverlap(pictures=("folder",)))
    assert "fingerprint" not in duplicate_columns(Duplicates(forms=("picture", "text")))


def test_datasets_of_one_name_are_told_apart_and_compared(pair, tmp_path):
    datasets = open_datasets(pair)
    assert list(datasets) == ["toy", "toy-2"]
    rows = list(dataset_rows(datasets, duplicate_columns(Duplicates())))
    assert [row["dataset"] for row in rows] == ["toy"] * 12 + ["toy-2"] * 7
    out = tmp_path / "found.parquet"
    data = json.loads(run(*pair, "--json", "--form", "text", "--out", str(out)))["duplicates"]
    assert (data["samples"], data["duplicates"]) == (19, 3)
    assert data["pairs"] == [{"dataset": "toy-2", "of_dataset": "toy", "form": "text", "count": 3}]
    assert pq.read_table(out).num_rows == 3
    assert "3 of 19 samples repeat an earlier one" in run(*pair, "--form", "text")
    assert "0 of 12" in run(pair[0], "--form", "text")
    bench = tmp_path / "bench.txt"
    bench.write_text("\n".join(words(0, 2)))
    told = run(pair[0], "--against", str(bench), "--words", "5")
    assert "2 samples share n-grams or a picture with a benchmark" in told
    assert str(bench) in told
    run(pair[0], "--against", str(tmp_path / "nothing.txt"), code=2)


def test_folder_that_is_no_dataset_is_refused(tmp_path):
    run(str(tmp_path), code=1)
    run(code=2)
    with pytest.raises(ShardError, match="finalize"):
        open_datasets([str(tmp_path)])
