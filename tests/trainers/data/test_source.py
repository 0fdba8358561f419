"""A mixture as a source: every example under its number, whatever is wanted beside it."""

from __future__ import annotations

from itertools import chain

import numpy as np
import pytest

from dataengine.mixture.reading import MixtureReader
from tests.dataengine.mixture.synthetic_sets import mixture_of, pages, write_dataset
from tests.dataengine.mixture.test_making import make
from trainers.data import source as sources
from trainers.data.source import MixtureSource, open_source
from trainers.loop.reading import Subset

ORDER = {"window": 25, "row_groups": 4}


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    datasets = {
        "a": write_dataset(folder / "a", {"en": pages(150), "zh": pages(90, first=500)}),
        "b": write_dataset(folder / "b", {"p": pages(90, first=1000)}),
    }
    members = {"one": {"dataset": "a", "count": 120}, "two": {"dataset": "b", "count": 80}}
    make(folder / "out", mixture_of(datasets, members, order=ORDER))
    return str(folder / "out")


@pytest.fixture(scope="module")
def whole(url):
    return [one.id for one in MixtureReader(url).examples("train")]


@pytest.fixture
def read(monkeypatch):
    """Give the positions that the reader is asked for, call by call."""
    asked: list[list[int]] = []
    inner = MixtureReader.examples_at
    monkeypatch.setattr(
        MixtureReader,
        "examples_at",
        lambda self, split, positions: (
            asked.append(list(positions)) or inner(self, split, positions)
        ),
    )
    return asked


def test_every_example_in_any_order(url, whole):
    source = open_source(url, "train")
    order = np.random.Generator(np.random.PCG64(1)).permutation(len(whole))
    assert [source.example(int(one)).id for one in order] == [whole[one] for one in order]


def test_a_window_is_read_once_while_it_is_held(url, whole, read):
    source = open_source(url, "train")
    for number in range(len(whole)):
        source.example(number)
    assert len(read) == len(set(source.groups.tolist()))
    assert sorted(chain(*read)) == list(range(len(whole)))


def test_only_what_is_wanted_is_read(url, whole, read):
    source = open_source(url, "train")
    (number,) = [at for at, one in enumerate(source.member_names) if one == "two"]
    wanted = np.flatnonzero(source.members == number)
    subset = Subset(source, wanted)
    found = [subset.example(number).id for number in range(len(wanted))]
    assert found == [whole[one] for one in wanted]
    assert sorted(chain(*read)) == wanted.tolist()
    other = int(np.flatnonzero(source.members != number)[0])
    assert source.example(other).id == whole[other], "a hint is no ban"


def test_windows_with_little_in_them_are_kept_longer(url, whole, read, monkeypatch):
    source = open_source(url, "train")
    source.only(np.arange(0, len(whole), 20))
    for number in [*range(0, len(whole), 20)] * 3:
        source.example(number)
    windows = len(set(source.groups[::20].tolist()))
    assert len(read) == windows > 2 * sources.HELD_WINDOWS
    monkeypatch.setattr(sources, "HELD_BYTES", 0)
    tight = open_source(url, "train")
    for number in [*range(0, len(whole), 20)] * 3:
        tight.example(number)
    assert len(read) > 3 * windows
    assert len(tight._held) == sources.HELD_WINDOWS


def test_it_opens_elsewhere_with_what_is_wanted(url, whole, read):
    source = open_source(url, "train")
    subset = Subset(source, np.array([3, 4, 60]))
    there = subset.opener()()
    assert isinstance(there, MixtureSource)
    numbers = subset.there(np.array([2, 0]))
    assert [there.example(int(one)).id for one in numbers] == [whole[60], whole[3]]
    assert list(chain(*read)) == [60, 3, 4]
    assert there.identity == source.identity
