"""`dataengine mix` on toy kinds: dry run, rendering, drawing, resuming, and its refusals."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from dataengine.cli import main
from dataengine.mixture.reading import MixtureReader
from dataengine.registry import mixture_paths
from tests.conftest import contents, words

MIXTURE = """
name: toy
seed: 3
datasets:
  lines:
    recipe:
      parts: {{lines: {{pipeline: toy_found, corpora: [{{path: "given://lines"}}]}}}}
  drawn:
    recipe:
      parts: {{drawn: {{pipeline: toy_drawn, samples: 30}}}}
view: {{tasks: {{text: 1}}}}
members:
  lines: {{dataset: lines, weight: 2}}
  drawn: {{dataset: drawn, weight: 1, split_by: sample}}
samples: {samples}
splits: {{test: 0.2}}
"""


def mix(*arguments: str) -> tuple[int, str, str]:
    found = CliRunner().invoke(main, ["mix", *arguments])
    return found.exit_code, found.stdout, found.stderr


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    """A mixture file and the corpus that it asks for."""
    folder = tmp_path_factory.mktemp("toy")
    (folder / "corpus").mkdir()
    for number in range(6):
        text = "".join(f"{line}\n" for line in words(100 * number, 8))
        (folder / "corpus" / f"f{number}.toy").write_text(text)
    path = folder / "toy.yaml"
    path.write_text(MIXTURE.format(samples=60))
    return str(path), f"lines={folder / 'corpus'}"


@pytest.fixture(scope="module")
def made(toy, tmp_path_factory):
    """The folder of the finished mixture, and what was said while it was made."""
    file, lines = toy
    out = tmp_path_factory.mktemp("made") / "out"
    said = mix(file, "--out", str(out), "--corpus", lines, "--workers", "1")
    return out, said


def test_a_mixture_is_rendered_drawn_and_found_finished(toy, made):
    file, lines = toy
    out, (code, said, _) = made
    assert code == 0
    assert "lines: 40 of 48 samples drawn" in said
    assert "drawn: 20 of 30 samples drawn" in said
    assert len(list(MixtureReader(str(out)).examples("train"))) > 30
    before = contents(out, ".")
    code, again, told = mix(file, "--out", str(out), "--corpus", lines)
    assert (code, again) == (0, said)
    assert "finished already" in told
    assert contents(out, ".") == before


def test_json_says_what_was_made(toy, made):
    code, said, _ = mix(toy[0], "--out", str(made[0]), "--corpus", toy[1], "--json")
    data = json.loads(said)
    assert code == 0
    assert data["splits"]["train"]["examples"] + data["splits"]["test"]["examples"] == 60
    assert data["datasets"]["lines"]["path"] == "datasets/lines"


def test_a_changed_mixture_is_refused_in_the_same_folder(toy, made):
    file, lines = toy
    code, _, told = mix(file, "--out", str(made[0]), "--corpus", lines, "--set", "samples=50")
    assert code == 1
    assert "samples: 60 in the plan, 50 now" in told


def test_finished_datasets_are_mixed_where_they_lie_and_too_few_are_refused(made, tmp_path):
    path = tmp_path / "again.yaml"
    text = "name: again\ndatasets: {d: {path: PATH}}\nmembers: {m: {dataset: d, count: COUNT}}\n"
    path.write_text(text.replace("PATH", str(made[0] / "datasets" / "lines")))
    assert mix(str(path), "--out", str(tmp_path / "a"), "--set", "members.m.count=48")[0] == 0
    code, _, told = mix(str(path), "--out", str(tmp_path / "b"), "--set", "members.m.count=80")
    assert code == 1
    for word in ("member m", "80 samples wanted", "48 there", "members.m.repeat=true"):
        assert word in told


def test_a_dry_run_needs_no_corpus_and_makes_nothing(toy, tmp_path, monkeypatch):
    file, _ = toy
    monkeypatch.chdir(tmp_path)
    code, said, _ = mix(file, "--dry-run")
    assert code == 0
    assert "missing: --corpus lines=PATH" in said
    assert "drawn/drawn" in said
    code, said, _ = mix(file, "--dry-run", "--json")
    assert json.loads(said)["datasets"]["lines"]["lines"]["samples"] is None
    assert not list(tmp_path.iterdir())


def test_a_dry_run_measures_on_the_corpora_that_are_given(toy):
    file, lines = toy
    code, said, told = mix(file, "--dry-run", "--measure", "10", "--corpus", lines, "--json")
    assert code == 0
    assert json.loads(said)["datasets"]["drawn"]["drawn"]["core_hours"] > 0
    assert "(10 samples)" in told


@pytest.mark.parametrize(
    ("arguments", "code", "words_"),
    [
        (["--out", "OUT"], 2, "--corpus lines=PATH"),
        ([], 2, "--out DIR"),
        (["--measure", "3", "--out", "OUT"], 2, "--dry-run"),
        (["--out", "OUT", "--corpus", "line=x"], 2, "did you mean 'lines'"),
        (["--out", "OUT", "--set", "sampels=3"], 2, "did you mean 'samples'"),
        (["--dry-run", "--set", "samples"], 2, "a.b=c"),
    ],
)
def test_wrong_usage_is_refused_before_anything_is_made(toy, tmp_path, arguments, code, words_):
    out = tmp_path / "out"
    given = [str(out) if one == "OUT" else one for one in arguments]
    found = mix(toy[0], *given)
    assert found[0] == code
    assert words_ in found[2]
    assert not out.exists()


@pytest.mark.parametrize("name", [one for one in mixture_paths() if not one.startswith("demo")])
def test_bundled_mixtures_say_what_they_would_make(name):
    code, said, _ = mix(name, "--dry-run")
    assert code == 0
    assert "?" not in said
    assert "fewer are expected" not in said
