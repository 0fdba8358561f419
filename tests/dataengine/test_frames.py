"""What crosses the pipe comes back as it was, or is refused: never more, never something else."""

from __future__ import annotations

import dataclasses
import datetime
import json
import math
import os
import struct
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataengine.frames import (
    MAX_BLOB_BYTES,
    MAX_BLOBS,
    MAX_HEADER_BYTES,
    Closed,
    FrameError,
    TimedOut,
    encode_frame,
    read_frame,
    write_frame,
)

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)
HEADERS = st.dictionaries(st.text(max_size=8), VALUES, max_size=5)
BLOBS = st.lists(st.binary(max_size=300), max_size=4)


@pytest.fixture
def pipe() -> Iterator[list[int]]:
    """The two ends of a pipe; a test takes out what it has closed."""
    ends = list(os.pipe())
    yield ends
    for end in ends:
        os.close(end)


def received(data: bytes) -> tuple[dict, list[bytes]]:
    """Read a frame from a pipe that brings some bytes and then ends."""
    reading, writing = os.pipe()

    def send() -> None:
        try:
            with os.fdopen(writing, "wb") as stream:
                stream.write(data)
        except BrokenPipeError:
            pass

    thread = threading.Thread(target=send)
    thread.start()
    try:
        return read_frame(reading, 20)
    finally:
        os.close(reading)
        thread.join()


@settings(deadline=None)
@given(HEADERS, BLOBS)
def test_frame_comes_back_as_it_was_sent(header, blobs):
    assert received(encode_frame(header, blobs)) == (header, blobs)


@settings(deadline=None)
@given(HEADERS, BLOBS, st.floats(0, 1, exclude_max=True))
def test_truncated_frame_is_a_closed_pipe(header, blobs, share):
    whole = encode_frame(header, blobs)
    with pytest.raises(Closed):
        received(whole[: int(share * len(whole))])


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=200))
def test_rubbish_is_refused(data):
    with pytest.raises((Closed, FrameError)):
        received(data)


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=60))
def test_rubbish_of_the_right_length_is_an_object_or_refused(body):
    frame = struct.pack("<II", len(body), 0) + body
    try:
        header, blobs = received(frame)
    except FrameError:
        return
    assert isinstance(header, dict)
    assert blobs == []


@pytest.mark.parametrize(
    "head",
    [
        struct.pack("<II", MAX_HEADER_BYTES + 1, 0),
        struct.pack("<II", 2, MAX_BLOBS + 1),
        struct.pack("<II", 2**32 - 1, 2**32 - 1),
        struct.pack("<III", 2, 1, MAX_BLOB_BYTES + 1),
        struct.pack("<IIII", 2, 2, MAX_BLOB_BYTES, 1),
    ],
)
def test_frame_that_claims_too_much_is_refused_unread(head):
    with pytest.raises(FrameError):
        received(head)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff",
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": "\\ud800"}',
        b'{"\\uDFFF": 1}',
        b'{"a": "\\\\\\ud800"}',
        b'{"a":' * 50_000,
        b'{"a": ' + b"1" * 5000 + b"}",
    ],
)
def test_header_that_is_no_plain_object_is_refused(text):
    with pytest.raises(FrameError, match="the header is not"):
        received(struct.pack("<II", len(text), 0) + text)


@pytest.mark.parametrize("text", ["\\ud800", "\\\\ud800", "\U0001f600", "\\", "a\\u0041"])
def test_backslashes_in_a_text_are_no_surrogates(text):
    assert received(encode_frame({"a": text}))[0] == {"a": text}


@pytest.mark.parametrize("value", [math.nan, math.inf, "\ud800"])
def test_value_that_json_cannot_hold_is_refused_by_the_sender(value):
    with pytest.raises(ValueError):
        encode_frame({"a": value})


@pytest.mark.parametrize(
    "value", [None, 1 << 70, -(1 << 63), 1e-7, 1e300, "null", "\x00\x7f\u2028", {"": []}]
)
def test_value_at_the_edge_of_json_comes_back(value):
    assert received(encode_frame({"a": value}))[0] == {"a": value}


@dataclasses.dataclass
class Point:
    x: int


@pytest.mark.parametrize("value", [Point(1), datetime.date(2000, 1, 1), {1, 2}, b"x"])
def test_object_that_is_no_plain_data_is_refused_by_the_sender(value):
    with pytest.raises(TypeError):
        encode_frame({"a": value})


@pytest.mark.parametrize("beside", [None, "null", {"of": None}])
def test_nan_beside_a_null_is_refused(beside):
    with pytest.raises(ValueError):
        encode_frame({"beside": beside, "a": [math.nan]})


def test_frames_follow_one_another(pipe):
    reading, writing = pipe
    for number in range(3):
        write_frame(writing, {"n": number}, [b"x" * number])
    assert [read_frame(reading)[0]["n"] for _ in range(3)] == [0, 1, 2]


def test_large_blob_passes_a_pipe_bit_by_bit(pipe):
    reading, writing = pipe
    blob = os.urandom(3 << 20)
    thread = threading.Thread(target=write_frame, args=(writing, {}, [blob, blob]))
    thread.start()
    assert read_frame(reading, 60) == ({}, [blob, blob])
    thread.join()


def test_many_blobs_pass_a_pipe_that_takes_little_at_a_time(pipe):
    reading, writing = pipe
    blobs = [os.urandom(size) for size in (0, 1, 70_000, 0, 65_536, 3, 200_001, 0)]
    thread = threading.Thread(target=write_frame, args=(writing, {"n": 1}, blobs))
    thread.start()
    assert read_frame(reading, 60) == ({"n": 1}, blobs)
    thread.join()


def test_silence_ends_at_the_deadline(pipe):
    with pytest.raises(TimedOut):
        read_frame(pipe[0], 0.01)


def test_frame_that_never_ends_ends_at_the_deadline(pipe):
    reading, writing = pipe
    os.write(writing, encode_frame({"a": 1}, [b"x" * 99])[:-1])
    with pytest.raises(TimedOut):
        read_frame(reading, 0.01)


def test_deadline_of_nothing_takes_what_is_there(pipe):
    reading, writing = pipe
    write_frame(writing, {"a": 1})
    assert read_frame(reading, 0) == ({"a": 1}, [])


def test_closed_pipe_is_told_from_silence(pipe):
    os.close(pipe.pop())
    with pytest.raises(Closed):
        read_frame(pipe[0], 20)


def test_writing_to_nobody_is_a_closed_pipe(pipe):
    os.close(pipe.pop(0))
    with pytest.raises(Closed):
        write_frame(pipe[0], {"a": 1})


def test_frame_is_json_and_raw_bytes():
    frame = encode_frame({"文": 1}, [b"\x00\xff"])
    size, count, blob = struct.unpack_from("<III", frame)
    assert (count, blob) == (1, 2)
    assert json.loads(frame[12 : 12 + size]) == {"文": 1}
    assert frame.endswith(b"\x00\xff")
