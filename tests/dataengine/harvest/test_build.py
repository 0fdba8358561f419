"""Material is a function of the corpora alone, not of workers, interruptions or earlier runs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dataengine.corpus.index import build_index
from dataengine.errors import StorageError
from dataengine.harvest.build import MaterialReport, build_material
from dataengine.harvest.chunks import cut_chunks
from dataengine.harvest.leftovers import sharing
from dataengine.material import Material
from dataengine.recipe import Recipe, resolve
from dataengine.registry import get_pipeline
from dataengine.storage import Storage


def material_recipe(folder: Path, samples: int = 20, **changes: object) -> Recipe:
    """Return a recipe of one `toy_material` part."""
    part = {"pipeline": "toy_material", "samples": samples, "corpora": [{"path": str(folder)}]}
    part |= {key: changes.pop(key) for key in ("options", "corpora") if key in changes}
    data = {"name": "toy", "seed": 5, "parts": {"toy_material": part}, **changes}
    return resolve(data, "test")


def gather(folder: Path, workers: int = 1, **changes: object) -> MaterialReport:
    """Index and harvest a corpus."""
    recipe = material_recipe(folder, **changes)
    part = recipe.parts["toy_material"]
    pipeline = get_pipeline("toy_material")
    options = {"limits": recipe.limits, "workers": workers}
    index = build_index("toy_material", part, pipeline, **options)
    return build_material("toy_material", part, pipeline, index=index.path, **options)


def all_rows(report: MaterialReport) -> dict[str, list[str]]:
    """Return group -> the texts of its pieces, in order."""
    material = Material(report.path)
    return {
        group: [row.body["text"] for row in material.read(group, 0, count)]
        for group, count in material.groups.items()
    }


@pytest.fixture
def works(corpus):
    """Sixty works with pieces, refusals and duplicates."""
    files = {
        f"w{n:02d}": [
            f"b: beta {n}",
            f"a: alpha {n % 40}",
            f"? too-odd line of {n}",
            f"a: again {n}",
            "c: the same in all",
        ]
        for n in range(60)
    }
    return corpus(files)


def test_pieces_stand_by_group_and_in_corpus_order(works):
    report = gather(works)
    rows = all_rows(report)
    assert list(rows) == ["a", "b", "c"]
    assert rows["b"] == [f"beta {n}" for n in range(60)]
    first = [line for n in range(40) for line in (f"alpha {n}", f"again {n}")]
    assert rows["a"] == first + [f"again {n}" for n in range(40, 60)]
    assert rows["c"] == ["the same in all"]
    assert report.groups == {"a": 100, "b": 60, "c": 1}
    assert report.facts["duplicates"] == 20 + 59
    assert report.facts["refusals"] == {"line": {"too-odd": 60}}
    examples = report.facts["examples"]["too-odd"]
    assert [one["detail"] for one in examples] == [f"line of {n}" for n in range(20)]
    assert examples[3]["place"] == "w03.toy:3"
    assert report.facts["by_work"]["corpus/w41.toy"] == {"pieces": 2, "refused": 1}
    (row,) = Material(report.path).read("b", 7, 1)
    assert (row.corpus, row.item) == ("corpus", "w07.toy")


def test_result_does_not_depend_on_the_workers(works, monkeypatch, tmp_path):
    found = []
    for workers in (1, 2, 3):
        monkeypatch.setenv("DATAENGINE_CACHE", str(tmp_path / f"cache{workers}"))
        report = gather(works, workers)
        found.append((report.path.name, report.path.read_bytes(), report.facts))
    assert found[0] == found[1] == found[2]


def test_second_time_nothing_is_harvested(works):
    first, again = gather(works), gather(works)
    assert (first.reused, again.reused) == (0, 60)
    assert first.path == again.path
    assert first.facts == again.facts


def test_grown_corpus_harvests_what_is_new(works, corpus):
    gather(works)
    corpus({"w30b": ["b: a new one"]})
    report = gather(works)
    assert report.works == 61
    assert 61 - report.reused <= 33
    assert all_rows(report)["b"][29:33] == ["beta 29", "beta 30", "a new one", "beta 31"]


def test_other_options_that_matter_harvest_anew_and_others_do_not(works):
    gather(works)
    assert gather(works, options={"shade": 100}).reused == 60
    assert gather(works, options={"shortest": 11}).reused == 0


def test_killed_harvest_goes_on_to_the_same_bytes(corpus, tmp_path, monkeypatch):
    """kill -9 after one, two and four chunks: in the end all is as if nothing had happened."""
    files = {f"w{n:02d}": [f"a: text {n}", "!nap", f"b: other {n}"] for n in range(40)}
    folder = corpus(files)
    calm = gather(folder).path.read_bytes()
    monkeypatch.setenv("DATAENGINE_CACHE", str(tmp_path / "other"))
    path = tmp_path / "recipe.yaml"
    from dataengine.recipe_text import recipe_yaml

    path.write_text(recipe_yaml(material_recipe(folder)))
    command = [sys.executable, "-m", "dataengine", "index", str(path), "--workers", "2", "--json"]
    chunks = tmp_path / "other" / "harvest"
    for known in (1, 2, 4):
        job = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while len(list(chunks.glob("??/*.parquet"))) < known and job.poll() is None:
            time.sleep(0.01)
        os.kill(job.pid, signal.SIGKILL)
        assert job.wait() == -signal.SIGKILL
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)["toy_material"]["material"]
    assert Path(said["path"]).read_bytes() == calm
    assert "(0 works known" not in done.stderr
    assert not list((chunks / ".partial").glob("*"))


@pytest.mark.parametrize(
    ("order", "reason"),
    [("crash", "crash"), ("hang", "timeout"), ("memory", "memory"), ("error", "error")],
)
def test_work_that_fails_gives_nothing_and_spoils_no_other(corpus, order, reason):
    files = {f"w{n}": [f"a: {n} first", f"a: {n} last"] for n in range(6)}
    files["w3"].insert(1, f"!{order}")
    folder = corpus(files)
    limits = {"unit_cpu_s": 0.5} if order == "hang" else {"memory_mb": 200}
    report = gather(folder, limits=limits)
    assert all_rows(report) == {
        "a": [f"{n} {place}" for n in (0, 1, 2, 4, 5) for place in ("first", "last")]
    }
    assert report.facts["refusals"] == {"work": {reason: 1}}
    (example,) = report.facts["examples"][reason]
    assert example["item"] == "corpus/w3.toy"
    assert gather(folder, limits=limits).reused == 6
    again = gather(folder, limits={**limits, "unit_wall_s": 100}).reused
    assert (again == 6) == (order == "error")


def test_pieces_that_cannot_be_stored_are_refusals(corpus):
    folder = corpus({"w": [f"!raw {name}" for name in ("nan", "surrogate", "set", "huge", "fine")]})
    report = gather(folder)
    assert report.facts["refusals"] == {"raw": {"malformed-piece": 3, "oversized-piece": 1}}
    (row,) = Material(report.path).read("raw", 0, 1)
    assert row.body == {"value": {"nested": [1, None, "\0 \\ud800"]}}


def test_changed_included_file_harvests_its_work_anew(corpus):
    files = {f"w{n:02d}": [f"a: text {n}"] for n in range(30)}
    folder = corpus({**files, "main": ["< parts/more.toy"], "parts/more": ["% part", "a: old"]})
    report = gather(folder)
    assert report.works == 31
    assert "old" in all_rows(report)["a"]
    (folder / "parts" / "more.toy").write_text("% part\na: new\n")
    changed = gather(folder)
    assert changed.path != report.path
    assert 0 < changed.reused < 31
    assert "new" in all_rows(changed)["a"]
    (folder / "parts" / "more.toy").unlink()
    assert gather(folder).facts["refusals"] == {"line": {"no-file": 1}}
    corpus({"parts/more": ["% part", "a: back"]})
    assert "back" in all_rows(gather(folder))["a"]


def test_names_that_no_file_can_have_are_no_harm(corpus):
    assert all_rows(gather(corpus({"w": ["<bad", "a: fine"]}))) == {"a": ["fine"]}


def test_damaged_chunk_is_made_again(works, tmp_path):
    report = gather(works)
    cache = Path(os.environ["DATAENGINE_CACHE"])
    for chunk in (cache / "harvest").rglob("*.parquet"):
        chunk.write_bytes(chunk.read_bytes()[:-30])
    report.path.unlink()
    again = gather(works)
    assert again.reused == 0
    assert again.sha256 == report.sha256


def test_damaged_rows_of_a_chunk_are_noticed(works):
    report = gather(works)
    cache = Path(os.environ["DATAENGINE_CACHE"])
    for chunk in (cache / "harvest").rglob("*.parquet"):
        data = bytearray(chunk.read_bytes())
        data[60] ^= 0xFF
        chunk.write_bytes(bytes(data))
    report.path.unlink()
    with pytest.raises(StorageError, match="damaged"):
        gather(works)


def test_damaged_material_of_the_cache_is_made_again(works):
    report = gather(works)
    whole = report.path.read_bytes()
    report.path.write_bytes(whole[:100] + b"x" + whole[101:])
    assert gather(works).path.read_bytes() == whole


def test_chunks_far_from_a_new_work_stay(works, corpus):
    """The cuts follow hashes: a new first work changes the first chunks only."""
    recipe = material_recipe(works)
    pipeline = get_pipeline("toy_material")

    def keys() -> list[str]:
        part = recipe.parts["toy_material"]
        index = build_index("toy_material", part, pipeline, limits=recipe.limits, workers=1)
        return [chunk.key for chunk in cut_chunks(index.path, "key")]

    before = keys()
    corpus({"a-new-one": ["a: hello"]})
    after = keys()
    assert len(before) > 4
    assert before[1:] == after[-len(before) + 1 :]


def test_leftovers_are_swept_by_whoever_is_alone(tmp_path):
    cache = Storage(tmp_path / "cache")
    left = tmp_path / "cache" / ".partial" / "left"
    left.mkdir(parents=True)
    with sharing(cache):
        assert not left.exists()
        left.mkdir(parents=True)
        with sharing(cache):
            assert left.exists()
    with sharing(cache):
        assert not left.exists()
