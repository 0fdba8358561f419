"""Outcomes cross the pipe unchanged; a hostile header is refused and nothing else."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataengine.fingerprint import SKETCH_BYTES
from dataengine.frames import FrameError
from dataengine.outcome_frames import pack_outcome, pack_unit, unpack_outcome, unpack_unit
from dataengine.pipeline import Item, Unit
from dataengine.sample import ROLES, Regions, Rejection, Sample, Turn
from dataengine.schema import Origin, Rejected, rejects_table, samples_table

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
FLAT = st.dictionaries(TEXT, TEXT | st.integers(-9, 9) | st.booleans(), max_size=3)
SECONDS = st.dictionaries(TEXT, st.floats(0, 99), max_size=2)


@st.composite
def samples(draw) -> Sample:
    count = draw(st.integers(0, 4))
    boxes = draw(st.lists(st.integers(0, 999), min_size=4 * count, max_size=4 * count))
    words = st.lists(TEXT, min_size=count, max_size=count)
    return Sample(
        image=draw(st.binary(max_size=20)),
        image_format="png",
        width=draw(st.integers(1, 5000)),
        height=draw(st.integers(1, 5000)),
        pixel_hash=draw(TEXT),
        kind="toy",
        language="en",
        targets=draw(FLAT),
        source=draw(FLAT),
        proof=draw(FLAT),
        regions=Regions(draw(words), np.array(boxes, np.int32).reshape(-1, 4), draw(words)),
        turns=tuple(draw(st.lists(st.builds(Turn, st.sampled_from(ROLES), TEXT), max_size=3))),
        template=draw(st.none() | TEXT),
        fingerprint=draw(st.sampled_from([b"", bytes(SKETCH_BYTES)])),
        seconds=draw(SECONDS),
    )


REJECTIONS = st.builds(
    Rejection, TEXT, TEXT, source=FLAT, proof=FLAT, preview=st.binary(max_size=9), seconds=SECONDS
)


def crossed(outcome):
    header, blobs = pack_outcome(outcome)
    return unpack_outcome(json.loads(json.dumps(header)), blobs)


@given(samples())
def test_sample_comes_back_as_it_was(sample):
    back = crossed(sample)
    for name in Sample.__dataclass_fields__:
        if name != "regions":
            assert getattr(back, name) == getattr(sample, name)
    assert list(back.regions.levels) == list(sample.regions.levels)
    assert list(back.regions.texts) == list(sample.regions.texts)
    assert np.array_equal(back.regions.boxes, sample.regions.boxes)


@given(REJECTIONS)
def test_rejection_comes_back_as_it_was(rejection):
    back = crossed(rejection)
    for name in Rejection.__dataclass_fields__:
        assert getattr(back, name) == getattr(rejection, name)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(
    outcome=samples() | REJECTIONS,
    changes=st.dictionaries(st.integers(0, 12), JSON, max_size=2),
    blobs=st.none() | st.lists(st.binary(max_size=33), max_size=7),
)
def test_hostile_header_is_refused_or_can_be_written_to_a_shard(outcome, changes, blobs):
    header, packed = pack_outcome(outcome)
    names = list(header)
    header |= {names[place % len(names)]: value for place, value in changes.items()}
    try:
        back = unpack_outcome(header, packed if blobs is None else blobs)
    except FrameError:
        return
    if isinstance(back, Sample):
        assert samples_table([(Origin("id", "recipe", 1), back)]).num_rows == 1
    else:
        assert rejects_table([Rejected("id", "toy", back)]).num_rows == 1


@settings(max_examples=200, deadline=None)
@given(sample=samples(), place=st.integers(2, 5), blob=st.binary(max_size=33))
def test_hostile_regions_are_refused_or_can_be_written_to_a_shard(sample, place, blob):
    header, packed = pack_outcome(sample)
    packed[place] = blob
    try:
        back = unpack_outcome(header, packed)
    except FrameError:
        return
    assert samples_table([(Origin("id", "recipe", 1), back)]).num_rows == 1


def test_texts_that_do_not_fit_their_lengths_are_refused():
    regions = Regions(["word"], np.zeros((1, 4), np.int32), ["字"])
    sample = Sample(b"", "png", 1, 1, "", "toy", "en", {}, {}, {}, regions)
    header, packed = pack_outcome(sample)
    assert packed[-1] == "字".encode()
    for text in ("字字".encode(), b"", b"\xff", b"\xed\xa0\x80"):
        with pytest.raises(FrameError, match="malformed"):
            unpack_outcome(header, [*packed[:-1], text])


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(TEXT | st.just("outcome"), JSON), st.lists(st.binary(max_size=9)))
def test_any_header_is_refused_with_a_frame_error(header, blobs):
    with pytest.raises(FrameError, match="a malformed outcome"):
        unpack_outcome(header, blobs)


def test_missing_field_is_refused():
    header, blobs = pack_outcome(Rejection("r", "d"))
    for name in header:
        rest = {key: value for key, value in header.items() if key != name}
        with pytest.raises(FrameError, match="malformed"):
            unpack_outcome(rest, blobs)


@given(
    st.builds(Item, TEXT, TEXT, member=TEXT, size=st.integers(0, 2**62), url=TEXT) | st.none(),
    st.integers(0, 2**62),
    st.integers(0, 2**30),
)
def test_unit_comes_back_as_it_was(item, index, number):
    unit = Unit(index, item, number)
    assert unpack_unit(json.loads(json.dumps(pack_unit(unit)))) == unit
