"""Receipts of an export's shards: written after the files, and believed only if they are there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from dataengine.canonical import content_hash
from dataengine.exporting.writing import shard_name
from dataengine.receipt import StoredFile
from dataengine.storage import Storage

RECEIPTS = "receipts"


@dataclass(frozen=True, slots=True)
class ShardReceipt:
    """What became of a shard's examples.

    Attributes:
        export: hash of the export's identity.
        read: examples that were taken from the source.
        left_out: reason -> examples that the format has no room for.
        tallies: "task", "kind", "language", "licence", … -> value -> examples written.
        files: all that were written.
        source: of the last shard of a split: what the source counted; None in all others.
    """

    export: str
    split: str
    number: int
    read: int
    left_out: Mapping[str, int]
    tallies: Mapping[str, Mapping[str, int]]
    files: tuple[StoredFile, ...]
    source: Mapping[str, int] | None = None

    @property
    def written(self) -> int:
        """Examples that were written."""
        return self.read - sum(self.left_out.values())


def save(storage: Storage, receipt: ShardReceipt) -> None:
    """Write a receipt; from here on the shard is done."""
    body = asdict(receipt)
    text = json.dumps({"receipt": body, "hash": content_hash(body)}, ensure_ascii=False)
    storage.write_text(_name(receipt.split, receipt.number), text + "\n")


def load(storage: Storage, export: str, split: str, number: int) -> ShardReceipt | None:
    """Read a receipt; None where it is absent, damaged, of another export or its files are gone."""
    try:
        data = json.loads(storage.read_bytes(_name(split, number)))
        body = data["receipt"]
        if content_hash(body) != data["hash"]:
            return None
        files = tuple(StoredFile(**one) for one in body["files"])
        receipt = ShardReceipt(**{**body, "files": files})
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    if (receipt.export, receipt.split, receipt.number) != (export, split, number):
        return None
    return receipt if all(storage.size(one.name) == one.bytes for one in files) else None


def _name(split: str, number: int) -> str:
    return f"{RECEIPTS}/{shard_name(split, number)}.json"
