"""YAML from anybody is data: it runs nothing, doubles nothing and does not explode."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dataengine.yaml_text import MAX_DEPTH, YamlError, parse_yaml

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=20,
)


@given(PLAIN)
def test_plain_data_comes_back(value):
    assert parse_yaml(yaml.safe_dump(value)) == value


@given(st.text(max_size=60))
def test_any_text_is_data_or_a_yaml_error(text):
    try:
        parse_yaml(text)
    except YamlError as error:
        assert str(error)  # noqa: PT017  both ends are right


@pytest.mark.parametrize(
    "tag",
    ["!!python/object/apply:os.system ['exit 3']", "!!python/name:os.system", "!!x {}", "!x 1"],
)
def test_tag_runs_nothing(tag):
    with pytest.raises(YamlError, match="could not determine a constructor"):
        parse_yaml(f"a: {tag}")


def test_aliases_that_would_explode_are_refused_at_once():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(YamlError, match="when its aliases are written out"):
        parse_yaml("\n".join(lines))


def test_merges_that_would_explode_are_refused_at_once():
    lines = ["a0: &a0 {k: v}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}]}}" for n in range(1, 12)]
    with pytest.raises(YamlError, match="when its aliases are written out"):
        parse_yaml("\n".join(lines))


def test_node_that_holds_itself_is_refused():
    with pytest.raises(YamlError, match="stands for nothing, or inside itself"):
        parse_yaml("a: &a [*a]")


def test_deep_nesting_is_refused():
    with pytest.raises(YamlError, match=f"nested more than {MAX_DEPTH} deep"):
        parse_yaml("[" * 100_000)


def test_key_that_stands_twice_is_refused_with_its_line():
    with pytest.raises(YamlError, match=r"'a' stands twice(.|\n)*line 3"):
        parse_yaml("a: 1\nb: 2\na: 3\n")


def test_merged_key_may_be_overridden():
    text = "base: &b {x: 1, y: 2}\nmore: &m {<<: *b, x: 3}\nmost: {<<: *m, y: 4}"
    assert parse_yaml(text)["most"] == {"x": 3, "y": 4}


def test_aliased_nodes_are_copies():
    data = parse_yaml("a: &a {x: [1]}\nb: *a")
    data["a"]["x"].append(2)
    assert data["b"] == {"x": [1]}


@pytest.mark.parametrize("text", ["1" * 5000, "2024-13-45", "!!binary x", "? [1]\n: 2", "\x00"])
def test_odd_values_are_a_yaml_error(text):
    with pytest.raises(YamlError):
        parse_yaml(f"a: {text}" if text[0] != "?" else text)
