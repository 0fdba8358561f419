"""The environment lists what can change the bytes, and refuses to begin without a tool."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataengine.environment import ENGINE_PACKAGES, differences, fingerprint
from dataengine.errors import ToolMissing
from dataengine.pipeline import Requirements

VERSIONS = st.dictionaries(st.sampled_from("abcd"), st.sampled_from("12"))


def test_engine_and_pipeline_versions_stand_together_sorted():
    found = fingerprint([Requirements({"zlib": "1"}), Requirements({"a-font": "2"})])
    assert {*ENGINE_PACKAGES, "python", "machine", "zlib", "a-font"} == set(found)
    assert list(found) == sorted(found)


def test_all_missing_tools_are_listed_once():
    needs = [Requirements({}, ("install tex",)), Requirements({}, ("install tex", "install ink"))]
    with pytest.raises(ToolMissing, match=r"^install tex\ninstall ink$"):
        fingerprint(needs)


@given(VERSIONS, VERSIONS)
def test_differences_name_just_what_differs(planned, present):
    lines = differences(planned, present)
    names = [line.partition(":")[0] for line in lines]
    both = {*planned, *present}
    assert names == sorted(name for name in both if planned.get(name) != present.get(name))
    assert (lines == []) == (planned == present)
