"""Writes finished datasets of tiny samples, whose documents, texts and proofs a test chooses."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from dataengine.canonical import file_sha256
from dataengine.fingerprint import sketch
from dataengine.imaging import Encoding, encode_image, pixel_hash
from dataengine.manifest import Manifest, ShardEntry, save_manifest
from dataengine.mixture.settings import Mixture
from dataengine.receipt import StoredFile
from dataengine.sample import Regions, Sample
from dataengine.schema import SCHEMA_VERSION, Origin, samples_table
from dataengine.storage import Storage

SIDE_PX = 8


def tiny(number: int, *, documents: Sequence[str] = ("doc",), **changes: Any) -> Sample:
    """Return a sample that shows its number, made of some works."""
    pixels = np.full((SIDE_PX, SIDE_PX, 3), 255, np.uint8)
    pixels[0, :3] = [[number >> 16 & 255, number >> 8 & 255, number & 255]] * 3
    text = changes.pop(
        "text", f"text number {number} " + hashlib.sha256(str(number).encode()).hexdigest()
    )
    works = [{"corpus": "c", "item": one, "licence": "CC0-1.0", "url": ""} for one in documents]
    sample = Sample(
        image=encode_image(pixels, Encoding()),
        image_format="png",
        width=SIDE_PX,
        height=SIDE_PX,
        pixel_hash=pixel_hash(pixels),
        kind="page",
        language="en",
        targets={"text": text},
        source=works[0] if len(works) == 1 else {"works": works},
        proof={"inked": 0.99, "canvas": {"scale": 2}, "sharp": True},
        regions=Regions(["line"], np.array([[0, 0, 6, 4]], np.int32), [text.split("\n")[0]]),
        fingerprint=sketch(text),
    )
    return dataclasses.replace(sample, **changes)


def write_dataset(
    folder: Path,
    parts: Mapping[str, Sequence[Sample]],
    *,
    seed: int = 7,
    shard_rows: int = 40,
    row_group: int = 10,
    splits: Mapping[str, str] | None = None,
) -> Path:
    """Write a finished dataset: shards and a manifest, no plan."""
    storage = Storage(str(folder))
    shards = [
        shard
        for part, samples in parts.items()
        for shard in _shards(
            storage, part, samples, seed, shard_rows, row_group, (splits or {}).get(part, "train")
        )
    ]
    rows = sum(shard.data.rows for shard in shards)
    size = sum(shard.data.bytes for shard in shards)
    totals = {"units": rows, "samples": rows, "rejections": 0, "bytes": size}
    save_manifest(
        storage,
        Manifest(
            SCHEMA_VERSION,
            folder.name,
            "0" * 64,
            "toy@0",
            seed,
            "0",
            {},
            totals,
            {},
            {},
            0,
            tuple(shards),
        ),
    )
    return folder


def _shards(
    storage: Storage,
    part: str,
    samples: Sequence[Sample],
    seed: int,
    shard_rows: int,
    row_group: int,
    split: str,
) -> Iterable[ShardEntry]:
    total = max(1, -(-len(samples) // shard_rows))
    for shard in range(total):
        start = shard * shard_rows
        rows = [
            (Origin(f"{part}-{seed}-{start + at:09d}", "toy@0", seed), sample)
            for at, sample in enumerate(samples[start : start + shard_rows])
        ]
        name = f"{part}/{split}-{shard:05d}-of-{total:05d}"
        with storage.staged(f"data/{name}.parquet") as path:
            pq.write_table(samples_table(rows), path, row_group_size=row_group)
            stored = StoredFile(
                f"data/{name}.parquet", len(rows), path.stat().st_size, file_sha256(path)
            )
        yield ShardEntry(name, part, split, stored, StoredFile("", 0, 0, ""))


def mixture_of(datasets: Mapping[str, Path], members: Mapping[str, Any], **more: Any) -> Mixture:
    """Return a mixture of finished datasets."""
    data = {
        "name": "toy",
        "seed": 3,
        "datasets": {name: {"path": str(path)} for name, path in datasets.items()},
        "members": {
            name: {"view": {"tasks": {"text": 1}}, **member} for name, member in members.items()
        },
        **more,
    }
    return Mixture.model_validate(data)


def pages(count: int, per_document: int = 4, first: int = 0, **changes: Any) -> list[Sample]:
    """Return samples of which some share a document."""
    return [
        tiny(first + at, documents=(f"doc{(first + at) // per_document}",), **changes)
        for at in range(count)
    ]
