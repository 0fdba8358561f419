"""Checks a dataset to the last byte: files against receipts, rows against what they claim."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq

from dataengine.errors import PlanError, ShardError
from dataengine.imaging import decode_pixels, pixel_hash
from dataengine.job import check_plan_files, standing
from dataengine.plan import Plan
from dataengine.receipt import Receipt, StoredFile
from dataengine.schema import REJECT_SCHEMA, SAMPLE_SCHEMA
from dataengine.shard import verify_file
from dataengine.storage import Storage

GROUP_BYTES_LIMIT = 286 << 20
"""Largest row group that the Hub's viewer reads."""


def validate(
    storage: Storage,
    plan: Plan,
    *,
    deep: bool = False,
    seen: Callable[[str], None] = lambda name: None,
) -> list[str]:
    """Return every fault found, one sentence each; none means the dataset is what it claims.

    Args:
        deep: also decode every picture and check its size, pixel hash and region boxes.
        seen: called with each shard's name as it is checked.
    """
    state = standing(storage, plan)
    faults = [
        state.doubts.get(task, f"{plan.name(task)} has no receipt: it was never finished")
        for task in state.todo
    ]
    try:
        check_plan_files(storage, plan)
    except PlanError as error:
        faults.append(str(error))
    for receipt in state.done:
        seen(receipt.name)
        faults += _shard_faults(storage, receipt, deep=deep)
    return [*faults, *_strangers(storage, state.done)]


def verify_receipt(storage: Storage, receipt: Receipt) -> None:
    """Check both files of a shard against its receipt by hash; raises `ShardError`."""
    for stored, schema in ((receipt.data, SAMPLE_SCHEMA), (receipt.rejects, REJECT_SCHEMA)):
        with local_copy(storage, stored) as path:
            verify_file(path, stored, schema)


@contextmanager
def local_copy(storage: Storage, stored: StoredFile) -> Iterator[Path]:
    """Lend a local path of a stored file, fetched first where it lies elsewhere."""
    if storage.is_local:
        yield storage.local_path(stored.name)
        return
    with TemporaryDirectory(prefix="dataengine-") as folder:
        path = Path(folder) / "file.parquet"
        storage.fs.get_file(storage.path(stored.name), str(path))
        yield path


def _shard_faults(storage: Storage, receipt: Receipt, *, deep: bool) -> list[str]:
    try:
        verify_receipt(storage, receipt)
    except ShardError as error:
        return [str(error)]
    with local_copy(storage, receipt.data) as path, pq.ParquetFile(path) as file:
        faults = [
            f"{receipt.data.name}: row group {group} has {size >> 20} MiB"
            for group in range(file.num_row_groups)
            if (size := file.metadata.row_group(group).total_byte_size) > GROUP_BYTES_LIMIT
        ]
        if deep:
            columns = ["id", "image", "width", "height", "pixel_hash", "regions"]
            for group in range(file.num_row_groups):
                for row in file.read_row_group(group, columns=columns).to_pylist():
                    faults += [f"{row['id']}: {fault}" for fault in _row_faults(row)]
    return faults


def _row_faults(row: dict[str, object]) -> Iterator[str]:
    image = row["image"]
    assert isinstance(image, dict)
    try:
        pixels = decode_pixels(image["bytes"])
    except (OSError, ValueError) as error:
        yield f"the picture cannot be decoded ({error})"
        return
    height, width = pixels.shape[:2]
    if (width, height) != (row["width"], row["height"]):
        yield f"the picture has {width} x {height} pixels, the row says otherwise"
    if image["path"].endswith(".png") and pixel_hash(pixels) != row["pixel_hash"]:
        yield "the picture's pixels are not those of its pixel_hash"
    regions = row["regions"]
    assert isinstance(regions, list)
    for region in regions:
        x0, y0, x1, y1 = region["bbox"]
        if not (0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height):
            yield f"a region lies outside the picture: {region['bbox']}"


def _strangers(storage: Storage, receipts: list[Receipt]) -> list[str]:
    known = {stored.name for one in receipts for stored in (one.data, one.rejects)}
    found = [*storage.names("data", ".parquet"), *storage.names("rejects", ".parquet")]
    return [f"{storage.path(name)} belongs to no receipt" for name in found if name not in known]
