"""Opening a run's mixtures: what is wrong with any of them is said before anything is built."""

from __future__ import annotations

import pytest

from dataengine.errors import ShardError
from tests.trainers.cli.commands.digit_files import write_mixture
from tests.trainers.loop.runs import recipe
from trainers.cli.options import open_data

STAGES = [{"name": name, "batch": 8, "steps": 1} for name in ("first", "second", "third")]
MADE = recipe(stages=STAGES, run__held_out=0)


@pytest.fixture(scope="module")
def mixtures(tmp_path_factory):
    folders = []
    for count in (10, 12):
        folders.append(tmp_path_factory.mktemp(f"of-{count}"))
        write_mixture(folders[-1], count)
    return folders


def named(mixtures) -> list[str]:
    return [str(mixtures[0] / "mix"), f"second={mixtures[1] / 'mix'}"]


def test_each_stage_has_its_mixture(mixtures):
    data = open_data(MADE, named(mixtures), "train", "none")
    assert {name: len(one.source.chars) for name, one in data.items()} == {
        "first": 10, "second": 12, "third": 10,
    }  # fmt: skip
    assert data["first"].source is data["third"].source
    assert all(one.held_out is None for one in data.values())
    measured = open_data(MADE, named(mixtures), "train", "train")
    assert len(measured["second"].held_out.chars) == 12
    assert measured["second"].held_out is not measured["second"].source


def test_a_dataset_that_is_gone_is_told_at_once(mixtures):
    digits = mixtures[1] / "digits"
    digits.rename(mixtures[1] / "away")
    try:
        with pytest.raises(ShardError, match=r"digits.manifest\.json is not there"):
            open_data(MADE, named(mixtures), "train", "none")
    finally:
        (mixtures[1] / "away").rename(digits)


def test_a_dataset_of_another_version_is_told_with_the_remedy(mixtures, monkeypatch):
    monkeypatch.setattr("dataengine.manifest.SCHEMA_VERSION", 2)
    with pytest.raises(ShardError) as caught:
        open_data(MADE, named(mixtures), "train", "none")
    told = str(caught.value)
    assert "columns of version 1, this dataengine reads version 2" in told
    assert "render the dataset again, or read it with the dataengine that made it" in told
