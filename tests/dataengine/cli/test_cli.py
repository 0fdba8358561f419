"""The command line as a user meets it: real processes, exit codes, messages."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from dataengine.cli import main
from dataengine.errors import PlanError
from dataengine.plan import load_plan
from dataengine.registry import get_pipeline
from dataengine.storage import Storage
from tests.conftest import words


def dataengine(*arguments: object, code: int = 0) -> subprocess.CompletedProcess[str]:
    """Run a command and expect an exit code."""
    command = [sys.executable, "-m", "dataengine", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def made(corpus, tmp_path):
    """A finished dataset of 40 samples, four rejections and one refused file."""
    files = {"a": words(0, 20), "b": [*words(50, 20), *["!reject ordered"] * 3, "!error"], "c": []}
    folder = corpus(files)
    out = tmp_path / "out"
    dataengine("render", "toy_found", "--corpus", folder, "--out", out, "--workers", 1)
    return out


def test_render_makes_a_finished_dataset(made):
    for name in ("manifest.json", "README.md", "recipe.yaml", "gallery/index.html"):
        assert (made / name).stat().st_size > 100
    assert (made / "gallery").stat().st_mode & 0o055 == 0o055


def test_render_again_makes_nothing(made, corpus, tmp_path):
    again = dataengine(
        "render", "toy_found", "--corpus", tmp_path / "corpus", "--out", made, "--json"
    )
    assert json.loads(again.stdout)["shards_made"] == 0


def test_recipe_beside_the_data_renders_the_same(made, tmp_path):
    twin = tmp_path / "twin"
    dataengine("render", made / "recipe.yaml", "--out", twin)
    manifests = [json.loads((out / "manifest.json").read_text()) for out in (made, twin)]
    assert manifests[0] == manifests[1]


def test_status_tells_how_far_a_job_is(made):
    data = json.loads(dataengine("status", made, "--json").stdout)
    assert (data["done"], data["samples"], data["rejections"]) == (1, 40, 5)
    assert data["finalized"]
    assert data["running"] is None
    next((made / "receipts").rglob("*.json")).unlink()
    assert "has no receipt" in dataengine("status", made, code=3).stdout


def test_stats_lists_reasons_and_files(made):
    text = dataengine("stats", made, "--by-file").stdout
    assert "40 samples of 45 lines" in text
    assert "a.toy: 20 of 20" in text
    assert "b.toy: 20 of 24; ordered 3, error 1" in text
    assert "c.toy: 0 of 1; empty 1" in text


def test_what_is_finished_can_be_looked_at_after_an_update(made, monkeypatch, tmp_path):
    """Another version of the pipeline makes no more samples, but still knows what they are."""
    monkeypatch.setattr(type(get_pipeline("toy_found")), "version", 99)
    plan = load_plan(Storage(str(made)))
    with pytest.raises(PlanError, match="version 99 is installed"):
        plan.pipeline(next(iter(plan.parts)))
    before = (made / "README.md").read_text("utf-8")
    for verb in (
        ("stats", str(made), "--report", str(tmp_path / "r.html")),
        ("status", str(made)),
        ("validate", str(made)),
        ("finalize", str(made)),
        ("publish", str(made), "--repo", "me/toy", "--dry-run", "--allow-licence", "unknown"),
    ):
        done = CliRunner().invoke(main, list(verb))
        assert "version" not in done.stderr, done.output
        assert done.exit_code == 0 or verb[0] == "publish", done.output
    assert (made / "README.md").read_text("utf-8") == before


def test_validate_finds_what_was_changed(made):
    dataengine("validate", made, "--deep")
    shard = next((made / "data").rglob("*.parquet"))
    whole = shard.read_bytes()
    middle = len(whole) // 3
    shard.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    assert "its sha256 is another" in dataengine("validate", made, code=1).stderr
    assert "its sha256 is another" in dataengine("finalize", made, code=1).stderr
    shard.write_bytes(whole)
    (shard.parent / "stranger.parquet").write_bytes(whole)
    assert "belongs to no receipt" in dataengine("validate", made, code=1).stderr


def test_reproduce_gives_samples_and_rejections_back(made, tmp_path):
    for index in (0, 7, 30, 44):
        done = dataengine("reproduce", f"toy_found-0-{index:09d}", "--dataset", made, "--json")
        assert json.loads(done.stdout)["exact"], done.stderr
    done = dataengine(
        "reproduce", "toy_found-0-000000003", "--dataset", made, "--save", tmp_path / "one"
    )
    assert len(list((tmp_path / "one").iterdir())) == 2
    bad = dataengine("reproduce", "toy_found-1-000000003", "--dataset", made, code=2)
    assert "is no id of this dataset" in bad.stderr
    beyond = dataengine("reproduce", "toy_found-0-000000099", "--dataset", made, code=2)
    assert "beyond" in beyond.stderr


def test_reproduce_notices_a_picture_that_is_not_as_stored(made, tmp_path):
    lines = tmp_path / "corpus" / "a.toy"
    lines.write_text(lines.read_text() + "one more\n")
    ids = [f"toy_found-0-{index:09d}" for index in range(45)]
    codes = {
        dataengine_code("reproduce", id_, "--dataset", made) for id_ in (ids[0], ids[20], ids[40])
    }
    assert codes <= {0, 1}
    assert 1 in codes


def dataengine_code(*arguments: object) -> int:
    command = [sys.executable, "-m", "dataengine", *map(str, arguments)]
    return subprocess.run(command, capture_output=True).returncode


def test_retry_renders_failed_units_again(corpus, tmp_path):
    flag = tmp_path / "flag"
    folder = corpus({"a": [*words(0, 5), f"!sleep {flag}"]})
    out = tmp_path / "out"
    limits = ["--set", "limits.unit_wall_s=0.5"]
    dataengine("render", "toy_found", "--corpus", folder, "--out", out, *limits)
    assert "timeout" in dataengine("stats", out).stdout
    done = dataengine("retry", out, "--set", "limits.unit_wall_s=0.7", "--json")
    assert json.loads(done.stdout)["shards_made"] == 1
    nothing = dataengine("retry", out, "--reason", "crash", "--json")
    assert json.loads(nothing.stdout)["shards_made"] == 0
    wrong = dataengine("retry", out, "--reason", "crush", code=2)
    assert "did you mean 'crash'?" in wrong.stderr
    other = dataengine("retry", out, "--set", "options_nobody_has=1", code=2)
    assert "options_nobody_has" in other.stderr


def test_plan_and_index_do_no_rendering(corpus, tmp_path):
    folder = corpus({"a": words(0, 200)})
    out = tmp_path / "out"
    planned = dataengine("plan", "toy_found", "--corpus", folder, "--out", out, "--json")
    assert json.loads(planned.stdout)["parts"]["toy_found"] == {
        "units": 200,
        "shards": 4,
        "items": 1,
    }
    assert not (out / "data").exists()
    copy = tmp_path / "index.parquet"
    found = dataengine("index", "toy_found", "--corpus", folder, "--out", copy, "--json")
    assert json.loads(found.stdout)["toy_found"]["reused"] == 1
    assert copy.stat().st_size > 100
    dataengine("status", out, code=3)


def test_preview_writes_a_picture_and_no_dataset(corpus, tmp_path):
    folder = corpus({"a": [*words(0, 5), "!reject ordered"]})
    sheet = tmp_path / "sheet.png"
    dataengine("preview", "toy_found", "--corpus", folder, "--out", sheet, "--count", 8)
    dataengine("preview", "toy_drawn", "--samples", 9, "--out", sheet, "--count", 3)
    assert sheet.read_bytes().startswith(b"\x89PNG")
    assert [path.name for path in tmp_path.iterdir()] == ["corpus", "sheet.png"] or len(
        list(tmp_path.iterdir())
    ) == 2


def test_preview_by_template_shows_each_once(tmp_path):
    sheet = tmp_path / "sheet.png"
    command = ("preview", "toy_drawn", "--samples", 1, "--by-template", "--out", sheet)
    assert "3 samples, 0 rejections" in dataengine(*command).stderr
    first = sheet.read_bytes()
    dataengine(*command)
    assert sheet.read_bytes() == first
    said = dataengine(*command, "--set", "rejected=1").stderr
    assert "0 samples, 3 rejections" in said
    assert "light gave no sample: unlucky: the draw was bad" in said


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["render", "toy_fuond", "--out", "x"], 2, "did you mean 'toy_found'?"),
        (["render", "toy_found", "--out", "x"], 2, "needs a corpus"),
        (["render", "toy_drawn", "--out", "x"], 2, "--samples N"),
        (["render", "nothing.yaml", "--out", "x"], 2, "cannot read the recipe nothing.yaml"),
        (["render", "toy_drawn", "--samples", "3", "--out", "x", "--set", "shad=1"], 2, "'shade'"),
        (["status", "nowhere"], 1, "has no plan"),
        (["stats", "nowhere"], 1, "has no plan"),
        (["finalize", "nowhere"], 1, "has no plan"),
        (["reproduce", "a-0-000000000", "--dataset", "nowhere"], 2, "is no dataset"),
        (["bench", "toy_drawn"], 2, "brings no benchmark"),
        (["preview", "toy_found", "--by-template", "--corpus", "."], 2, "no part has templates"),
        (["list", "nothing"], 2, "no pipeline is called 'nothing'"),
    ],
)
def test_wrong_usage_is_answered_with_a_remedy(arguments, code, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert message in dataengine(*arguments, code=code).stderr


def test_empty_corpus_is_said_so(tmp_path):
    (tmp_path / "empty").mkdir()
    done = dataengine(
        "render", "toy_found", "--corpus", tmp_path / "empty", "--out", tmp_path / "out", code=1
    )
    assert "hold nothing that toy_found can use (.toy)" in done.stderr


def test_doctor_and_list_know_the_plugged_in_pipelines(monkeypatch):
    monkeypatch.setenv("TOY_DOUBT", "a wall is missing")
    found = json.loads(dataengine("doctor", "--json").stdout)
    assert {one["state"] for one in found} <= {"ok", "warning"}
    doubted = {one["name"]: one["state"] for one in found if one["detail"] == "a wall is missing"}
    assert doubted["toy_found"] == "warning"
    assert "toy_found: worker" in {one["name"] for one in found}
    listed = json.loads(dataengine("list", "--json").stdout)
    assert {"toy_found", "pdf_pages"} <= set(listed["pipelines"])
    assert "demo" in listed["recipes"]
    assert "shade=200" in dataengine("list", "toy_found").stdout


def test_every_verb_has_help():
    verbs = main.list_commands(None)
    assert verbs == sorted(verbs)
    wanted = "doctor index plan render status preview retry reproduce finalize validate stats bench"
    assert {*wanted.split(), "list"} <= set(verbs)
    for verb in verbs:
        command = main.get_command(None, verb)
        assert command is not None
        assert command.help
