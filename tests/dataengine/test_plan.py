"""A plan comes back as it was written, and whatever is done to its files is noticed."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataengine.errors import ConfigError, PlanError
from dataengine.plan import (
    PLAN_FILE,
    Plan,
    ShardTask,
    load_plan,
    save_plan,
    shard_units,
)
from dataengine.plan_checks import check_environment, check_recipe
from dataengine.storage import Storage
from tests.conftest import drawn_recipe, recipe_for
from tests.dataengine.synthetic_index import plan_index, write_index


@pytest.fixture
def made(tmp_path: Path) -> tuple[Storage, Plan]:
    """A plan of four shards."""
    index = write_index(tmp_path / "index.parquet", [7, 0, 33, 2] * 5)
    shards = {"rows": 60, "at_least": 1, "min_rows": 1}
    return plan_index(tmp_path / "out", recipe_for("/corpus", shards=shards), index)


def head(storage: Storage) -> Path:
    return storage.local_path(PLAN_FILE)


def edit(storage: Storage, **changes: object) -> None:
    data = json.loads(head(storage).read_text())
    head(storage).write_text(json.dumps(data | changes))


def test_plan_comes_back_as_it_was_written(made):
    storage, plan = made
    assert load_plan(storage) == plan
    assert load_plan(storage).hash == plan.hash


def test_plan_of_a_store_comes_back(tmp_path):
    index = write_index(tmp_path / "index.parquet", [7, 3])
    storage, plan = plan_index("memory://planned", recipe_for("/corpus"), index)
    assert load_plan(Storage("memory://planned")) == plan
    assert len(list(shard_units(storage, plan, plan.tasks()[0]))) == 10


def test_folder_without_a_plan_says_how_to_make_one(tmp_path):
    with pytest.raises(PlanError, match="has no plan; make one with `dataengine plan`"):
        load_plan(Storage(str(tmp_path)))


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '"plan"', "{}", "\xff", "[" * 100_000, '{"format": 1}'],
)
def test_rubbish_is_a_damaged_plan(made, text):
    storage, _ = made
    head(storage).write_bytes(text.encode("latin-1"))
    with pytest.raises(PlanError, match=r"damaged|was planned in format None"):
        load_plan(storage)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(at=st.floats(0, 1), change=st.binary(min_size=1, max_size=5), cut=st.booleans())
def test_any_damage_of_the_head_is_noticed_or_means_the_same(made, at, change, cut):
    storage, plan = made
    save_plan(storage, plan)
    whole = bytearray(head(storage).read_bytes())
    place = int(at * (len(whole) - 1))
    whole[place : len(whole) if cut else place + len(change)] = change
    head(storage).write_bytes(whole)
    try:
        assert load_plan(storage).hash == plan.hash
    except PlanError as error:
        assert storage.url in str(error)  # noqa: PT017  both ends are right


def test_plan_of_another_format_is_refused(made):
    storage, _ = made
    edit(storage, format=99)
    with pytest.raises(PlanError, match="planned in format 99, this dataengine writes format 1"):
        load_plan(storage)


@pytest.mark.parametrize(
    "changes",
    [
        {"hash": "0" * 64},
        {"hash": None},
        {"environment": {"toy": "2"}},
        {"environment": ["toy"]},
        {"parts": {}},
        {"parts": {"toy_found": {"colour": "red"}}},
        {"parts": {"toy_found": 5}},
        {"parts": None},
    ],
)
def test_changed_field_is_a_damaged_plan(made, changes):
    storage, _ = made
    edit(storage, **changes)
    with pytest.raises(PlanError, match="damaged"):
        load_plan(storage)


def test_missing_field_is_a_damaged_plan(made):
    storage, _ = made
    for name in ("hash", "recipe", "environment", "parts"):
        whole = head(storage).read_text()
        data = json.loads(whole)
        del data[name]
        head(storage).write_text(json.dumps(data))
        with pytest.raises(PlanError, match="damaged"):
            load_plan(storage)
        head(storage).write_text(whole)


def test_recipe_with_an_unknown_key_is_named(made):
    storage, plan = made
    edit(storage, recipe={**plan.recipe.dump(), "sed": 1})
    with pytest.raises(PlanError, match="unknown key sed; did you mean 'seed'"):
        load_plan(storage)


def test_plan_that_is_a_folder_is_a_plan_error(made):
    storage, _ = made
    head(storage).unlink()
    head(storage).mkdir()
    with pytest.raises(PlanError, match=r"plan\.json"):
        load_plan(storage)


@pytest.mark.parametrize("damage", ["cut", "missing", "rubbish", "too few"])
def test_damaged_runs_are_a_plan_error(made, damage):
    storage, plan = made
    runs = storage.local_path(plan.parts["toy_found"].file)
    whole = runs.read_bytes()
    task = plan.tasks()[-1]
    if damage == "missing":
        runs.unlink()
    elif damage == "too few":
        task = ShardTask("toy_found", 99)
    else:
        runs.write_bytes(whole[:-9] if damage == "cut" else b"rubbish")
    with pytest.raises(PlanError, match="toy_found"):
        list(shard_units(storage, plan, task))


@given(
    index=st.integers(0, 10**12), part=st.from_regex(r"[a-z0-9][a-z0-9_-]{0,20}", fullmatch=True)
)
def test_id_leads_back_to_its_unit(index, part):
    recipe = drawn_recipe(3)
    plan = Plan(recipe, {}, {part: None, "other": None})
    assert plan.find(plan.sample_id(part, index)) == (part, index)


@given(text=st.text(max_size=40) | st.from_regex(r"toy_drawn-5-\d{1,12}", fullmatch=True))
def test_text_that_is_no_id_is_refused_with_an_example(text):
    plan = Plan(drawn_recipe(3), {}, {"toy_drawn": None})
    try:
        part, index = plan.find(text)
    except ConfigError as error:
        assert "ids look like toy_drawn-5-000000000" in str(error)  # noqa: PT017  both are right
    else:
        assert plan.sample_id(part, index) == text


@pytest.mark.parametrize(
    "text",
    [
        "toy_drawn-5-\u00b2\u00b2\u00b2\u00b2\u00b2\u00b2\u00b2\u00b2\u00b2",
        "toy_drawn-5-" + "9" * 5000,
        "toy_drawn-6-000000001",
        "toy_drawn-5-1",
        "toy_drawn-5--00000001",
        "other-5-000000001",
        "toy_drawn-5-000000001\n",
    ],
)
def test_hostile_id_is_refused(text):
    plan = Plan(drawn_recipe(3), {}, {"toy_drawn": None})
    with pytest.raises(ConfigError, match="is no id of this dataset"):
        plan.find(text)


def test_changed_versions_are_listed():
    plan = Plan(drawn_recipe(3), {"toy": "1", "numpy": "2"}, {})
    with pytest.raises(PlanError, match="toy: 1 in the plan, 3 here\n  zlib: absent in the plan"):
        check_environment(plan, {"toy": "3", "numpy": "2", "zlib": "9"})


def test_changed_keys_of_a_recipe_are_listed():
    plan = Plan(drawn_recipe(3), {}, {})
    with pytest.raises(PlanError, match=r"parts.toy_drawn.samples: 3 in the plan, 4 now"):
        check_recipe(plan, drawn_recipe(4))


def test_shard_names_follow_the_hub(made):
    _, plan = made
    assert plan.name(ShardTask("toy_found", 1)) == "toy_found/train-00001-of-00004"


def test_hash_covers_every_field_of_a_part(made):
    _, plan = made
    part = plan.parts["toy_found"]
    for field in dataclasses.fields(part):
        value = getattr(part, field.name)
        more: object = {"a": 1} if isinstance(value, dict) else value + type(value)(1)
        changed = dataclasses.replace(part, **{field.name: more})
        other = Plan(plan.recipe, plan.environment, {"toy_found": changed})
        assert other.hash != plan.hash, field.name
