"""Recipes: every fault is named by the path of its key, and what the bytes depend on is hashed."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yaml import safe_dump

from dataengine.errors import ConfigError
from dataengine.recipe import Recipe, resolve
from dataengine.recipe_loading import load_recipe
from dataengine.recipe_text import recipe_yaml

DATA = {
    "name": "two",
    "seed": 3,
    "parts": {
        "lines": {
            "pipeline": "toy_found",
            "corpora": [{"path": "/corpora/a", "language": "en"}, "/corpora/b"],
            "options": {"shade": 120},
        },
        "drawn": {"pipeline": "toy_drawn", "samples": 10},
    },
}


def changed(*path: str, value: object) -> dict:
    """Return the data with one more key."""
    data = copy.deepcopy(DATA)
    inner = data
    for step in path[:-1]:
        inner = inner.setdefault(step, {})
    inner[path[-1]] = value
    return data


def file_of(folder: Path, text: str) -> str:
    path = folder / "recipe.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def refusal(*path: str, value: object) -> str:
    with pytest.raises(ConfigError) as caught:
        resolve(changed(*path, value=value), "here")
    return str(caught.value)


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("sed", "seed"),
        ("shards.row", "rows"),
        ("limits.memory_gb", "memory_mb"),
        ("gallery.sample", "samples"),
        ("parts.lines.pipelin", "pipeline"),
        ("parts.lines.options.shad", "shade"),
        ("parts.lines.options.encoding.formt", "format"),
        ("parts.drawn.options.reject", "rejected"),
    ],
)
def test_unknown_key_is_named_with_the_nearest_known_one(path, near):
    assert f"here: unknown key {path}; did you mean {near!r}?" in refusal(*path.split("."), value=1)


def test_unknown_key_of_a_corpus_is_named():
    data = changed("parts", "lines", "corpora", value=["/a", {"path": "/b", "licens": "MIT"}])
    with pytest.raises(ConfigError, match=r"parts\.lines\.corpora\.1\.licens; did you .*'licence'"):
        resolve(data, "here")


def test_unknown_key_that_is_near_to_none_lists_what_is_known():
    assert "unknown key gallery.zzz; known: samples, rejections" in refusal(
        "gallery", "zzz", value=1
    )


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("seed", "many", "seed: Input should be a valid integer"),
        ("seed", -1, "seed: Input should be greater than or equal to 0 (got -1)"),
        ("seed", 2**63, "seed: Input should be less than"),
        ("parts", [], "parts: Input should be a valid dictionary"),
        ("parts", {}, "parts: Dictionary should have at least 1 item"),
        ("parts.lines", "toy_found", "parts.lines: Input should be a valid dictionary"),
        ("parts.lines.samples", 0, "parts.lines.samples: Input should be greater"),
        ("parts.lines.corpora", "/a", "parts.lines.corpora: Input should be a valid tuple"),
        ("parts.lines.split", "A B", "parts.lines.split: a split's name is made of"),
        ("parts.lines.options.shade", "red", "parts.lines.options.shade: Input should be"),
        ("parts.lines.options.encoding.format", "gif", "encoding.format: Input should be 'png'"),
        ("parts.UP", {"pipeline": "toy_drawn"}, "the part name 'UP' must be made of"),
        ("near_duplicates", 0, "near_duplicates: Input should be greater than 0"),
        ("near_duplicates", float("nan"), "near_duplicates"),
        ("parts.lines.options.delay_s", float("nan"), "delay_s: Input should be a finite number"),
        ("parts.lines.options.delay_s", float("inf"), "delay_s: Input should be a finite number"),
        ("parts.lines.licence", 1, "unknown key parts.lines.licence"),
        ("name", "No Slug", "a recipe's name is made of"),
        ("name", 7, "name: Input should be a valid string (got 7)"),
    ],
)
def test_wrong_value_is_named_with_what_was_seen(path, value, words):
    assert words in refusal(*path.split("."), value=value)


def test_missing_key_is_named():
    with pytest.raises(ConfigError, match="here: name is not set, and it has no default"):
        resolve({"parts": DATA["parts"]}, "here")


def test_all_faults_come_at_once():
    message = refusal("parts", "lines", value={"pipeline": "toy_found", "a": 1, "b": 2})
    assert message.count("unknown key") == 2


def test_pipeline_that_nobody_brings_is_named():
    assert "no pipeline is called 'toy_fund'; did you mean 'toy_found'?" in refusal(
        "parts", "lines", "pipeline", value="toy_fund"
    )


def test_found_kind_needs_a_corpus():
    assert "parts.lines.corpora is empty" in refusal("parts", "lines", "corpora", value=[])


def test_generated_kind_needs_a_count():
    assert "parts.drawn.samples is not set" in refusal("parts", "drawn", "samples", value=None)


def test_huge_input_makes_a_short_message():
    nested: list = []
    for _ in range(40):
        nested = [nested, nested]  # a million million lists when written out
    assert len(refusal("parts", "lines", "options", "shade", value=nested)) < 300


def test_resolving_fills_in_every_default():
    recipe = resolve(DATA, "here")
    assert recipe.parts["lines"].options["side_px"] == 24
    assert [corpus.name for corpus in recipe.parts["lines"].corpora] == ["a", "b"]
    assert resolve(recipe.dump(), "again") == recipe


@given(st.lists(st.sampled_from(["/x/a", "/y/a", "/z/a-2", "s3://b/a/", "bundled:a", "/"])))
def test_corpora_are_named_apart(paths):
    data = changed("parts", "lines", "corpora", value=["/first", *paths])
    names = [corpus.name for corpus in resolve(data, "here").parts["lines"].corpora]
    assert len(set(names)) == len(paths) + 1
    assert all(names)


OPTIONS = st.fixed_dictionaries(
    {}, optional={"shade": st.integers(0, 255), "delay_s": st.floats(0, 1), "side_px": st.just(9)}
)


@settings(deadline=None, max_examples=50)
@given(
    seed=st.integers(0, 2**63 - 1),
    options=OPTIONS,
    samples=st.none() | st.integers(1, 10**9),
    near=st.none() | st.floats(0, 1, exclude_min=True),
    name=st.text(min_size=1, max_size=8),
)
def test_recipe_written_and_read_again_is_the_same(
    tmp_path_factory, seed, options, samples, near, name
):
    part = {"pipeline": "toy_found", "corpora": [{"path": "/c", "name": name, "licence": name}]}
    data = {
        "name": "it",
        "seed": seed,
        "near_duplicates": near,
        "parts": {"lines": {**part, "options": options, "samples": samples}},
    }
    recipe = resolve(data, "here")
    again = load_recipe(file_of(tmp_path_factory.getbasetemp(), recipe_yaml(recipe)))
    assert again == recipe
    assert again.content_hash() == recipe.content_hash()


@pytest.mark.parametrize(
    "name", ["a\x85b", "a\u2028b", "\u2029", "on", "1e3", "<<", "*a", "\t", "文"]
)
def test_odd_name_survives_being_written(tmp_path, name):
    corpora = [{"path": "/c", "name": name}]
    recipe = resolve(changed("parts", "lines", "corpora", value=corpora), "here")
    assert load_recipe(file_of(tmp_path, recipe_yaml(recipe))) == recipe


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("limits.unit_cpu_s", 1),
        ("limits.memory_mb", 500),
        ("gallery.samples", 1),
        ("gallery.rejections", 1),
        ("parts.lines.corpora", [{"path": "/moved/a", "language": "en"}, "/moved/b"]),
    ],
)
def test_hash_ignores_what_no_byte_depends_on(path, value):
    other = resolve(changed(*path.split("."), value=value), "here")
    assert other.content_hash() == resolve(DATA, "here").content_hash()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("seed", 4),
        ("name", "other"),
        ("near_duplicates", 0.8),
        ("shards.rows", 9),
        ("gallery.previews_per_reason", 1),
        ("parts.lines.options.shade", 121),
        ("parts.lines.samples", 5),
        ("parts.lines.split", "test"),
        ("parts.drawn.samples", 11),
        ("parts.lines.corpora", [{"path": "/corpora/a", "language": "zh"}, "/corpora/b"]),
    ],
)
def test_hash_covers_what_bytes_depend_on(path, value):
    other = resolve(changed(*path.split("."), value=value), "here")
    assert other.content_hash() != resolve(DATA, "here").content_hash()


def test_recipe_without_paths_says_nothing_of_the_machine():
    text = recipe_yaml(resolve(DATA, "here"), with_paths=False)
    assert "/corpora" not in text
    assert "path: a" in text


def test_pipeline_name_is_a_recipe_of_one_part(tmp_path):
    recipe = load_recipe("toy_found", corpora=[str(tmp_path)], samples=7, seed=9)
    assert recipe.name == "toy-found"
    assert (recipe.parts["toy_found"].samples, recipe.seed) == (7, 9)


def test_name_of_nothing_is_refused_with_the_nearest():
    with pytest.raises(ConfigError, match=r"called 'toy_dawn'; did you mean 'toy_drawn'"):
        load_recipe("toy_dawn")


def test_corpora_of_a_file_start_at_the_file(tmp_path, monkeypatch):
    text = """
        name: it
        parts:
          a: {pipeline: toy_found, corpora: [data/x, {path: ../y}, "s3://b/z", "bundled:pdf", /abs]}
    """
    monkeypatch.chdir("/")
    recipe = load_recipe(file_of(tmp_path, text))
    assert [corpus.path for corpus in recipe.parts["a"].corpora] == [
        f"{tmp_path}/data/x",
        f"{tmp_path.parent}/y",
        "s3://b/z",
        "bundled:pdf",
        "/abs",
    ]


def test_corpora_of_the_command_line_start_where_it_was_given(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    recipe = load_recipe("toy_found", corpora=["data", "~nobody-of-this-name/x"])
    assert [corpus.path for corpus in recipe.parts["toy_found"].corpora] == [
        f"{tmp_path}/data",
        f"{tmp_path}/~nobody-of-this-name/x",
    ]


@pytest.mark.parametrize(
    ("override", "get", "value"),
    [
        ("seed=9", lambda recipe: recipe.seed, 9),
        ("shards.rows=12", lambda recipe: recipe.shards.rows, 12),
        ("limits={unit_cpu_s: 3}", lambda recipe: recipe.limits.unit_cpu_s, 3),
        ("near_duplicates=null", lambda recipe: recipe.near_duplicates, None),
        ("shade=1", lambda recipe: recipe.parts["lines"].options["shade"], 1),
        ("shade=1", lambda recipe: recipe.parts["drawn"].options["shade"], 1),
        ("rejected=0.5", lambda recipe: recipe.parts["drawn"].options["rejected"], 0.5),
        ("encoding.format=webp", lambda r: r.parts["drawn"].options["encoding"]["format"], "webp"),
        ("parts.lines.samples=4", lambda recipe: recipe.parts["lines"].samples, 4),
        ("parts.lines.options.shade=2", lambda recipe: recipe.parts["lines"].options["shade"], 2),
        ("parts.lines.options.shade=2", lambda r: r.parts["drawn"].options["shade"], 200),
    ],
)
def test_override_sets_a_key(tmp_path, override, get, value):
    recipe = load_recipe(file_of(tmp_path, safe_dump(DATA)), overrides=[override])
    assert get(recipe) == value


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("seed", "must have the form a.b=c"),
        ("=5", "must have the form a.b=c"),
        ("shards..rows=5", "must have the form a.b=c"),
        (".seed=5", "must have the form a.b=c"),
        ("seed=[", "the value is not YAML"),
        ("seed=!!python/name:os.system", "the value is not YAML"),
        ("sed=5", "no key 'sed'; did you mean 'seed'"),
        ("shad=5", "no key 'shad'; did you mean 'shade'"),
        ("encoding.formt=png", "unknown key parts.drawn.options.encoding.formt"),
        ("seed.x=1", "'seed' holds a value, not a mapping"),
        ("parts.lines.corpora.0=x", "'corpora' holds a value, not a mapping"),
        ("parts.lines.options.encoding.format.x=1", "parts.lines.options.encoding.format"),
        ("parts=5", "parts: Input should be a valid dictionary"),
        ("parts.new.samples=3", "parts.new.pipeline is not set"),
    ],
)
def test_faulty_override_is_named(tmp_path, override, words):
    with pytest.raises(ConfigError) as caught:
        load_recipe(file_of(tmp_path, safe_dump(DATA)), overrides=[override])
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "name: it",
        "parts: [1]",
        "parts: {a: 1}",
        "parts: {a: {pipeline: 5}}",
        "parts: {a: {pipeline: toy_found, corpora: 7, options: []}}",
        "1: 2",
        "parts: {1: {pipeline: toy_drawn}}",
        "name: it\nparts: {a: {pipeline: toy_found, corpora: [{name: x}]}}",
        "name: it\nparts: {a: {pipeline: toy_found, corpora: [null]}}",
        'name: it\nparts: {a: {pipeline: toy_found, corpora: [{path: /x, name: "\\ud800"}]}}',
        "a: &a [*a]",
        "name: \t",
        "name: 2024-01-01",
    ],
)
@pytest.mark.parametrize("overrides", [[], ["shade=1"]], ids=["plain", "overridden"])
def test_rubbish_is_a_config_error_that_names_the_file(tmp_path, text, overrides):
    with pytest.raises(ConfigError, match=r"recipe\.yaml|--set .shade=1."):
        load_recipe(file_of(tmp_path, text), overrides=overrides)


@pytest.mark.parametrize("name", ["missing.yaml", "folder.yaml", "binary.yaml"])
def test_file_that_cannot_be_read_is_a_config_error(tmp_path, name):
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match=name):
        load_recipe(str(tmp_path / name))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
KEYS = st.sampled_from(["name", "seed", "parts", "shards", "limits", "gallery", "near_duplicates"])
PART_KEYS = st.sampled_from(["pipeline", "corpora", "samples", "split", "options"])


@settings(deadline=None, max_examples=100)
@given(
    st.dictionaries(KEYS, JSON),
    st.dictionaries(PART_KEYS, JSON | st.just("toy_found") | st.just("toy_drawn")),
)
def test_any_data_is_a_recipe_or_a_config_error(data, part):
    try:
        recipe = resolve({**data, "parts": data.get("parts", {"a": part})}, "here")
    except ConfigError as error:
        assert "here" in str(error) or "pipeline" in str(error)  # noqa: PT017  both are right
    else:
        assert isinstance(recipe, Recipe)
        assert recipe.content_hash()


def test_recipes_are_immutable():
    recipe = resolve(DATA, "here")
    with pytest.raises(ValueError, match="frozen"):
        recipe.seed = 4
