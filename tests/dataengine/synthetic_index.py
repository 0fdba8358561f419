"""Writes an index of documents that do not exist, and plans it: also run as a program of its own,
which prints what planning cost, because peak memory is a property of a whole process.

    python -m tests.dataengine.synthetic_index INDEX OUT [SAMPLES]
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dataengine.corpus.index_file import INDEX_SCHEMA, ROW_GROUP_ITEMS
from dataengine.plan import Plan, shard_units
from dataengine.planning import make_plan
from dataengine.recipe import Recipe
from dataengine.storage import Storage
from tests.dataengine.memory import peak_mb

ENVIRONMENT = {"toy": "1"}


def write_index(path: Path, units: Sequence[int], rows_per_group: int = ROW_GROUP_ITEMS) -> Path:
    """Write an index of items with so many units each; 0 makes a refused item."""
    with pq.ParquetWriter(path, INDEX_SCHEMA, compression="zstd") as writer:
        for start in range(0, len(units), rows_per_group):
            some = range(start, min(len(units), start + rows_per_group))
            rows = [_row(number, units[number]) for number in some]
            writer.write_table(pa.Table.from_pylist(rows, INDEX_SCHEMA))
    return path


def _row(number: int, units: int) -> dict:
    return {
        "corpus": "synthetic",
        "path": f"CC-MAIN-2021-31/{number // 1000:04d}.zip",
        "member": f"{number:07d}.pdf",
        "sha256": f"{number * 0x9E3779B97F4A7C15 % 2**64:016x}" * 4,
        "language": "en",
        "licence": "",
        "url": f"https://example.org/documents/{number}",
        "reason": "" if units else "encrypted",
        "detail": "" if units else "it asks for a password",
        "offset": number * 4096,
        "size": 100_000 + number,
        "units": units,
        "held": units,
        "mtime": "1700000000000000000",
    }


def plan_index(folder: Path, recipe: Recipe, index: Path) -> tuple[Storage, Plan]:
    """Plan a recipe of one found part over an index."""
    storage = Storage(str(folder))
    (part,) = recipe.parts
    return storage, make_plan(storage, recipe, ENVIRONMENT, {part: index})


def main() -> None:
    """Plan an index that is there and print what it cost."""
    from tests.conftest import recipe_for

    folder, out, *samples = sys.argv[1:]
    changes = {"samples": int(samples[0])} if samples else {}
    started = time.monotonic()
    storage, plan = plan_index(Path(out), recipe_for("/", **changes), Path(folder))
    planned_s, planned_mb = time.monotonic() - started, peak_mb()
    started = time.monotonic()
    last = sum(1 for _ in shard_units(storage, plan, plan.tasks()[-1]))
    figures = {
        "units": plan.parts["toy_found"].units,
        "planned_s": planned_s,
        "planned_mb": planned_mb,
        "shard_s": time.monotonic() - started,
        "shard_mb": peak_mb() - planned_mb,
        "last": last,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
