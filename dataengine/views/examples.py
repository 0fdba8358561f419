"""Joins a row's picture with its conversations: what trainers and exporters read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from dataengine.views.example import Example, Wear, Worn
from dataengine.views.viewing import Viewer

_FORMATS = {"jpg": "jpeg"}


def examples(
    row: Mapping[str, Any], viewer: Viewer, member: str = "", wear: Wear | None = None
) -> list[Example]:
    """Return the examples that a row gives under a view; empty where no task fits it.

    Args:
        row: as `dataengine.reader` gives it, with `Viewer.columns` and "image"; "template" and
            "regions" are passed on where they were read.
        member: which member of a mixture draws it.
        wear: makes a worn copy of the picture; its boxes are then those that are asked for. It
            needs "regions" too.
    """
    worn = wear(row) if wear else None
    if worn is not None:
        row = {**row, "width": worn.width, "height": worn.height, "regions": worn.regions}
    picture = worn or _stored(row)
    stem = _plain("-".join(part for part in (row["id"], member) if part))
    return [
        Example(
            id=f"{stem}-{number}",
            sample=row["id"],
            member=member,
            image=picture.image,
            image_format=picture.image_format,
            width=picture.width,
            height=picture.height,
            kind=row["kind"],
            language=row["language"],
            source=row["source"],
            conversation=conversation,
            template=row.get("template"),
            regions=picture.regions,
            degraded=picture.applied,
        )
        for number, conversation in enumerate(viewer.conversations(row))
    ]


def _stored(row: Mapping[str, Any]) -> Worn:
    suffix = PurePosixPath(row["image"]["path"]).suffix.removeprefix(".").lower()
    return Worn(
        image=row["image"]["bytes"],
        image_format=_FORMATS.get(suffix, suffix),
        width=row["width"],
        height=row["height"],
        regions=row.get("regions") or (),
        applied=(),
    )


def _plain(name: str) -> str:
    """Return a name as a file name and WebDataset key; what had to be changed gets a hash."""
    plain = re.sub(r"[^a-z0-9_-]", "_", name)
    if plain == name:
        return name
    return f"{plain}-{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
