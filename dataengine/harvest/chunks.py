"""Cuts the works of a corpus into chunks, each known by what its pieces depend on.

The cuts follow the works' hashes, not their number, so that a work that comes or goes changes only
the chunk it stands in.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from dataengine.canonical import content_hash
from dataengine.corpus.index_file import read_groups
from dataengine.pipeline import Item

CHUNK_FORMAT = 1
MEAN_WORKS = 8
MOST_WORKS = 32
MOST_BYTES = 64 << 20

_FIELDS = tuple(field.name for field in dataclasses.fields(Item))
_DECODED_ROWS = 1024


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some works that are harvested together.

    Attributes:
        key: hash of all that their pieces depend on, apart from files beside them.
    """

    key: str
    works: tuple[Item, ...]


def harvest_key(
    pipeline: str, version: int, options: Mapping[str, Any], versions: Mapping[str, str]
) -> str:
    """Return a hash of what turns a work into pieces."""
    return content_hash(
        {
            "format": CHUNK_FORMAT,
            "pipeline": [pipeline, version],
            "options": dict(options),
            "versions": dict(versions),
        }
    )


def cut_chunks(index: Path, key: str) -> Iterator[Chunk]:
    """Yield the chunks of an index in corpus order.

    Args:
        key: as from `harvest_key`.
    """
    works: list[Item] = []
    held = 0
    for work in _works(index):
        works.append(work)
        held += work.size
        if _ends_chunk(work) or len(works) == MOST_WORKS or held > MOST_BYTES:
            yield _chunk(key, works)
            works, held = [], 0
    if works:
        yield _chunk(key, works)


def _ends_chunk(work: Item) -> bool:
    return int(work.sha256[:8], 16) % MEAN_WORKS == 0


def _chunk(key: str, works: list[Item]) -> Chunk:
    # Where a member stands in its archive says nothing of what it holds.
    seen = [dataclasses.asdict(dataclasses.replace(work, offset=-1)) for work in works]
    return Chunk(content_hash([key, seen]), tuple(works))


def _works(index: Path) -> Iterator[Item]:
    columns = list(_FIELDS)
    with pq.ParquetFile(index, pre_buffer=False) as file:
        for batch in read_groups(file, columns):
            for start in range(0, len(batch), _DECODED_ROWS):
                for row in batch.slice(start, _DECODED_ROWS).to_pylist():
                    if row["units"]:
                        yield Item(**row)
