"""Reading goes on from anywhere, reads no more than a window, and refuses what was changed."""

from __future__ import annotations

import json
import shutil
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataengine.errors import ConfigError, ShardError
from dataengine.mixture import data_rows
from dataengine.mixture.reading import MixtureReader
from dataengine.mixture.shard_rows import ShardFile
from tests.dataengine.mixture.synthetic_sets import mixture_of, pages, write_dataset
from tests.dataengine.mixture.test_making import make

ORDER = {"window": 25, "row_groups": 4}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A mixture of three hundred examples of two datasets, in windows of some 25."""
    folder = tmp_path_factory.mktemp("made")
    datasets = {
        "a": write_dataset(folder / "a", {"en": pages(150), "zh": pages(90, first=500)}),
        "b": write_dataset(folder / "b", {"p": pages(90, first=1000)}),
    }
    members = {
        "one": {"dataset": "a", "count": 130},
        "two": {"dataset": "b", "count": 150, "repeat": True},
    }
    make(folder / "out", mixture_of(datasets, members, splits={"test": 0.1}, order=ORDER))
    return folder / "out"


@pytest.fixture(scope="module")
def reader(made):
    return MixtureReader(str(made))


@pytest.fixture(scope="module")
def whole(reader):
    return [one.id for one in reader.examples("train")]


def test_the_examples_are_those_of_the_selection(reader, whole):
    rows = list(reader.chosen("train"))
    assert [row["id"] for row in rows] == whole
    assert len(whole) == reader.splits["train"]
    assert sum(reader.splits.values()) == 280


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, 290), st.integers(0, 290))
def test_reading_from_anywhere_is_reading_on(reader, whole, start, stop):
    assert [one.id for one in reader.examples("train", start, stop)] == whole[start:stop]


@pytest.mark.parametrize("start", [0, 1, 24, 130, 240])
def test_each_epoch_has_all_in_another_order_and_resumes(reader, whole, start):
    second, third = ([one.id for one in reader.examples("train", epoch=epoch)] for epoch in (1, 2))
    assert sorted(second) == sorted(third) == sorted(whole)
    assert len({tuple(order) for order in (whole, second, third)}) == 3
    assert [one["id"] for one in reader.chosen("train", start, epoch=1)] == second[start:]
    assert reader.example_at("train", start, epoch=2).id == third[start]


def test_a_resumed_reader_gives_the_same_examples(made, whole):
    first = MixtureReader(str(made))
    stream = first.examples("train")
    seen = [next(stream).id for _ in range(101)]
    second = MixtureReader(str(made))
    assert [*seen, *(one.id for one in second.examples("train", len(seen)))] == whole


def test_an_example_is_its_sample(reader):
    for example in reader.examples("test"):
        (answer,) = (turn.text for turn in example.conversation.turns if turn.role == "assistant")
        assert answer.startswith("text number ")
        assert example.regions[0]["text"] == answer
        assert example.image.startswith(b"\x89PNG")
        assert example.id.startswith(f"{example.sample}-{example.member}-")


def test_example_at_finds_one_and_counts_from_nought(reader, whole):
    assert reader.example_at("train", 77).id == whole[77]
    for position in (-1, len(whole)):
        with pytest.raises(IndexError):
            reader.example_at("train", position)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sets(st.integers(0, 251)))
def test_examples_at_finds_those_and_no_others(reader, whole, positions):
    chosen = sorted(positions & set(range(len(whole))))
    found = [one.id for one in reader.examples_at("train", chosen)]
    assert found == [whole[place] for place in chosen]


def test_examples_at_reads_only_their_row_groups(made, whole, monkeypatch):
    read = []
    table = ShardFile.table
    monkeypatch.setattr(
        ShardFile, "table", lambda self, *rest: read.append(rest) or table(self, *rest)
    )
    reader = MixtureReader(str(made))
    (one,) = reader.examples_at("train", [40])
    assert one.id == whole[40]
    assert len(read) == 2  # a window of the selection, and a row group
    for bad in (-1, reader.splits["train"]):
        with pytest.raises(IndexError, match="split 'train'"):
            list(reader.examples_at("train", [3, bad]))


def test_beginning_anywhere_reads_one_window(made, monkeypatch):
    read = []
    plain = ShardFile.table

    def counted(self, row_group, columns=None, wanted=None):
        if wanted is not None:
            read.append(row_group)
        return plain(self, row_group, columns, wanted)

    monkeypatch.setattr(ShardFile, "table", counted)
    reader = MixtureReader(str(made))
    stream = reader.examples("train", 200)
    next(stream)
    assert len(read) == 1
    reader.example_at("train", 3)
    assert len(read) == 2


def test_windows_mix_datasets_and_parts(reader):
    rows = list(reader.chosen("train"))
    for start in range(0, 200, 50):
        some = rows[start : start + 50]
        assert {row["dataset"] for row in some} == {"a", "b"}
    neighbours = [a["row_group"] == b["row_group"] for a, b in pairwise(rows)]
    assert sum(neighbours) < 0.6 * len(rows)


def test_few_files_stay_open(made, whole, monkeypatch):
    monkeypatch.setattr(data_rows, "OPEN_FILES", 1)
    assert [one.id for one in MixtureReader(str(made)).examples("train")] == whole


def test_reading_goes_on_after_close(reader, whole):
    reader.close()
    assert reader.example_at("train", 5).id == whole[5]


def test_worn_pictures_can_be_had_clean(made, tmp_path):
    dataset = made.parent / "a"
    members = {"m": {"dataset": "a", "count": 6, "degrade": {"share": 1.0, "strength": [0.5, 1]}}}
    make(tmp_path / "out", mixture_of({"a": dataset}, members))
    reader = MixtureReader(str(tmp_path / "out"))
    worn, clean = (list(reader.examples("train", worn=worn)) for worn in (True, False))
    assert [one.id for one in worn] == [one.id for one in clean]
    assert not any(one.degraded for one in clean)
    assert all(one.conversation == two.conversation for one, two in zip(worn, clean, strict=True))


def test_regions_can_be_left_out(made, whole):
    bare = list(MixtureReader(str(made), regions=False).examples("train"))
    assert [one.id for one in bare] == whole
    assert not any(one.regions for one in bare)


def test_a_dataset_that_was_changed_is_refused(made, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(made.parent / "b", copy)
    assert list(MixtureReader(str(made), {"b": str(copy)}).examples("test"))
    manifest = copy / "manifest.json"
    text = manifest.read_text()
    manifest.write_text(text + "\n")
    with pytest.raises(ShardError, match="not the dataset that the mixture was made from"):
        list(MixtureReader(str(made), {"b": str(copy)}).examples("train"))
    manifest.write_text(text)
    (shard,) = [path for path in copy.rglob("*.parquet") if "00000" in path.name]
    shard.write_bytes(shard.read_bytes()[:-1])
    with pytest.raises(ShardError, match="bytes, the manifest says"):
        list(MixtureReader(str(made), {"b": str(copy)}).examples("train"))


def test_shards_that_were_swapped_are_noticed(made, tmp_path):
    copy = tmp_path / "b"
    shutil.rmtree(copy, ignore_errors=True)
    write_dataset(copy, {"p": pages(90, first=1000)}, seed=8)
    shutil.copyfile(made.parent / "b" / "manifest.json", copy / "manifest.json")
    with pytest.raises(ShardError, match=r"is 'p-8-|the manifest says"):
        list(MixtureReader(str(made), {"b": str(copy)}).examples("train"))


def test_windows_and_columns_can_be_had_for_planning(reader, whole):
    starts = reader.window_starts("train")
    assert starts[0] == 0
    assert starts == sorted({*starts})
    sizes = [b - a for a, b in pairwise([*starts, len(whole)])]
    assert all(size <= 25 + 10 for size in sizes)
    table = reader.selection("train", ["id", "chars"])
    assert table.column_names == ["id", "chars"]
    assert table.column("id").to_pylist() == whole
    assert len(reader.selection("test")) == reader.splits["test"]
    with pytest.raises(ConfigError, match="has no split"):
        reader.window_starts("tset")


def test_the_record_s_hash_is_that_of_the_file(made, reader):
    assert reader.record.hash == json.loads((made / "mixture.json").read_text())["hash"]


def test_splits_and_datasets_that_are_not_there_are_refused(made, reader):
    with pytest.raises(ConfigError, match="did you mean 'train'"):
        next(reader.examples("trian"))
    with pytest.raises(ConfigError, match="has no dataset 'c'"):
        MixtureReader(str(made), {"c": "/x"})
    with pytest.raises(ShardError, match="dataengine mix"):
        MixtureReader(str(made.parent / "nowhere"))
