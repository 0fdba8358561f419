"""What a mixture promises: exact counts, unique ids, no document in two splits, the same bytes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dataengine.canonical import content_hash
from dataengine.documents import document_of
from dataengine.errors import ConfigError, PlanError, ShardError
from dataengine.mixture.making import make_mixture
from dataengine.mixture.mixture_plan import plan_mixture
from dataengine.mixture.reading import MixtureReader
from dataengine.mixture.record import Record, load_record
from dataengine.mixture.settings import Mixture
from dataengine.sample import Turn, works_of
from dataengine.storage import Storage
from tests.conftest import contents
from tests.dataengine.mixture.synthetic_sets import mixture_of, pages, tiny, write_dataset


def make(out, mixture: Mixture, workers: int = 1) -> Record:
    storage = Storage(str(out))
    return make_mixture(storage, plan_mixture(storage, mixture, {}), workers=workers)


def chosen(out) -> list[dict]:
    """Return the rows of all selections, each with its split."""
    reader = MixtureReader(str(out))
    return [{**row, "split": split} for split in reader.splits for row in reader.chosen(split)]


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    """Two datasets: pages in two languages, some made of several documents, and toys."""
    folder = tmp_path_factory.mktemp("sets")
    mixed = [tiny(900 + at, documents=(f"doc{at}", f"doc{at + 1}")) for at in range(30)]
    english = [*pages(100), *mixed]
    chinese = pages(60, first=2000, language="zh")
    return {
        "a": write_dataset(folder / "a", {"en": english, "zh": chinese}),
        "b": write_dataset(folder / "b", {"charts": pages(50, 1, first=5000, kind="toy")}),
    }


MEMBERS = {
    "english": {"dataset": "a", "filter": {"part": ["en"]}, "count": 70},
    "chinese": {"dataset": "a", "filter": {"language": ["zh"]}, "weight": 2},
    "charts": {"dataset": "b", "weight": 1, "split_by": "sample"},
}
SPLITS = {"test": 0.2, "validation": 0.1}


@settings(
    max_examples=8,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.integers(0, 1000), st.integers(71, 130), st.floats(0.05, 0.4))
def test_promises_hold_for_any_seed_total_and_split(sets, tmp_path_factory, seed, samples, share):
    out = tmp_path_factory.mktemp("out")
    mixture = mixture_of(
        sets, MEMBERS, seed=seed, samples=samples, splits={"test": share, "dev": share}
    )
    record = make(out, mixture)
    rows = chosen(out)
    assert len(rows) == samples
    assert sum(member["drawn"] for member in record.members.values()) == samples
    assert sum(1 for row in rows if row["member"] == "english") == 70
    assert len({row["id"] for row in rows}) == len(rows)
    where: dict[str, set[str]] = {}
    reader = MixtureReader(str(out))
    for split in reader.splits:
        for example in reader.examples(split):
            if example.member != "charts":
                for work in works_of(example.source):
                    where.setdefault(document_of(work), set()).add(split)
    assert where
    assert all(len(splits) == 1 for splits in where.values())


def test_the_report_counts_what_there_is(sets, tmp_path):
    record = make(tmp_path, mixture_of(sets, MEMBERS, samples=110, splits=SPLITS))
    rows = chosen(tmp_path)
    for split in ("train", "test", "validation"):
        counts = record.report[split]
        assert record.splits[split].examples == sum(counts["member"].values())
        for dimension in counts.values():
            assert sum(dimension.values()) == record.splits[split].examples
        for name, count in counts["member"].items():
            assert count == sum(r["member"] == name and r["split"] == split for r in rows)
    assert record.report["train"]["kind"].keys() == {"page", "toy"}
    english = record.members["english"]
    assert english["left_out"]["part"] == 60
    assert english["left_out"]["straddling"] > 0
    assert english["available"] + sum(english["left_out"].values()) == 190


def test_nothing_depends_on_workers_and_nothing_is_left_behind(sets, tmp_path):
    mixture = mixture_of(sets, MEMBERS, splits=SPLITS)
    make(tmp_path / "one", mixture, workers=1)
    make(tmp_path / "two", mixture, workers=2)
    assert contents(tmp_path / "one", ".") == contents(tmp_path / "two", ".")
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == [
        ".partial",
        "examples",
        "mixture.json",
        "plan.json",
    ]


def test_what_is_drawn_does_not_depend_on_how_rows_lie_in_shards(tmp_path):
    one = write_dataset(tmp_path / "a" / "d", {"p": pages(60)}, shard_rows=60, row_group=7)
    two = write_dataset(tmp_path / "b" / "d", {"p": pages(60)}, shard_rows=13, row_group=4)
    for name, path in (("one", one), ("two", two)):
        make(tmp_path / name, mixture_of({"d": path}, {"m": {"dataset": "d", "count": 20}}))
    ids = [{row["id"] for row in chosen(tmp_path / name)} for name in ("one", "two")]
    assert ids[0] == ids[1]


def test_repeats_are_asked_for_by_name_and_even(sets, tmp_path):
    member = {"dataset": "b", "count": 120, "split_by": "sample"}
    with pytest.raises(PlanError, match=r"members\.charts\.repeat=true"):
        make(tmp_path / "no", mixture_of({"b": sets["b"]}, {"charts": member}))
    again = {"charts": {**member, "repeat": True}}
    record = make(tmp_path / "yes", mixture_of({"b": sets["b"]}, again))
    rows = chosen(tmp_path / "yes")
    times = [sum(row["sample"] == one for row in rows) for one in {row["sample"] for row in rows}]
    assert len(rows) == len({row["id"] for row in rows}) == 120
    assert {*times} == {2, 3}
    assert record.members["charts"]["repeated"] == 50
    # The second time comes after the first everywhere, not beside it.
    places = [at for at, row in enumerate(rows) if row["number"] == 0]
    assert len(places) == 50


def test_a_member_that_nothing_is_left_for_is_refused(sets, tmp_path):
    members = {"m": {"dataset": "a", "filter": {"min_proof": {"inkd": 0.5}}}}
    with pytest.raises(PlanError, match=r"min_proof\.inkd \(missing\) 190"):
        make(tmp_path, mixture_of({"a": sets["a"]}, members))


def test_samples_that_give_no_conversation_are_counted_and_not_drawn(sets, tmp_path):
    members = {"m": {"dataset": "a", "view": {"tasks": {"markdown": 1}}}}
    with pytest.raises(PlanError, match="no task 190"):
        make(tmp_path, mixture_of({"a": sets["a"]}, members))


def test_several_conversations_of_a_sample_are_several_examples(tmp_path):
    turns = (Turn("user", "q"), Turn("assistant", "answer"))
    samples = [tiny(at, turns=turns, documents=(f"d{at}",)) for at in range(12)]
    path = write_dataset(tmp_path / "d", {"p": samples})
    view = {"tasks": {"text": 1, "turns": 1}, "per_sample": 2}
    make(tmp_path / "out", mixture_of({"d": path}, {"m": {"dataset": "d", "view": view}}))
    rows = chosen(tmp_path / "out")
    assert len(rows) == 24
    assert len({row["id"] for row in rows}) == 24
    made = {one.id: one for one in MixtureReader(str(tmp_path / "out")).examples("train")}
    for row in rows:
        conversation = made[row["id"]].conversation
        assert (conversation.task, conversation.answer_chars) == (row["task"], row["chars"])


def test_the_splits_of_parts_are_kept_where_a_member_asks_for_it(tmp_path):
    parts = {"seen": pages(20), "unseen": pages(20, first=100)}
    path = write_dataset(tmp_path / "d", parts, splits={"unseen": "validation"})
    members = {"m": {"dataset": "d", "split_by": "part"}}
    make(tmp_path / "out", mixture_of({"d": path}, members, splits={"test": 0.5}))
    found = {(row["part"], row["split"]) for row in chosen(tmp_path / "out")}
    assert found == {("seen", "train"), ("unseen", "validation")}


def test_splits_that_cannot_be_file_names_are_refused(tmp_path):
    path = write_dataset(tmp_path / "d", {"p": pages(5)})
    manifest = json.loads((path / "manifest.json").read_text())["manifest"]
    manifest["shards"][0]["split"] = "../../up"
    text = json.dumps({"manifest": manifest, "hash": content_hash(manifest)})
    (path / "manifest.json").write_text(text)
    members = {"m": {"dataset": "d", "split_by": "part"}}
    with pytest.raises(ShardError, match="cannot be a split"):
        make(tmp_path / "out", mixture_of({"d": path}, members))


def test_duplicates_are_reported_and_removed_only_if_asked_for(tmp_path):
    twins = [
        tiny(500 + at, documents=(f"t{at}",), text=tiny(at).targets["text"]) for at in range(5)
    ]
    first = write_dataset(tmp_path / "a", {"p": pages(20)})
    second = write_dataset(tmp_path / "b", {"q": twins})
    datasets = {"a": first, "b": second}
    members = {"one": {"dataset": "a"}, "two": {"dataset": "b"}}
    kept = make(tmp_path / "kept", mixture_of(datasets, members, duplicates={"remove": False}))
    assert kept.overlap["duplicate"]["by_dataset"]["b"] == 5
    assert kept.members["two"]["drawn"] == 5
    with pytest.raises(PlanError, match="duplicate 5"):
        make(tmp_path / "gone", mixture_of(datasets, members, duplicates={}))
    table = pq.read_table(tmp_path / "kept" / "overlap.parquet")
    assert {*table.column("dataset").to_pylist()} == {"b"}


def test_samples_that_a_benchmark_holds_are_removed(tmp_path):
    samples = pages(20)
    text = " ".join(f"word{at}" for at in range(40))
    samples[3] = tiny(3, documents=("doc0",), text=text)
    path = write_dataset(tmp_path / "d", {"p": samples})
    (tmp_path / "bench.jsonl").write_text(json.dumps({"question": text}) + "\n")
    overlap = {"files": [str(tmp_path / "bench.jsonl")]}
    record = make(
        tmp_path / "out", mixture_of({"d": path}, {"m": {"dataset": "d"}}, overlap=overlap)
    )
    assert record.members["m"]["left_out"] == {"benchmark": 1}
    assert record.overlap["benchmark"]["samples"] == 1
    assert "p-7-000000003" not in {row["sample"] for row in chosen(tmp_path / "out")}


@pytest.mark.parametrize(("remove_questions", "left_out"), [(False, {}), (True, {"benchmark": 1})])
def test_samples_that_share_a_question_stay_unless_it_is_said(tmp_path, remove_questions, left_out):
    question = "What is the value of the blue bar?"
    samples = pages(20)
    turns = [Turn("user", question), Turn("assistant", "14 million")]
    samples[3] = tiny(3, documents=("doc0",), turns=turns)
    path = write_dataset(tmp_path / "d", {"p": samples})
    (tmp_path / "bench.jsonl").write_text(json.dumps({"question": question}) + "\n")
    overlap = {"files": [str(tmp_path / "bench.jsonl")], "remove_questions": remove_questions}
    record = make(
        tmp_path / "out", mixture_of({"d": path}, {"m": {"dataset": "d"}}, overlap=overlap)
    )
    assert record.members["m"]["left_out"] == left_out
    assert record.overlap["benchmark"]["samples"] == 0
    (hit,) = record.overlap["benchmark"]["hits"]
    assert (hit["form"], hit["count"]) == ("question", 1)


def test_another_mixture_in_the_same_folder_is_refused(sets, tmp_path):
    make(tmp_path, mixture_of(sets, MEMBERS))
    storage = Storage(str(tmp_path))
    more = mixture_of(sets, {**MEMBERS, "english": {**MEMBERS["english"], "count": 71}})
    with pytest.raises(PlanError, match=r"members\.english\.count: 70 in the plan, 71 now"):
        plan_mixture(storage, more, {})
    turned = mixture_of(sets, dict(reversed(MEMBERS.items())))
    with pytest.raises(PlanError, match="order_of"):
        plan_mixture(storage, turned, {})


def test_a_damaged_plan_or_record_is_refused(sets, tmp_path):
    mixture = mixture_of({"b": sets["b"]}, {"m": {"dataset": "b"}})
    make(tmp_path, mixture)
    storage = Storage(str(tmp_path))
    looks = {
        "plan.json": lambda: plan_mixture(storage, mixture, {}),
        "mixture.json": lambda: load_record(storage),
    }
    for name, look in looks.items():
        path = tmp_path / name
        text = path.read_text()
        for broken in (text[:-20], text.replace('"seed": 3', '"seed": 4'), "[]", "{}"):
            path.write_text(broken)
            with pytest.raises((PlanError, ShardError)):
                look()


def test_a_finished_dataset_without_the_part_is_refused(sets, tmp_path):
    members = {"m": {"dataset": "a", "filter": {"part": ["eng"]}}}
    with pytest.raises(ConfigError, match="did you mean 'en'"):
        make(tmp_path, mixture_of({"a": sets["a"]}, members))


def test_a_dataset_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ShardError, match="is the dataset finished"):
        make(tmp_path, mixture_of({"a": tmp_path / "none"}, {"m": {"dataset": "a"}}))


def test_a_killed_mixture_goes_on_to_the_same_bytes(tmp_path):
    path = write_dataset(tmp_path / "d", {"p": pages(300)}, shard_rows=15)
    mixture = mixture_of({"d": path}, {"m": {"dataset": "d"}}, splits=SPLITS)
    make(tmp_path / "whole", mixture)
    out = tmp_path / "killed"
    program = (
        "import sys, json; from pathlib import Path\n"
        "from dataengine.mixture.settings import Mixture\n"
        "from tests.dataengine.mixture.test_making import make\n"
        "make(sys.argv[1], Mixture.model_validate(json.loads(sys.argv[2])))\n"
    )
    scans = out / "scan" / "d"
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(out), json.dumps(mixture.dump())],
        env=os.environ,
    )
    deadline = time.monotonic() + 60
    while child.poll() is None and time.monotonic() < deadline:
        if scans.is_dir() and len([*scans.iterdir()]) >= 3:
            child.send_signal(signal.SIGKILL)
            break
        time.sleep(0.001)
    assert child.wait() == -signal.SIGKILL
    assert not (out / "mixture.json").exists()
    assert [*scans.iterdir()]
    make(out, mixture)
    Storage(str(out)).sweep()
    assert contents(out, ".") == contents(tmp_path / "whole", ".")
