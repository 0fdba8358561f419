"""A dataset under a view gives the same examples from any place on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dataengine.errors import ConfigError
from dataengine.exporting.opening import chosen_splits, open_source
from dataengine.exporting.source import DatasetSource
from dataengine.finalize import finalize
from dataengine.reader import Dataset
from dataengine.storage import Storage
from dataengine.views.examples import examples
from dataengine.views.settings import View
from dataengine.views.viewing import Viewer
from tests.conftest import Corpus, recipe_for, render, words

VIEW = View.model_validate({"tasks": {"text": 1, "region_text": 1}, "per_sample": 2})


@pytest.fixture(scope="module")
def kept() -> dict[str, Path]:
    """What the tests of this module share."""
    return {}


@pytest.fixture
def made(kept: dict[str, Path], corpus: Corpus, tmp_path: Path) -> Path:
    """A finished dataset of 40 samples in several shards, rendered once and only read."""
    if "made" not in kept:
        out = tmp_path / "data"
        shards = {"rows": 12, "min_rows": 1, "at_least": 1}
        recipe = recipe_for(corpus({"a": words(0, 25), "b": words(50, 15)}), shards=shards)
        plan, _ = render(out, recipe)
        finalize(Storage(str(out)), plan)
        assert len(Dataset(str(out)).shards()) > 2
        kept["made"] = out
    return kept["made"]


def said(one: Any) -> tuple[Any, ...]:
    return (one.id, one.image, one.conversation.turns)


def test_examples_are_those_of_the_view_in_order(made: Path) -> None:
    source = DatasetSource(str(made), VIEW, 3)
    viewer = Viewer(VIEW, 3)
    expected = [said(e) for row in Dataset(str(made)).rows() for e in examples(row, viewer)]
    assert [said(one) for one in source.examples("train")] == expected
    assert source.counts["train"] == {"samples": 40, "no_task": 0}


def test_any_place_can_be_begun_at_and_the_counts_are_whole(made: Path) -> None:
    source = DatasetSource(str(made), VIEW, 3)
    every = [said(one) for one in source.examples("train")]
    counts = dict(source.counts["train"])
    for start in (1, 7, 24, 25, 40, len(every) - 1, len(every), len(every) + 3):
        assert [said(one) for one in source.examples("train", start)] == every[start:]
        assert source.counts["train"] == counts


def test_samples_without_a_task_are_counted(made: Path) -> None:
    source = DatasetSource(str(made), View(tasks={"latex": 1}), 3)
    assert list(source.examples("train")) == []
    assert source.counts["train"] == {"samples": 40, "no_task": 40}


def test_the_hash_is_that_of_dataset_view_and_seed(made: Path) -> None:
    def hash_of(view: View, seed: int) -> str:
        return DatasetSource(str(made), view, seed).hash

    hashes = [hash_of(VIEW, 3), hash_of(VIEW, 4), hash_of(View(), 3)]
    assert len(set(hashes)) == 3
    assert hash_of(VIEW, 3) == hashes[0]


def test_the_recipe_says_nothing_of_the_machine(made: Path) -> None:
    recipe = DatasetSource(str(made), VIEW, 3).recipe
    assert str(made.parent) not in recipe
    assert "toy_found" in recipe


def test_what_is_no_source_is_explained(made: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="neither a finished dataset"):
        open_source(str(tmp_path / "nothing"), None, 0)
    source = open_source(str(made), None, 0)
    assert chosen_splits(source, ()) == ["train"]
    with pytest.raises(ConfigError, match="did you mean 'train'"):
        chosen_splits(source, ("trian",))


def test_another_wording_makes_another_export(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = DatasetSource(str(made), VIEW, 3).hash
    monkeypatch.setattr("dataengine.exporting.source.wording_hash", lambda view: "other")
    assert DatasetSource(str(made), VIEW, 3).hash != before
