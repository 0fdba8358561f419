"""Outcomes and items as frames: what a worker sends and its parent reads back, checked."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from dataengine.frames import FrameError
from dataengine.pipeline import Item, Unit
from dataengine.sample import BOX_DTYPE, Outcome, Regions, Rejection, Sample

_SAMPLE_FIELDS = (
    "image_format",
    "width",
    "height",
    "pixel_hash",
    "kind",
    "language",
    "targets",
    "source",
    "proof",
    "template",
    "seconds",
)
_REJECTION_FIELDS = ("reason", "detail", "source", "proof", "seconds")


def pack_outcome(outcome: Outcome) -> tuple[dict[str, Any], list[bytes]]:
    """Return the header and blobs of an outcome."""
    if isinstance(outcome, Rejection):
        header = {name: getattr(outcome, name) for name in _REJECTION_FIELDS}
        return {"outcome": "rejection", **header}, [outcome.preview]
    header = {name: getattr(outcome, name) for name in _SAMPLE_FIELDS}
    header["levels"] = list(outcome.regions.levels)
    header["texts"] = list(outcome.regions.texts)
    boxes = np.ascontiguousarray(outcome.regions.boxes, BOX_DTYPE).tobytes()
    return {"outcome": "sample", **header}, [outcome.image, boxes, outcome.fingerprint]


def unpack_outcome(header: Mapping[str, Any], blobs: list[bytes]) -> Outcome:
    """Return the outcome that a frame holds; raises `FrameError` if it is malformed."""
    try:
        if header["outcome"] == "rejection":
            fields = {name: header[name] for name in _REJECTION_FIELDS}
            return Rejection(**fields, preview=blobs[0])
        image, boxes, fingerprint = blobs
        regions = Regions(
            header["levels"],
            np.frombuffer(boxes, BOX_DTYPE).reshape(-1, 4),
            header["texts"],
        )
        fields = {name: header[name] for name in _SAMPLE_FIELDS}
        return Sample(**fields, image=image, regions=regions, fingerprint=fingerprint)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise FrameError(f"a malformed outcome: {error}") from error


def pack_unit(unit: Unit) -> dict[str, Any]:
    """Return a unit as plain data."""
    item = dataclasses.asdict(unit.item) if unit.item else None
    return {"index": unit.index, "number": unit.number, "item": item}


def unpack_unit(data: Mapping[str, Any]) -> Unit:
    """Return the unit that plain data describes."""
    item = Item(**data["item"]) if data["item"] else None
    return Unit(data["index"], item, data["number"])
