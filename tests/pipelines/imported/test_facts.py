"""What records say besides: plain, short, writable as JSON."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dataengine.canonical import canonical_json
from pipelines.imported.facts import note_origin, plain_facts

VALUE = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.binary()
    | st.lists(st.integers())
)


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])) | st.integers(), VALUE))
def test_facts_can_be_written(record: dict[Any, Any]) -> None:
    facts = plain_facts(record)
    assert canonical_json(facts)
    assert all(record[name] == value for name, value in facts.items())
    assert len(facts) <= 40


def test_what_is_kept() -> None:
    record = {
        "NSFW": "NSFW",
        "width": 3,
        "p": 0.5,
        "nan": float("nan"),
        "x": None,
        "url": "u",
        "l": [1],
    }
    assert plain_facts(record, ("url",)) == {"NSFW": "NSFW", "width": 3, "p": 0.5}


def test_origin_is_taken_where_it_is_a_text() -> None:
    source = {"url": "of the corpus", "licence": "CC0-1.0"}
    note_origin({"url": None, "license": 3}, source)
    assert source == {"url": "of the corpus", "licence": "CC0-1.0"}
    note_origin({"URL": "http://a", "LICENSE": " CC-BY-4.0 "}, source)
    assert source == {"url": "http://a", "licence": "CC-BY-4.0"}
    note_origin({"url": "x" * 10_000, "licence": " "}, source)
    assert source == {"url": "http://a", "licence": "CC-BY-4.0"}
