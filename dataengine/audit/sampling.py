"""Which rows are audited: a stratified sample, a pure function of (seed, ids), in flat memory.

Strata are part, kind and language. Each gets the same number of rows; what a small one does not
need goes to the others. Within a stratum those rows are taken whose hash of (seed, id) is least,
so that neither the order of shards nor what else is in the dataset changes the choice, and a
larger sample holds the smaller one of the same stratum.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dataengine.errors import ShardError
from dataengine.manifest import Manifest, ShardEntry
from dataengine.reader import decoded
from dataengine.storage import Storage

Stratum = tuple[str, str, str]
"""Part, kind, language."""

_KEY_COLUMNS = ["id", "kind", "language"]


@dataclass(frozen=True, slots=True)
class Draw:
    """A sample: the ids chosen, and how many rows each stratum has and gives."""

    ids: frozenset[str]
    population: Mapping[Stratum, int]
    chosen: Mapping[Stratum, int]


def draw(storage: Storage, manifest: Manifest, size: int, seed: int) -> Draw:
    """Choose `size` rows of a dataset; memory grows with `size` and strata, not with the rows."""
    least: dict[Stratum, list[tuple[int, str]]] = {}
    population: dict[Stratum, int] = {}
    for shard in manifest.shards:
        for _, _, row in _keys(storage, shard):
            stratum = (shard.part, str(row["kind"]), str(row["language"]))
            population[stratum] = population.get(stratum, 0) + 1
            _keep(least.setdefault(stratum, []), (-rank(seed, row["id"]), row["id"]), size)
    quotas = shares(population, size)
    ids: set[str] = set()
    for stratum, heap in least.items():
        ids.update(row_id for _, row_id in sorted(heap, reverse=True)[: quotas[stratum]])
    return Draw(frozenset(ids), dict(sorted(population.items())), dict(sorted(quotas.items())))


def chosen_rows(
    storage: Storage, manifest: Manifest, ids: frozenset[str]
) -> Iterator[dict[str, Any]]:
    """Yield the chosen rows, decoded, with their part, one row group in memory at a time."""
    for shard in manifest.shards:
        wanted: dict[int, list[int]] = {}
        for group, place, row in _keys(storage, shard):
            if row["id"] in ids:
                wanted.setdefault(group, []).append(place)
        for group, places in wanted.items():
            with _opened(storage, shard) as file:
                table = file.read_row_group(group).take(pa.array(places))
            for place in range(table.num_rows):
                row = table.slice(place, 1).to_pylist()[0]
                yield {**decoded(row), "part": shard.part, "split": shard.split}


def shares(population: Mapping[Stratum, int], size: int) -> dict[Stratum, int]:
    """Share `size` among strata evenly, small ones first."""
    left = size
    quotas: dict[Stratum, int] = {}
    by_size = sorted(population.items(), key=lambda pair: (pair[1], pair[0]))
    for place, (stratum, count) in enumerate(by_size):
        quotas[stratum] = min(count, left // (len(by_size) - place))
        left -= quotas[stratum]
    return quotas


def rank(seed: int, row_id: str) -> int:
    """Return the place of an id in the order in which rows are taken."""
    digest = hashlib.sha256(f"{seed}\0{row_id}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big")


def _keep(heap: list[tuple[int, str]], entry: tuple[int, str], size: int) -> None:
    if len(heap) < size:
        heapq.heappush(heap, entry)
    else:
        heapq.heappushpop(heap, entry)


def _keys(storage: Storage, shard: ShardEntry) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Yield row group, place in it, and id, kind and language of each row of a shard."""
    with _opened(storage, shard) as file:
        for group in range(file.num_row_groups):
            rows = file.read_row_group(group, columns=_KEY_COLUMNS).to_pylist()
            for place, row in enumerate(rows):
                yield group, place, row


@contextmanager
def _opened(storage: Storage, shard: ShardEntry) -> Iterator[pq.ParquetFile]:
    try:
        with (
            storage.open(shard.data.name) as stream,
            pq.ParquetFile(stream, pre_buffer=False) as file,
        ):
            yield file
    except (OSError, pa.ArrowException) as error:
        path = storage.path(shard.data.name)
        raise ShardError(f"{path} cannot be read ({error}); run `dataengine validate`") from error
