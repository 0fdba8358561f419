"""Receipts: the only completion mark of a shard, written after its files and checked against them.

A receipt carries a hash of its own content, the plan's hash, and the size and sha256 of the files
that it stands for. One that is truncated, edited, of another plan, or whose files are not what it
says is not a receipt: the shard is made again.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dataengine.canonical import content_hash
from dataengine.errors import ShardError
from dataengine.storage import Storage

FOLDER = "receipts"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a shard."""

    name: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a shard.

    Attributes:
        name: the shard's name, `config/split-00000-of-00016`.
        data, rejects: its two files.
        units: units that were rendered.
        reasons: rejections by reason.
        tallies: samples by "language", "kind", "licence" and "template": value -> count.
        attempts: units that needed more than one attempt.
        replaced: workers that died.
        peak_mb: largest resident memory of a worker, MiB.
        seconds: CPU seconds of rendering by stage, and "wall".
        limits: the limits that held.
    """

    plan: str
    part: str
    shard: int
    name: str
    data: StoredFile
    rejects: StoredFile
    units: int
    reasons: Mapping[str, int]
    tallies: Mapping[str, Mapping[str, int]]
    attempts: int
    replaced: int
    peak_mb: float
    seconds: Mapping[str, float]
    limits: Mapping[str, Any]
    engine: str

    @property
    def samples(self) -> int:
        """Number of samples."""
        return self.data.rows

    @property
    def rejections(self) -> int:
        """Number of rejections."""
        return self.rejects.rows


def receipt_name(shard_name: str) -> str:
    """Return the file name of a shard's receipt."""
    return f"{FOLDER}/{shard_name}.json"


def save_receipt(storage: Storage, receipt: Receipt) -> None:
    """Write a receipt; from here on the shard is done."""
    body = dataclasses.asdict(receipt)
    text = json.dumps({"receipt": body, "hash": content_hash(body)}, indent=1, ensure_ascii=False)
    storage.write_text(receipt_name(receipt.name), text + "\n")


def load_receipt(storage: Storage, shard_name: str) -> Receipt | None:
    """Read a receipt; None where there is none.

    Raises:
        ShardError: it is truncated or was edited.
    """
    name = receipt_name(shard_name)
    try:
        data = json.loads(storage.read_bytes(name))
        body = data["receipt"]
        if content_hash(body) != data["hash"]:
            raise ShardError(f"the receipt {storage.path(name)} was changed after it was written")
        files = {key: StoredFile(**body[key]) for key in ("data", "rejects")}
        return Receipt(**{**body, **files})
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise ShardError(f"the receipt {storage.path(name)} is truncated or damaged") from error


def check_receipt(storage: Storage, receipt: Receipt, plan_hash: str, shard_name: str) -> None:
    """Check a receipt against the plan and its files' sizes (their hashes: `shard.verify_file`).

    Raises:
        ShardError: says what does not agree.
    """
    name = storage.path(receipt_name(shard_name))
    if receipt.name != shard_name:
        raise ShardError(f"the receipt {name} is that of {receipt.name}")
    if receipt.plan != plan_hash:
        raise ShardError(f"the receipt {name} belongs to another plan")
    if receipt.data.rows + receipt.rejects.rows != receipt.units:
        raise ShardError(f"the receipt {name} does not account for all its units")
    for stored in (receipt.data, receipt.rejects):
        size = storage.size(stored.name)
        if size != stored.bytes:
            found = "is missing" if size is None else f"has {size} bytes"
            raise ShardError(
                f"{storage.path(stored.name)} {found}, its receipt says {stored.bytes}"
            )
