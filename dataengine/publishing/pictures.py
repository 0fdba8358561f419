"""A few samples for the card: a small picture and the truth that belongs to it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from dataengine.card import ShownFacts
from dataengine.publishing.files import Publishable, PublishedFile
from dataengine.reader import decoded
from dataengine.thumbnails import decode, shrink

FOLDER = "assets"
BOX_PX = (640, 640)
QUALITY = 88
TRUTH_CHARS = 600
BEST_CHARS = 350
"""Truths of about this length fill a card's screen, and can be compared with the picture."""
LOOKED_AT = 100
PREFERRED = ("markdown", "dict", "text", "caption", "latex", "csv")
COLUMNS = ("id", "image", "targets", "turns", "messages")


def sample_pictures(publishable: Publishable, limit: int) -> list[tuple[ShownFacts, PublishedFile]]:
    """Return at most `limit` samples with their pictures: the first shard of each config gives one.

    Which sample is a function of the dataset: of the first rows, the one whose truth is nearest to
    a length that fits the card.
    """
    chosen: list[tuple[ShownFacts, PublishedFile]] = []
    for config, batch in publishable.first_rows(COLUMNS) if limit else ():
        best = _best(config, batch.slice(0, LOOKED_AT))
        chosen += [best] if best else []
        if len(chosen) == limit:
            break
    return chosen


def _best(config: str, batch: pa.RecordBatch) -> tuple[ShownFacts, PublishedFile] | None:
    texts = batch.drop_columns(["image"]).to_pylist()
    candidates = [(place, *found) for place, row in enumerate(texts) for found in _truths(row)]
    order = sorted(candidates, key=lambda one: (abs(len(one[2]) - BEST_CHARS), one[0]))
    for place, target, truth in order:
        image = batch.column("image")[place].as_py()
        picture = _small(image["bytes"])
        if picture is not None:
            identity = str(texts[place]["id"])
            file = PublishedFile.made(f"{FOLDER}/{config}.jpg", picture)
            cut = len(truth) > TRUTH_CHARS
            shown = ShownFacts(identity, config, file.name, target, truth[:TRUTH_CHARS], cut)
            return shown, file
    return None


def _truths(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the form of the truth that the card shows, if the row has one."""
    values = decoded(row)
    targets = values.get("targets") or {}
    for name in PREFERRED:
        if targets.get(name):
            yield name, _text(targets[name])
            return
    if values.get("turns"):
        yield "turns", "\n".join(f"{turn['role']}: {turn['text']}" for turn in values["turns"])
    elif values.get("messages"):
        said = (f"{one['role']}: {one['content']}" for one in values["messages"])
        yield "messages", "\n".join(said)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)


def _small(data: bytes) -> bytes | None:
    image = decode(data)
    if image is None:
        return None
    sink = io.BytesIO()
    shrink(image, BOX_PX).save(sink, "JPEG", quality=QUALITY, exif=b"", icc_profile=None)
    return sink.getvalue()
