"""What a worker sends of a harvest comes back as it was, and nothing malformed passes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataengine.frames import FrameError, encode_frame
from dataengine.harvest_frames import MAX_DETAIL_CHARS, Part, pack_part, unpack_part
from dataengine.material import MAX_BODY_BYTES, Piece, Refusal

TEXT = st.text(max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=3)
)


def sent(part: Part) -> Part:
    """Send a part through the bytes of a frame."""
    frame = encode_frame(pack_part(part))
    return unpack_part(json.loads(frame[8:]))


@given(
    st.lists(
        st.builds(Piece, st.text(min_size=1, max_size=9), TEXT, st.dictionaries(TEXT, JSON))
        | st.builds(Refusal, st.text(min_size=1), st.text(min_size=1), st.text(), TEXT),
        max_size=6,
    )
)
def test_all_that_is_harvested_arrives_or_is_refused(found):
    part = Part()
    for one in found:
        part.add(one)
    back = sent(part)
    assert (back.pieces, back.refusals) == (part.pieces, part.refusals)
    assert len(back.pieces) + len(back.refusals) == len(found)
    for _, _, body in back.pieces:
        assert isinstance(json.loads(body), dict)


@pytest.mark.parametrize(
    "found", ["text", None, Refusal("", "x"), Refusal("x", ""), Piece("", "k", {})]
)
def test_what_is_neither_piece_nor_refusal_is_an_error(found):
    with pytest.raises(TypeError):
        Part().add(found)


def test_long_keys_are_told_apart_by_their_hash():
    part = Part()
    for key in ("x" * 10_000, "x" * 10_000, "x" * 9_999 + "y"):
        part.add(Piece("g", key, {}))
    keys = [key for _, key, _ in sent(part).pieces]
    assert (len(set(keys)), keys[0] == keys[1]) == (2, True)


def test_long_words_are_cut():
    part = Part()
    part.add(Refusal("kind", "reason", "x" * 10_000, "\ud800"))
    assert len(sent(part).refusals[0].detail) == MAX_DETAIL_CHARS


@pytest.mark.parametrize(
    "change",
    [
        {"pieces": [["g", "k", "not json"]]},
        {"pieces": [["g", "k", "[1]"]]},
        {"pieces": [["g", "k", '"' + "x" * MAX_BODY_BYTES + '"']]},
        {"pieces": [["", "k", "{}"]]},
        {"pieces": [["g", "k"]]},
        {"pieces": [["g", 1, "{}"]]},
        {"pieces": [["g", "k", "[" * 100_000]]},
        {"pieces": 3},
        {"refusals": [["a", "b", "c"]]},
        {"refusals": [["a", "b", "c" * 1000, "d"]]},
        {"beside": [["a", None]]},
        {"beside": None},
    ],
)
def test_malformed_parts_are_no_frames(change):
    with pytest.raises(FrameError):
        unpack_part(pack_part(Part()) | change)
