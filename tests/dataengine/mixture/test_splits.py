"""Splits go by documents, agree with `Part.documents`, and never tear a sample in two."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dataengine.documents import named_document, place_of
from dataengine.mixture.settings import STRADDLING, TRAIN
from dataengine.mixture.splits import Splits

SHARES = {"test": 0.2, "validation": 0.1}
NAMES = st.text(min_size=1, max_size=8)


def source(*items: str) -> dict:
    works = [{"corpus": "c", "item": item} for item in items]
    return works[0] if len(works) == 1 else {"works": works}


@given(NAMES)
def test_a_split_is_the_interval_that_a_recipe_can_name(item):
    place = place_of(named_document("c", item))
    split = Splits(SHARES).of_source(source(item))
    assert split == ("test" if place >= 0.8 else "validation" if place >= 0.7 else TRAIN)


@given(st.lists(NAMES, min_size=1, max_size=6))
def test_several_works_give_a_split_only_if_they_agree(items):
    splits = Splits(SHARES)
    single = {splits.of_source(source(item)) for item in items}
    expected = single.pop() if len(single) == 1 else STRADDLING
    assert splits.of_source(source(*items)) == expected


def test_shares_come_out_as_they_were_asked_for():
    splits = Splits(SHARES)
    found = [splits.of_document(f"d{number}") for number in range(20_000)]
    assert abs(found.count("test") / 20_000 - 0.2) < 0.01
    assert abs(found.count("validation") / 20_000 - 0.1) < 0.01


def test_without_held_out_splits_all_is_train():
    assert Splits({}).names == (TRAIN,)
    assert Splits({}).of_source(source("a", "b", "c")) == TRAIN


def test_another_split_below_moves_nothing_above_it():
    one, two = Splits({"test": 0.2}), Splits({"test": 0.2, "validation": 0.3})
    documents = [f"d{number}" for number in range(500)]
    assert [d for d in documents if one.of_document(d) == "test"] == [
        d for d in documents if two.of_document(d) == "test"
    ]
