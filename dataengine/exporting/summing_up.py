"""The end of an export: index, counts, licences, hashes, a page, and `export.json` as the last."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from dataengine.exporting.format import Files, Format, Shards
from dataengine.exporting.identity import Identity
from dataengine.exporting.readme import readme
from dataengine.exporting.shard_receipt import ShardReceipt
from dataengine.exporting.source import Source
from dataengine.exporting.tallies import Tallies, licence_list
from dataengine.receipt import StoredFile
from dataengine.storage import Storage

EXPORT_FILE, COUNTS_FILE, LICENCES_FILE = "export.json", "counts.json", "LICENCES.json"
SUMS_FILE, README_FILE = "SHA256SUMS", "README.md"
VERSION = 1

Receipts = Mapping[str, Sequence[ShardReceipt]]
"""Split -> what became of each of its shards."""


def whole(storage: Storage, identity: Identity) -> dict[str, Any] | None:
    """Return the counts of a finished export; None if a file is absent or has another size."""
    try:
        manifest = json.loads(storage.read_bytes(EXPORT_FILE))
        counts: dict[str, Any] = json.loads(storage.read_bytes(COUNTS_FILE))
        is_whole = manifest["hash"] == identity.hash and all(
            storage.size(one["name"]) == one["bytes"] for one in manifest["files"]
        )
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    return counts if is_whole else None


def sum_up(
    storage: Storage, source: Source, format: Format, identity: Identity, receipts: Receipts
) -> dict[str, Any]:
    """Write what needs all shards, and return the counts."""
    shards = {split: [one.files for one in some if one.files] for split, some in receipts.items()}
    files = format.finish(storage, shards)
    total = _sum([one for some in receipts.values() for one in some])
    counts = {
        "export": identity.hash,
        "total": total,
        "splits": {split: _sum(some) for split, some in receipts.items()},
    }
    licences = licence_list(total["tallies"].get("licence", {}))
    _save_json(storage, COUNTS_FILE, counts)
    _save_json(storage, LICENCES_FILE, licences)
    storage.write_text(README_FILE, readme(source, format, counts, licences, files))
    storage.write_text(SUMS_FILE, _sums(files, shards, format.leftovers))
    manifest = {
        "format": format.name,
        "version": VERSION,
        "name": source.name,
        "summary": source.summary,
        "hash": identity.hash,
        "seed": source.seed,
        "engine": identity.engine,
        "recipe": source.recipe,
        "files": [_entry(one, receipts) for one in files],
    }
    _save_json(storage, EXPORT_FILE, manifest)
    return counts


def _entry(stored: StoredFile, receipts: Receipts) -> dict[str, Any]:
    """Describe a file that readers are pointed to; Parquet lies in `data/CONFIG/`."""
    *_, folder, name = ("", *stored.name.split("/"))
    splits = [one for one in receipts if name.startswith((f"{one}-", f"{one}."))]
    return {**asdict(stored), "config": folder, "split": max(splits, key=len, default="")}


def _sum(receipts: Sequence[ShardReceipt]) -> dict[str, Any]:
    tallies, left_out, source = Tallies(), Counter[str](), Counter[str]()
    for one in receipts:
        tallies.merge(one.tallies)
        left_out.update(one.left_out)
        source.update(one.source or {})
    return {
        "source": dict(sorted(source.items())),
        "examples": sum(one.read for one in receipts),
        "written": sum(one.written for one in receipts),
        "left_out": dict(sorted(left_out.items())),
        "shards": sum(bool(one.files) for one in receipts),
        "tallies": tallies.data(),
    }


def _sums(files: Files, shards: Shards, leftovers: tuple[str, ...]) -> str:
    """Return the hashes of all files that stay, as `sha256sum -c` reads them."""
    made = [file for some in shards.values() for one in some for file in one]
    sums = {file.name: file.sha256 for file in (*made, *files)}
    kept = [name for name in sorted(sums) if name.split("/")[0] not in leftovers]
    return "".join(f"{sums[name]}  {name}\n" for name in kept)


def _save_json(storage: Storage, name: str, data: Any) -> None:
    storage.write_text(name, json.dumps(data, indent=1, ensure_ascii=False) + "\n")
