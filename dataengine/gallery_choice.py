"""Chooses what the gallery shows: samples spread evenly over the dataset, rejections over reasons.

The choice is a function of the dataset alone, and rows stream: pictures are read one row group at a
time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from dataengine.manifest import Manifest, ShardEntry, summed_reasons
from dataengine.reader import read_batches
from dataengine.storage import Storage


def chosen_samples(storage: Storage, manifest: Manifest, limit: int) -> Iterator[dict[str, Any]]:
    """Yield at most `limit` sample rows, at equal distances through all shards."""
    total = manifest.totals["samples"]
    wanted = iter(sorted({step * total // limit for step in range(limit)} if limit else set()))
    next_wanted = next(wanted, None)
    position = 0
    for shard in manifest.shards:
        for batch in read_batches(storage, shard.data):
            while next_wanted is not None and next_wanted < position + batch.num_rows:
                yield _named(shard, batch.slice(next_wanted - position, 1).to_pylist()[0])
                next_wanted = next(wanted, None)
            position += batch.num_rows
            if next_wanted is None:
                return


def chosen_rejections(storage: Storage, manifest: Manifest, limit: int) -> Iterator[dict[str, Any]]:
    """Yield at most `limit` rejection rows: each reason gets its share, spread over the shards."""
    quotas = _quotas(summed_reasons(manifest), limit)
    shards = max(1, len(manifest.shards))
    left = Counter(quotas)
    for place, shard in enumerate(manifest.shards):
        allowed = {
            reason: max(1, -(-count // (shards - place))) for reason, count in left.items() if count
        }
        for batch in read_batches(storage, shard.rejects):
            for row in _with_pictures_first(batch.to_pylist()):
                reason = row["reason"]
                if left[reason] > 0 and allowed.get(reason, 0) > 0:
                    left[reason] -= 1
                    allowed[reason] -= 1
                    yield _named(shard, row)


def _quotas(counts: Mapping[str, int], limit: int) -> dict[str, int]:
    """Share `limit` among reasons, rare ones first, so that none is left out."""
    quotas: dict[str, int] = {}
    left = limit
    by_rarity = sorted(counts.items(), key=lambda pair: (pair[1], pair[0]))
    for place, (reason, count) in enumerate(by_rarity):
        quotas[reason] = min(count, -(-left // (len(by_rarity) - place)))
        left -= quotas[reason]
    return quotas


def _with_pictures_first(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: row["preview"] is None)


def _named(shard: ShardEntry, row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "config": shard.part, "split": shard.split}
