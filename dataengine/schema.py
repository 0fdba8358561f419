"""The columns of a dataset, their `datasets` features, and how outcomes become rows.

`SCHEMA_VERSION` stands in every file's metadata; it is raised whenever a column changes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from dataengine.canonical import canonical_json
from dataengine.sample import Regions, Rejection, Sample

SCHEMA_VERSION = 1
VERSION_KEY = b"dataengine.schema_version"


def _list(kind: pa.DataType) -> pa.ListType:
    return pa.list_(pa.field("element", kind))  # the name that Parquet gives it


_IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
_BOX = _list(pa.int32())
_REGION = pa.struct([("level", pa.string()), ("bbox", _BOX), ("text", pa.string())])
_TURN = pa.struct([("role", pa.string()), ("text", pa.string())])

SAMPLE_COLUMNS: Mapping[str, tuple[pa.DataType, str]] = {
    "id": (pa.string(), "stable; `dataengine reproduce ID` renders it again, to the same bytes"),
    "image": (_IMAGE, "the encoded picture"),
    "width": (pa.int32(), "pixels"),
    "height": (pa.int32(), "pixels"),
    "kind": (pa.string(), "page, latex, chart, natural, …"),
    "language": (pa.string(), "en, zh or mixed"),
    "targets": (pa.string(), "JSON: the ground truth in each form that is exact (text, …)"),
    "regions": (_list(_REGION), "boxes x0, y0, x1, y1 in pixels of the picture, with text"),
    "turns": (_list(_TURN), "conversation that came with the picture; null for generated samples"),
    "source": (pa.string(), "JSON: corpus, item, page, licence, url, sha256"),
    "recipe": (pa.string(), "name and hash of the recipe"),
    "seed": (pa.int64(), "seed of the recipe"),
    "template": (pa.string(), "template that set the sample; null where there is none"),
    "proof": (pa.string(), "JSON: what was checked, each score"),
    "pixel_hash": (pa.string(), "XXH3-128 of size and pixels; the same on every kind of CPU"),
    "fingerprint": (pa.binary(), "sketch of the text for near-duplicate search"),
}

REJECT_COLUMNS: Mapping[str, tuple[pa.DataType, str]] = {
    "id": (pa.string(), "as in the samples; `dataengine reproduce ID` shows the same rejection"),
    "kind": (pa.string(), "as in the samples"),
    "reason": (pa.string(), "code"),
    "detail": (pa.string(), "the values seen"),
    "source": (pa.string(), "JSON: as in the samples"),
    "proof": (pa.string(), "JSON: scores as far as they were computed"),
    "preview": (_IMAGE, "small picture of the first few units of each reason and shard"),
}


def _feature(kind: pa.DataType) -> Any:
    if kind == _IMAGE:
        return {"_type": "Image"}
    if pa.types.is_list(kind):
        return {"feature": _feature(kind.value_type), "_type": "List"}
    if pa.types.is_struct(kind):
        return {field.name: _feature(field.type) for field in kind}
    return {"dtype": str(kind), "_type": "Value"}


def _schema(columns: Mapping[str, tuple[pa.DataType, str]]) -> pa.Schema:
    features = {name: _feature(kind) for name, (kind, _) in columns.items()}
    return pa.schema(
        [(name, kind) for name, (kind, _) in columns.items()],
        metadata={
            b"huggingface": json.dumps({"info": {"features": features}}).encode(),
            VERSION_KEY: str(SCHEMA_VERSION).encode(),
        },
    )


SAMPLE_SCHEMA = _schema(SAMPLE_COLUMNS)
REJECT_SCHEMA = _schema(REJECT_COLUMNS)


@dataclass(frozen=True, slots=True)
class Origin:
    """What the engine adds to a row."""

    id: str
    recipe: str
    seed: int


def samples_table(samples: Sequence[tuple[Origin, Sample]]) -> pa.Table:
    """Return samples as a table of `SAMPLE_SCHEMA`."""
    origins = [origin for origin, _ in samples]
    rows = [sample for _, sample in samples]
    paths = [f"{origin.id}.{row.image_format}" for origin, row in samples]
    images = pa.StructArray.from_arrays(
        [pa.array([row.image for row in rows], pa.binary()), pa.array(paths, pa.string())],
        fields=list(_IMAGE),
    )
    columns: dict[str, Any] = {
        "id": [origin.id for origin in origins],
        "image": images,
        "regions": _regions([row.regions for row in rows]),
        "turns": pa.array([_turns(row) for row in rows], _list(_TURN)),
        "recipe": [origin.recipe for origin in origins],
        "seed": [origin.seed for origin in origins],
    }
    for name in ("targets", "source", "proof"):
        columns[name] = [canonical_json(dict(getattr(row, name))) for row in rows]
    for name, (kind, _) in SAMPLE_COLUMNS.items():
        if name not in columns:
            columns[name] = pa.array([getattr(row, name) for row in rows], kind)
    return pa.table([columns[name] for name in SAMPLE_SCHEMA.names], schema=SAMPLE_SCHEMA)


def _turns(row: Sample) -> list[dict[str, str]] | None:
    return [{"role": turn.role, "text": turn.text} for turn in row.turns] or None


def _regions(pages: Sequence[Regions]) -> pa.Array:
    """Build the list column from flat buffers: a page has about a thousand regions."""
    ends = np.cumsum([0, *(len(page) for page in pages)]).astype(np.int32)
    boxes = np.concatenate([page.boxes for page in pages]) if pages else np.zeros((0, 4), np.int32)
    corners = pa.array(np.arange(0, 4 * len(boxes) + 1, 4, dtype=np.int32))
    flat = pa.StructArray.from_arrays(
        [
            pa.array([level for page in pages for level in page.levels], pa.string()),
            pa.ListArray.from_arrays(corners, pa.array(boxes.reshape(-1)), type=_BOX),
            pa.array([text for page in pages for text in page.texts], pa.string()),
        ],
        fields=list(_REGION),
    )
    return pa.ListArray.from_arrays(pa.array(ends), flat, type=_list(_REGION))


@dataclass(frozen=True, slots=True)
class Rejected:
    """A rejection with what the engine adds to it."""

    id: str
    kind: str
    rejection: Rejection


def rejects_table(rejected: Sequence[Rejected]) -> pa.Table:
    """Return rejections as a table of `REJECT_SCHEMA`."""
    rows = [
        {
            "id": one.id,
            "kind": one.kind,
            "reason": one.rejection.reason,
            "detail": one.rejection.detail,
            "source": canonical_json(dict(one.rejection.source)),
            "proof": canonical_json(dict(one.rejection.proof)),
            "preview": _preview(one.id, one.rejection.preview),
        }
        for one in rejected
    ]
    return pa.Table.from_pylist(rows, schema=REJECT_SCHEMA)


def _preview(sample_id: str, picture: bytes) -> dict[str, Any] | None:
    if not picture:
        return None
    ending = "png" if picture.startswith(b"\x89PNG") else "jpeg"
    return {"bytes": picture, "path": f"{sample_id}.{ending}"}
