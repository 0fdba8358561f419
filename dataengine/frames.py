"""The wire format between a worker and its parent: one JSON header, then raw blobs.

No pickles: the worker parses hostile files, and what it sends must not be able to run anything.
A frame is `<II` (header bytes, number of blobs), `<I` per blob (its bytes), the header, the blobs.
"""

from __future__ import annotations

import json
import os
import re
import select
import struct
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import orjson

MAX_HEADER_BYTES = 64 << 20
MAX_BLOBS = 16
MAX_BLOB_BYTES = 512 << 20
"""All blobs of a frame together: a few pictures, never what a hostile file can make of memory."""

_HEAD = struct.Struct("<II")
_PLAIN = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
_SURROGATE = re.compile(rb"(?<!\\)(?:\\\\)*\\u[dD][89a-fA-F]")
_LIKE_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
"""Starts with a literal, so it is sought much faster; LaTeX has many such as \\underline."""


class FrameError(Exception):
    """What arrived is not a frame."""


class Closed(Exception):
    """The other side is gone."""


class TimedOut(Exception):
    """Nothing arrived in time."""


def encode_frame(header: Mapping[str, Any], blobs: Sequence[bytes] = ()) -> bytes:
    """Return a frame's bytes."""
    return b"".join((_head(header, blobs), *blobs))


def write_frame(descriptor: int, header: Mapping[str, Any], blobs: Sequence[bytes] = ()) -> None:
    """Write a frame to a pipe; raises `Closed` where nobody reads it."""
    # From where they lie: joining a page's blobs costs a tenth of a millisecond.
    left = [memoryview(part) for part in (_head(header, blobs), *blobs)]
    try:
        while left:
            written = os.writev(descriptor, left)
            while left and written >= len(left[0]):
                written -= len(left.pop(0))
            if left:
                left[0] = left[0][written:]
    except BrokenPipeError as error:
        raise Closed from error


def _head(header: Mapping[str, Any], blobs: Sequence[bytes]) -> bytes:
    body = _as_json(header)
    sizes = struct.pack(f"<{len(blobs)}I", *(len(blob) for blob in blobs))
    return b"".join((_HEAD.pack(len(body), len(blobs)), sizes, body))


def _as_json(header: Mapping[str, Any]) -> bytes:
    # orjson takes a tenth of json's time. What it refuses, and what it may have made of a number
    # that JSON does not have (null), json decides.
    with suppress(TypeError):
        body = orjson.dumps(header, option=_PLAIN)
        if b"null" not in body:
            return body
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def read_frame(
    descriptor: int, timeout_s: float | None = None
) -> tuple[dict[str, Any], list[bytes]]:
    """Read a frame from a pipe.

    Raises:
        Closed: the other side closed the pipe, or died in the middle of a frame.
        TimedOut: no whole frame arrived within `timeout_s` seconds.
        FrameError: what arrived is not a frame.
    """
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    header_bytes, num_blobs = _HEAD.unpack(_read_exactly(descriptor, _HEAD.size, deadline))
    if header_bytes > MAX_HEADER_BYTES or num_blobs > MAX_BLOBS:
        raise FrameError(f"a header of {header_bytes} bytes with {num_blobs} blobs")
    sizes = struct.unpack(f"<{num_blobs}I", _read_exactly(descriptor, 4 * num_blobs, deadline))
    if sum(sizes) > MAX_BLOB_BYTES:
        raise FrameError(f"blobs of {sum(sizes)} bytes")
    header = _parse_header(_read_exactly(descriptor, header_bytes, deadline))
    return header, [_read_exactly(descriptor, size, deadline) for size in sizes]


def _parse_header(text: bytes) -> dict[str, Any]:
    try:
        # Half a surrogate pair is fine in Python and in JSON, and no file can hold it.
        # Our own side writes UTF-8 and no such escapes: the plain search is enough.
        if _LIKE_SURROGATE.search(text) and _SURROGATE.search(text):
            raise ValueError("surrogates are written as UTF-8")
        header = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise FrameError(f"the header is not JSON: {error}") from error
    if not isinstance(header, dict):
        raise FrameError("the header is not an object")
    return header


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _read_exactly(descriptor: int, size: int, deadline: float | None) -> bytes:
    chunks = []
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    while size:
        if deadline is not None:
            left_ms = max(0, deadline - time.monotonic()) * 1000
            if not poll.poll(left_ms):
                raise TimedOut
        chunk = os.read(descriptor, min(size, 1 << 20))
        if not chunk:
            raise Closed
        chunks.append(chunk)
        size -= len(chunk)
    return b"".join(chunks)
