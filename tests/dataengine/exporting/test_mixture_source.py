"""A mixture's examples are exported as its reader gives them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from dataengine.cli import USAGE, main
from dataengine.exporting.mixture_source import MixtureSource
from dataengine.finalize import finalize
from dataengine.mixture.reading import MixtureReader
from dataengine.storage import Storage
from tests.conftest import Corpus, recipe_for, render, words

MIXTURE = """
name: toys
seed: 3
datasets: {toys: {path: data}}
members:
  all: {dataset: toys, view: {tasks: {text: 1}}}
splits: {test: 0.2}
"""


@pytest.fixture(scope="module")
def kept() -> dict[str, Path]:
    """What the tests of this module share."""
    return {}


@pytest.fixture
def made(kept: dict[str, Path], corpus: Corpus, tmp_path: Path) -> Path:
    """A finished mixture of 30 samples in two splits, made once and only read."""
    if "made" in kept:
        return kept["made"]
    files = {name: words(10 * number, 5) for number, name in enumerate("abcdef")}
    plan, _ = render(tmp_path / "data", recipe_for(corpus(files)))
    finalize(Storage(str(tmp_path / "data")), plan)
    (tmp_path / "toys.yaml").write_text(MIXTURE)
    printed("mix", tmp_path / "toys.yaml", "--out", tmp_path / "mixture", "--workers", 1)
    kept["made"] = tmp_path / "mixture"
    return kept["made"]


def printed(*given: object, code: int = 0) -> str:
    """Run a command and return what it prints."""
    done = CliRunner().invoke(main, [*map(str, given)])
    assert done.exit_code == code, done.output
    return done.output


def test_all_splits_are_exported_in_the_mixtures_order(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    printed("export", made, "--format", "llava", "--out", out, "--option", "shard_examples=4")
    reader = MixtureReader(str(made))
    assert sum(reader.splits.values()) == 30
    for split in reader.splits:
        records = json.loads((out / f"{split}.json").read_text())
        expected = list(reader.examples(split))
        assert [one["id"] for one in records] == [one.id for one in expected]
        for record, one in zip(records, expected, strict=True):
            assert (out / "images" / record["image"]).read_bytes() == one.image
            assert record["conversations"][1]["value"] == one.conversation.turns[1].text
    counts = json.loads((out / "counts.json").read_text())
    assert counts["total"]["tallies"]["member"] == {"all": 30}
    assert counts["total"]["source"] == {"samples": 30}
    manifest = json.loads((out / "export.json").read_text())
    assert (manifest["name"], manifest["seed"]) == ("toys", 3)
    assert str(tmp_path) not in manifest["recipe"]


def test_a_mixture_brings_its_own_views(made: Path, tmp_path: Path) -> None:
    told = ("--format", "llava", "--out", tmp_path / "out", "--set", "tasks.text=1")
    assert "leave out --set" in printed("export", made, *told, code=USAGE)


def test_another_wording_makes_another_export(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = MixtureSource(str(made)).hash
    where = "dataengine.exporting.mixture_source.wording_hash"
    monkeypatch.setattr(where, lambda view: "other")
    assert MixtureSource(str(made)).hash != before
