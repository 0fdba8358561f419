"""Jobs that draw from material: the plan holds it, and nothing else is needed to render."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import fsspec
import pytest

from dataengine.errors import ConfigError, PlanError, ToolMissing
from dataengine.executors.inline import InlineExecutor
from dataengine.finalize import finalize
from dataengine.job import check_plan_files, open_plan, run, standing
from dataengine.plan import load_plan
from dataengine.preview import preview
from dataengine.reader import Dataset
from dataengine.recipe import resolve
from dataengine.reproduce import reproduce
from dataengine.storage import Storage
from dataengine.validate import validate
from tests.conftest import contents, render
from tests.dataengine.harvest.test_build import material_recipe

FEW = {"rows": 20, "at_least": 1, "min_rows": 10}


@pytest.fixture
def works(corpus):
    """Nine works; two are of another licence, one belongs to another."""
    files = {f"w{n}": [f"a: alpha {n} {step}" for step in range(40)] for n in range(6)}
    files |= {f"free/w{n}": [f"b: beta {n}", "? odd"] for n in range(2)}
    root = corpus({**files, "part": ["% part"]})
    (root / "corpus.yaml").write_text("licence: CC-BY-4.0\nentries: {free: {licence: CC0-1.0}}\n")
    return root


def test_one_and_two_workers_give_the_same_bytes(works, tmp_path):
    recipe = material_recipe(works, 50, shards=FEW)
    plan, one = render(tmp_path / "one", recipe, workers=1)
    _, two = render(tmp_path / "two", recipe, workers=2)
    assert one.complete
    assert two.complete
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    part = plan.parts["toy_material"]
    assert (part.items, dict(part.pieces)) == (8, {"a": 240, "b": 2})
    assert sum(receipt.samples for receipt in one.made) == 50


def test_corpus_and_cache_need_not_be_there_when_rendering(works, tmp_path):
    recipe = material_recipe(works, 50, shards=FEW)
    render(tmp_path / "calm", recipe)
    storage = Storage(str(tmp_path / "out"))
    open_plan(storage, recipe, workers=1)
    shutil.rmtree(works)
    shutil.rmtree(os.environ["DATAENGINE_CACHE"])
    plan, report = render(tmp_path / "out", recipe)
    assert report.complete
    assert contents(tmp_path / "out") == contents(tmp_path / "calm")
    assert reproduce(storage, plan, plan.sample_id("toy_material", 401)).exact


def test_plan_comes_back_and_is_checked(works, tmp_path):
    recipe = material_recipe(works, 50)
    storage = Storage(str(tmp_path / "out"))
    plan = open_plan(storage, recipe, workers=1)
    assert load_plan(storage) == plan
    head = tmp_path / "out" / "plan" / "plan.json"
    head.write_text(head.read_text().replace('"a": 240', '"a": 239'))
    with pytest.raises(PlanError, match="does not match its own hash"):
        load_plan(storage)


@pytest.mark.parametrize("damage", ["changed", "missing"])
def test_damaged_material_is_refused(works, tmp_path, damage):
    recipe = material_recipe(works, 50, shards=FEW)
    plan, _ = render(tmp_path / "out", recipe)
    storage = Storage(str(tmp_path / "out"))
    path = tmp_path / "out" / "plan" / "toy_material.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[:50] + b"x" + whole[51:])
    message = "was changed after it was planned"
    if damage == "missing":
        path.unlink()
        message = "is missing"
    with pytest.raises(PlanError, match=message):
        render(tmp_path / "out", recipe)
    with pytest.raises(PlanError, match=message):
        reproduce(storage, plan, plan.sample_id("toy_material", 0))
    with pytest.raises(PlanError, match=message):
        run(storage, plan, plan.tasks(), InlineExecutor(), limits=recipe.limits)
    assert any(message in fault for fault in validate(storage, plan))
    assert not standing(storage, plan).todo


def test_material_of_a_store_is_fetched_once(works, tmp_path, monkeypatch):
    recipe = material_recipe(works, 50, shards=FEW)
    render(tmp_path / "local", recipe)
    url = f"memory://{tmp_path.name}"
    storage = Storage(url)
    plan = open_plan(storage, recipe, workers=1)
    monkeypatch.setenv("DATAENGINE_CACHE", str(tmp_path / "another-machine"))
    report = run(storage, plan, plan.tasks(), InlineExecutor(), limits=recipe.limits)
    assert report.complete
    fetched = list((tmp_path / "another-machine" / "material").glob("*.parquet"))
    assert [path.stem for path in fetched] == [plan.parts["toy_material"].sha256]
    names = storage.names("data")
    assert names
    local = contents(tmp_path / "local", "data")
    assert {name: storage.read_bytes(name) for name in names} == local
    assert reproduce(storage, plan, plan.sample_id("toy_material", 0)).exact
    with monkeypatch.context() as patched:
        patched.setattr(type(storage.fs), "get_file", None)
        check_plan_files(storage, plan)
    fs = fsspec.filesystem("memory")
    name = storage.path("plan/toy_material.parquet")
    fs.pipe_file(name, fs.cat_file(name)[:-1])
    with pytest.raises(PlanError, match="was changed"):
        check_plan_files(storage, plan)
    fetched[0].unlink()
    with pytest.raises(PlanError, match="was changed"):
        check_plan_files(storage, plan)


def test_card_and_stats_name_every_work(works, tmp_path):
    recipe = material_recipe(works, 60)
    plan, _ = render(tmp_path / "out", recipe)
    storage = Storage(str(tmp_path / "out"))
    finalize(storage, plan)
    card = (tmp_path / "out" / "README.md").read_text()
    assert "cc-by-4.0" in card
    assert "cc0-1.0" in card
    named = {
        (work["item"], work["licence"])
        for row in Dataset(str(tmp_path / "out")).rows()
        for work in row["source"]["works"]
    }
    assert ("free/w1.toy", "CC0-1.0") in named
    assert ("w1.toy", "CC-BY-4.0") in named
    assert validate(storage, plan, deep=True) == []


def test_part_without_corpora_is_a_config_error():
    parts = {"p": {"pipeline": "toy_material", "samples": 3}}
    with pytest.raises(ConfigError, match=r"parts.p.corpora is empty, and toy_material needs"):
        resolve({"name": "toy", "parts": parts}, "test")


def test_corpora_without_a_piece_are_a_plan_error(corpus, tmp_path):
    recipe = material_recipe(corpus({"w": ["? odd"]}))
    with pytest.raises(PlanError, match="hold 1 works and not one piece"):
        open_plan(Storage(str(tmp_path / "out")), recipe, workers=1)


def test_missing_tool_stops_before_any_worker(works, tmp_path, monkeypatch):
    recipe = material_recipe(works, 50)
    storage = Storage(str(tmp_path / "out"))
    monkeypatch.setenv("TOY_INK", "missing")
    with pytest.raises(ToolMissing, match="install toy-ink"):
        open_plan(storage, recipe, workers=1)
    monkeypatch.delenv("TOY_INK")
    plan = open_plan(storage, recipe, workers=1)
    monkeypatch.setenv("TOY_INK", "missing")
    with pytest.raises(ToolMissing, match="install toy-ink"):
        run(storage, plan, plan.tasks(), InlineExecutor(), limits=recipe.limits)
    with pytest.raises(ToolMissing, match="install toy-ink"):
        reproduce(storage, plan, plan.sample_id("toy_material", 0))
    with pytest.raises(ToolMissing, match="install toy-ink"):
        list(preview(recipe, 1))


def test_preview_harvests_and_draws(works):
    rows = list(preview(material_recipe(works), 6))
    assert len(rows) == 6


def test_command_line(works, tmp_path):
    def dataengine(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "dataengine", *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done

    job = ["toy_material", "--corpus", works, "--samples", 12]
    found = dataengine("index", *job, "--json")
    said = json.loads(found.stdout)["toy_material"]
    assert said["refused"] == {"included": 1}
    assert said["material"]["groups"] == {"a": 240, "b": 2}
    assert said["material"]["refusals"] == {"line": {"odd": 2}}
    assert "242 pieces of 8 works" in found.stderr
    assert "refused, line: odd 2" in found.stderr
    out = tmp_path / "out"
    planned = json.loads(dataengine("plan", *job, "--out", out, "--json").stdout)
    assert planned["parts"]["toy_material"]["pieces"] == {"a": 240, "b": 2}
    dataengine("render", *job, "--out", out)
    for verb in ("status", "finalize", "validate", "stats"):
        dataengine(verb, out)
    files = json.loads(dataengine("stats", out, "--by-file", "--json").stdout)
    assert "corpus/free/w0.toy" in files["toy_material"]["files"]
    dataengine("reproduce", next(Dataset(str(out)).rows())["id"], "--dataset", out)
