"""Mixture files: what is filled in, what is refused, and how the message helps."""

from __future__ import annotations

from pathlib import Path

import pytest

from dataengine.errors import ConfigError
from dataengine.mixture.datasets import read_given, recipes_of, require_corpora
from dataengine.mixture.loading import load_mixture
from dataengine.registry import mixture_paths

PLAIN = """
name: toy
datasets: {d: {path: finished}}
members: {m: {dataset: d}}
"""


@pytest.fixture
def load(tmp_path):
    """Return a function that loads a mixture from YAML text."""

    def write(text: str, *overrides: str):
        path = tmp_path / "m.yaml"
        path.write_text(text, encoding="utf-8")
        return load_mixture(str(path), overrides=overrides)

    return write


def test_relative_paths_start_at_the_file(load, tmp_path):
    assert load(PLAIN).datasets["d"].path == str(tmp_path / "finished")
    text = PLAIN + "overlap: {files: [bench.json]}\n"
    assert load(text).overlap.files == (str(tmp_path / "bench.json"),)
    assert load(PLAIN.replace("finished", "s3://b/d")).datasets["d"].path == "s3://b/d"


def test_members_inherit_view_and_degradation_key_by_key(load):
    made = load(
        """
name: toy
datasets: {d: {path: /d}}
view: {tasks: {text: 1}, wordings: [vary]}
degrade: {share: 0.25}
members:
  plain: {dataset: d}
  other: {dataset: d, view: {tasks: {markdown: 1}}, degrade: {strength: [0, 0.5]}}
  clean: {dataset: d, degrade: null}
"""
    )
    plain, other, clean = (made.members[name] for name in ("plain", "other", "clean"))
    assert plain.view.tasks == {"text": 1}
    assert other.view.tasks == {"markdown": 1}
    assert plain.view.wordings == other.view.wordings == ("vary",)
    assert plain.degrade.share == other.degrade.share == 0.25
    assert other.degrade.strength == (0, 0.5)
    assert clean.degrade is None


def test_overrides_reach_every_key(load):
    made = load(PLAIN, "members.m.count=7", "splits={test: 0.1}", "members.m.filter.chars=[1, 9]")
    assert made.members["m"].count == 7
    assert made.splits == {"test": 0.1}
    assert made.members["m"].filter.chars == {"text": (1, 9)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (PLAIN + "sampels: 5", ["unknown key sampels", "did you mean 'samples'"]),
        (PLAIN.replace("dataset: d", "dataset: d, wieght: 1"), ["members.m.wieght", "weight"]),
        (PLAIN.replace("dataset: d", "dataset: e"), ["members.m.dataset", "'e'"]),
        (PLAIN.replace("dataset: d", "dataset: d, count: 0"), ["members.m.count"]),
        (PLAIN.replace("dataset: d", "dataset: d, count: 1, weight: 1"), ["not both"]),
        (PLAIN.replace("dataset: d", "dataset: d, repeat: true"), ["repeat needs"]),
        (PLAIN.replace("dataset: d", "dataset: d, weight: .nan"), ["members.m.weight"]),
        (PLAIN.replace("dataset: d", "dataset: d, split_by: page"), ["split_by"]),
        (PLAIN.replace("{m:", "{a-b:"), ["a-b"]),
        (PLAIN.replace("path: finished", "path: x, recipe: demo"), ["either a recipe or a path"]),
        (PLAIN.replace("path: finished", ""), ["either a recipe or a path"]),
        (PLAIN.replace("path: finished", "path: x, samples: 3"), ["cannot change a finished"]),
        (PLAIN.replace("toy", "../up"), ["a mixture's name"]),
        (PLAIN + "splits: {train: 0.1}", ["'train' cannot be"]),
        (PLAIN + "splits: {straddling: 0.1}", ["'straddling' cannot be"]),
        (PLAIN + "splits: {test: 0.6, dev: 0.5}", ["leave nothing"]),
        (PLAIN + "splits: {test: 0}", ["between 0 and 1"]),
        (PLAIN + "splits: {../x: 0.1}", ["held-out split"]),
        (PLAIN + "name: again", ["stands twice"]),
        (PLAIN.replace("{d:", "{e: {path: y}, d:"), ["datasets.e is drawn from by no member"]),
        ("!!python/object/apply:os.system [x]", ["not YAML"]),
        ("- a list", ["must be a mapping"]),
        ("members: [1]\ndatasets: text\nname: 3", ["members", "datasets", "name"]),
        ("a: &a [*a]", ["not YAML"]),
        ("{" * 200, ["not YAML"]),
        ("", ["must be a mapping"]),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(load, text, words):
    with pytest.raises(ConfigError) as error:
        load(text)
    for word in words:
        assert word in str(error.value)


def test_a_name_that_is_nearly_right_is_pointed_at():
    with pytest.raises(ConfigError, match="did you mean 'vary_tiny'"):
        load_mixture("vary_tny")
    with pytest.raises(ConfigError, match="cannot read"):
        load_mixture("nowhere.yaml")


RENDERED = """
name: toy
seed: 9
datasets:
  d:
    recipe:
      parts:
        lines: {pipeline: toy_found, corpora: [{path: "given://lines", language: en}]}
        drawn: {pipeline: toy_drawn, samples: 5}
members: {m: {dataset: d}}
"""


def test_a_recipe_written_in_the_mixture_gets_its_seed_and_the_given_corpora(load):
    made = load(RENDERED)
    recipe = recipes_of(made, {"lines": ["/a", "/b"]})["d"]
    assert (recipe.name, recipe.seed) == ("toy-d", 9)
    corpora = recipe.parts["lines"].corpora
    assert [(one.name, one.path, one.language) for one in corpora] == [
        ("lines", "/a", "en"),
        ("lines-2", "/b", "en"),
    ]


def test_where_corpora_lie_is_no_part_of_what_a_recipe_is(load):
    made = load(RENDERED)
    here, there = (recipes_of(made, {"lines": [path]})["d"] for path in ("/a", "/b"))
    assert here.content_hash() == there.content_hash()


def test_missing_corpora_are_named_and_unknown_ones_refused(load):
    made = load(RENDERED)
    with pytest.raises(ConfigError, match="--corpus lines=PATH"):
        require_corpora(recipes_of(made, {}).values())
    require_corpora(recipes_of(made, {"lines": ["/a"]}).values())
    with pytest.raises(ConfigError, match="did you mean 'lines'"):
        recipes_of(made, {"line": ["/a"]})
    with pytest.raises(ConfigError, match="NAME=PATH"):
        read_given(["lines"])


def test_given_paths_start_where_the_command_is(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    found = read_given(["a=x", "a=y", "b=s3://c/d"])
    assert found == {"a": [str(tmp_path / "x"), str(tmp_path / "y")], "b": ["s3://c/d"]}


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("{recipe: demmo}", ["did you mean 'demo'"]),
        ("{recipe: demo, parts: [pdf_n]}", ["datasets.d.parts", "did you mean 'pdf_en'"]),
        ("{recipe: demo, set: {sed: 1}}", ["--set sed"]),
        ("{recipe: {parts: {p: {pipeline: toy_drawn}}}}", ["samples is not set"]),
        ("{recipe: {prts: {}}}", ["did you mean 'parts'"]),
    ],
)
def test_a_dataset_whose_recipe_is_wrong_is_refused(load, spec, words):
    text = PLAIN.replace("{path: finished}", spec)
    with pytest.raises(ConfigError) as error:
        recipes_of(load(text), {})
    for word in words:
        assert word in str(error.value)


def test_a_filter_for_a_part_that_a_recipe_lacks_is_refused(load):
    text = RENDERED.replace("dataset: d}", "dataset: d, filter: {part: [drwan]}}")
    with pytest.raises(ConfigError, match="did you mean 'drawn'"):
        recipes_of(load(text), {})


def test_named_recipes_take_the_changes_of_a_command_line(load):
    text = PLAIN.replace(
        "{path: finished}",
        "{recipe: demo, parts: [latex_en], samples: 3, seed: 4, set: {pages_per_template: 5}}",
    )
    recipe = recipes_of(load(text), {})["d"]
    assert [*recipe.parts] == ["latex_en"]
    assert (recipe.seed, recipe.parts["latex_en"].samples) == (4, 3)
    assert recipe.parts["latex_en"].options["pages_per_template"] == 5


@pytest.mark.parametrize("name", mixture_paths())
def test_every_bundled_mixture_is_sound(name):
    made = load_mixture(name)
    assert made.name == name
    recipes = recipes_of(made, {})
    assert {*recipes} == {*made.datasets}
    assert Path(mixture_paths()[name]).read_text(encoding="utf-8").startswith("#")
