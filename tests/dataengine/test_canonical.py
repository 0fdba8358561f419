"""Equal contents have one spelling and one hash."""

from __future__ import annotations

import hashlib
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataengine.canonical import canonical_json, content_hash, file_sha256

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=10,
)
KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)


@given(VALUES.filter(lambda value: "\\ud" not in json.dumps(value)))
def test_canonical_json_reads_back_as_it_was(value):
    assert json.loads(canonical_json(value)) == value


@given(st.dictionaries(KEYS, st.integers(), min_size=2), st.randoms(use_true_random=False))
def test_order_of_keys_makes_no_difference(value, random):
    keys = list(value)
    random.shuffle(keys)
    assert content_hash({key: value[key] for key in keys}) == content_hash(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, "\ud800", {"\udfff": 1}])
def test_value_without_a_spelling_is_refused(value):
    with pytest.raises(ValueError):
        content_hash(value)


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1])
def test_file_hash_is_that_of_its_bytes(tmp_path, size):
    data = bytes(range(256)) * (size // 256) + bytes(size % 256)
    (tmp_path / "x").write_bytes(data)
    assert file_sha256(tmp_path / "x") == hashlib.sha256(data).hexdigest()
