"""Outcomes and items as frames: what a worker sends and its parent reads back, checked."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from dataengine.fingerprint import SKETCH_BYTES
from dataengine.frames import FrameError
from dataengine.pipeline import Item, Unit
from dataengine.sample import BOX_DTYPE, ROLES, Outcome, Regions, Rejection, Sample, Turn

_MAPPING, _NUMBER = (dict,), (int, float)
_SAMPLE_FIELDS: Mapping[str, tuple[type, ...]] = {
    "image_format": (str,),
    "width": (int,),
    "height": (int,),
    "pixel_hash": (str,),
    "kind": (str,),
    "language": (str,),
    "targets": _MAPPING,
    "source": _MAPPING,
    "proof": _MAPPING,
    "template": (str, type(None)),
    "seconds": _MAPPING,
}
_REJECTION_FIELDS: Mapping[str, tuple[type, ...]] = {
    "reason": (str,),
    "detail": (str,),
    "source": _MAPPING,
    "proof": _MAPPING,
    "seconds": _MAPPING,
}
_MAX_SIDE_PX = 1 << 20
_LEVEL, _LENGTH = np.dtype(np.uint16), np.dtype(np.uint32)


def pack_outcome(outcome: Outcome) -> tuple[dict[str, Any], list[bytes]]:
    """Return the header and blobs of an outcome."""
    if isinstance(outcome, Rejection):
        header = {name: getattr(outcome, name) for name in _REJECTION_FIELDS}
        return {"outcome": "rejection", **header}, [outcome.preview]
    header = {name: getattr(outcome, name) for name in _SAMPLE_FIELDS}
    regions = outcome.regions
    names = {name: number for number, name in enumerate(dict.fromkeys(regions.levels))}
    header["levels"] = list(names)
    header["turns"] = [[turn.role, turn.text] for turn in outcome.turns]
    # A page has a thousand regions: raw they cost a fifth of what JSON takes.
    blobs = [
        np.ascontiguousarray(regions.boxes, BOX_DTYPE).tobytes(),
        np.array([names[level] for level in regions.levels], _LEVEL).tobytes(),
        np.array([len(text) for text in regions.texts], _LENGTH).tobytes(),
        "".join(regions.texts).encode("utf-8"),
    ]
    return {"outcome": "sample", **header}, [outcome.image, outcome.fingerprint, *blobs]


def unpack_outcome(header: Mapping[str, Any], blobs: list[bytes]) -> Outcome:
    """Return the outcome that a frame holds; raises `FrameError` if it is malformed.

    The worker has parsed hostile files, so every type is looked at here: what comes out can be
    written to a shard.
    """
    try:
        if header["outcome"] == "rejection":
            (preview,) = blobs
            return Rejection(**_typed(header, _REJECTION_FIELDS), preview=preview)
        if header["outcome"] != "sample":
            raise ValueError(f"outcome {header['outcome']!r}")
        return _sample(header, *blobs)
    except (LookupError, TypeError, ValueError) as error:
        raise FrameError(f"a malformed outcome: {error}") from error


def _sample(header: Mapping[str, Any], image: bytes, fingerprint: bytes, *regions: bytes) -> Sample:
    fields = _typed(header, _SAMPLE_FIELDS)
    if not all(0 < fields[side] <= _MAX_SIDE_PX for side in ("width", "height")):
        raise ValueError(f"a picture of {fields['width']} x {fields['height']} pixels")
    if len(fingerprint) not in (0, SKETCH_BYTES):
        raise ValueError(f"a fingerprint of {len(fingerprint)} bytes")
    shown = _regions(_strings(header["levels"]), *regions)
    turns = _turns(header["turns"])
    return Sample(**fields, image=image, regions=shown, turns=turns, fingerprint=fingerprint)


def _regions(
    names: list[str], boxes: bytes, levels: bytes, lengths: bytes, texts: bytes
) -> Regions:
    """Read the columns back.

    Args:
        levels: of each region, the number of its name.
        lengths: of each region's text, in characters.
        texts: one after the other, UTF-8.
    """
    text = texts.decode("utf-8")
    ends = [0, *np.cumsum(np.frombuffer(lengths, _LENGTH), dtype=np.int64).tolist()]
    if ends[-1] != len(text):
        raise ValueError(f"texts of {len(text)} characters for {ends[-1]}")
    return Regions(
        [names[number] for number in np.frombuffer(levels, _LEVEL).tolist()],
        np.frombuffer(boxes, BOX_DTYPE).reshape(-1, 4),
        [text[start:end] for start, end in pairwise(ends)],
    )


def _turns(value: Any) -> tuple[Turn, ...]:
    if type(value) is not list:
        raise TypeError("turns are a list")
    turns = tuple(Turn(*_strings(one)) for one in value)
    if any(turn.role not in ROLES for turn in turns):
        raise ValueError(f"turns are those of {' and '.join(ROLES)}")
    return turns


def _typed(header: Mapping[str, Any], fields: Mapping[str, tuple[type, ...]]) -> dict[str, Any]:
    for name, types in fields.items():
        if type(header[name]) not in types:
            raise TypeError(f"{name} is a {type(header[name]).__name__}")
    if any(type(seconds) not in _NUMBER for seconds in header["seconds"].values()):
        raise TypeError("seconds are numbers")
    return {name: header[name] for name in fields}


def _strings(value: Any) -> list[str]:
    if type(value) is not list or not set(map(type, value)) <= {str}:
        raise TypeError("a list of strings was due")
    return value


def pack_unit(unit: Unit) -> dict[str, Any]:
    """Return a unit as plain data."""
    item = dataclasses.asdict(unit.item) if unit.item else None
    return {"index": unit.index, "number": unit.number, "item": item}


def unpack_unit(data: Mapping[str, Any]) -> Unit:
    """Return the unit that plain data describes."""
    item = Item(**data["item"]) if data["item"] else None
    return Unit(data["index"], item, data["number"])
