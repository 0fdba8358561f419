"""The manifest: what a finished dataset consists of, written once every shard has a true receipt.

It is what readers, the card and publishing go by; nothing in it depends on the time or the machine.
"""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dataengine.canonical import content_hash
from dataengine.errors import ShardError
from dataengine.plan import Plan
from dataengine.receipt import Receipt, StoredFile
from dataengine.schema import SCHEMA_VERSION
from dataengine.storage import Storage

MANIFEST_FILE = "manifest.json"


@dataclass(frozen=True, slots=True)
class ShardEntry:
    """A shard as the manifest lists it."""

    name: str
    part: str
    split: str
    data: StoredFile
    rejects: StoredFile


@dataclass(frozen=True, slots=True)
class Manifest:
    """A finished dataset.

    Attributes:
        totals: "units", "samples", "rejections", "bytes".
        reasons: part -> reason -> count.
        tallies: part -> "language" | "kind" | "licence" | "template" -> value -> count.
        near_duplicates: pairs across shards, listed in `duplicates.parquet`.
    """

    schema_version: int
    name: str
    plan: str
    recipe: str
    seed: int
    engine: str
    environment: Mapping[str, str]
    totals: Mapping[str, int]
    reasons: Mapping[str, Mapping[str, int]]
    tallies: Mapping[str, Mapping[str, Mapping[str, int]]]
    near_duplicates: int
    shards: tuple[ShardEntry, ...]


def build_manifest(plan: Plan, receipts: Iterable[Receipt], near_duplicates: int) -> Manifest:
    """Sum up receipts, in plan order."""
    order = {plan.name(task): place for place, task in enumerate(plan.tasks())}
    ordered = sorted(receipts, key=lambda receipt: order[receipt.name])
    reasons: dict[str, Counter[str]] = {name: Counter() for name in plan.parts}
    tallies: dict[str, dict[str, Counter[str]]] = {name: {} for name in plan.parts}
    for receipt in ordered:
        reasons[receipt.part].update(receipt.reasons)
        for key, counts in receipt.tallies.items():
            tallies[receipt.part].setdefault(key, Counter()).update(counts)
    return Manifest(
        SCHEMA_VERSION,
        plan.recipe.name,
        plan.hash,
        plan.recipe.label,
        plan.recipe.seed,
        ordered[0].engine if ordered else "",
        plan.environment,
        {
            "units": sum(receipt.units for receipt in ordered),
            "samples": sum(receipt.samples for receipt in ordered),
            "rejections": sum(receipt.rejections for receipt in ordered),
            "bytes": sum(receipt.data.bytes for receipt in ordered),
        },
        {name: dict(sorted(counts.items())) for name, counts in reasons.items()},
        {
            name: {key: dict(sorted(counts.items())) for key, counts in sorted(keys.items())}
            for name, keys in tallies.items()
        },
        near_duplicates,
        tuple(
            ShardEntry(one.name, one.part, plan.parts[one.part].split, one.data, one.rejects)
            for one in ordered
        ),
    )


def save_manifest(storage: Storage, manifest: Manifest) -> None:
    """Write the manifest with a hash of its content."""
    body = dataclasses.asdict(manifest)
    body["shards"] = list(body["shards"])
    text = json.dumps({"manifest": body, "hash": content_hash(body)}, indent=1, ensure_ascii=False)
    storage.write_text(MANIFEST_FILE, text + "\n")


def load_manifest(storage: Storage) -> Manifest:
    """Read a manifest back.

    Raises:
        ShardError: there is none, or it is damaged.
    """
    path = storage.path(MANIFEST_FILE)
    try:
        data = json.loads(storage.read_bytes(MANIFEST_FILE))
        body: dict[str, Any] = data["manifest"]
        if content_hash(body) != data["hash"]:
            raise ShardError(f"{path} was changed after it was written; run `dataengine finalize`")
        if body["schema_version"] != SCHEMA_VERSION:
            raise ShardError(
                f"{path} describes columns of version {body['schema_version']}, this dataengine "
                f"reads version {SCHEMA_VERSION}: render the dataset again, or read it with the "
                f"dataengine that made it ({body.get('engine', 'unknown')})"
            )
        shards = tuple(
            ShardEntry(
                **{
                    **shard,
                    "data": StoredFile(**shard["data"]),
                    "rejects": StoredFile(**shard["rejects"]),
                }
            )
            for shard in body["shards"]
        )
        return Manifest(**{**body, "shards": shards})
    except FileNotFoundError as error:
        raise ShardError(f"{path} is not there: run `dataengine finalize` first") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ShardError(f"{path} is damaged; run `dataengine finalize` again") from error


def summed(manifest: Manifest, key: str) -> dict[str, int]:
    """Return a tally over all parts, largest first."""
    counts: dict[str, int] = {}
    for tallies in manifest.tallies.values():
        for value, count in tallies.get(key, {}).items():
            counts[value] = counts.get(value, 0) + count
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def summed_reasons(manifest: Manifest) -> dict[str, int]:
    """Return rejections by reason over all parts, largest first."""
    counts: dict[str, int] = {}
    for reasons in manifest.reasons.values():
        for reason, count in reasons.items():
            counts[reason] = counts.get(reason, 0) + count
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
