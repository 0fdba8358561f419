"""Closes a dataset: every shard checked by hash, near-duplicates across shards listed, then the
manifest, the dataset card and the gallery."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dataengine.card import dataset_card
from dataengine.card_facts import card_facts
from dataengine.duplicates import Pair, find_pairs
from dataengine.errors import ShardError
from dataengine.gallery import write_gallery
from dataengine.gallery_choice import chosen_rejections, chosen_samples
from dataengine.job import failures, standing
from dataengine.manifest import (
    Manifest,
    build_manifest,
    save_manifest,
    summed,
    summed_reasons,
)
from dataengine.plan import Plan
from dataengine.reader import DUPLICATES_FILE, read_batches
from dataengine.reasons import merged
from dataengine.storage import Storage, storage_errors
from dataengine.validate import verify_receipt

CARD_FILE = "README.md"
GALLERY_FOLDER = "gallery"
PAIRS_SCHEMA = pa.schema([("id", pa.string()), ("of", pa.string()), ("similarity", pa.float32())])


def finalize(
    storage: Storage, plan: Plan, *, seen: Callable[[str], None] = lambda name: None
) -> Manifest:
    """Write manifest, card and gallery of a finished job.

    Raises:
        ShardError: a shard is missing, or is not what its receipt says.
    """
    state = standing(storage, plan)
    if state.todo:
        raise ShardError(_unfinished(storage, plan, state.todo, state.doubts))
    for receipt in state.done:
        seen(receipt.name)
        verify_receipt(storage, receipt)
    manifest = build_manifest(plan, state.done, near_duplicates=0)
    pairs = _write_pairs(storage, plan, manifest)
    manifest = build_manifest(plan, state.done, near_duplicates=pairs)
    _write_gallery(storage, plan, manifest)
    storage.write_text(CARD_FILE, dataset_card(card_facts(storage, plan, manifest)))
    save_manifest(storage, manifest)
    return manifest


def reason_meanings(plan: Plan) -> dict[str, str]:
    """Return what every reason means that a plan's pipelines and the engine can give."""
    return merged(plan.describer(name).reasons for name in plan.parts)


def _unfinished(storage: Storage, plan: Plan, todo: list[Any], doubts: Any) -> str:
    failed = failures(storage, plan)
    lines = []
    for task in todo[:10]:
        name = plan.name(task)
        lines.append(f"  {name}: {doubts.get(task) or failed.get(name) or 'not made yet'}")
    if len(todo) > 10:
        lines.append(f"  and {len(todo) - 10} more")
    return (
        f"{len(todo)} of {len(plan.tasks())} shards are not done; run `dataengine render` again:\n"
        + "\n".join(lines)
    )


def _write_pairs(storage: Storage, plan: Plan, manifest: Manifest) -> int:
    """List near-duplicates across the whole dataset; returns how many there are."""
    threshold = plan.recipe.near_duplicates
    pairs = list(find_pairs(_fingerprints(storage, manifest), threshold)) if threshold else []
    with storage.staged(DUPLICATES_FILE) as path:
        pq.write_table(_pairs_table(pairs), path, compression="zstd")
    return len(pairs)


def _pairs_table(pairs: list[Pair]) -> pa.Table:
    rows = [{"id": one.id, "of": one.of, "similarity": one.similarity} for one in pairs]
    return pa.Table.from_pylist(rows, schema=PAIRS_SCHEMA)


def _fingerprints(storage: Storage, manifest: Manifest) -> Iterator[tuple[str, bytes]]:
    for shard in manifest.shards:
        for batch in read_batches(storage, shard.data, ["id", "fingerprint"]):
            yield from zip(
                batch.column("id").to_pylist(), batch.column("fingerprint").to_pylist(), strict=True
            )


def _write_gallery(storage: Storage, plan: Plan, manifest: Manifest) -> None:
    settings = plan.recipe.gallery
    with TemporaryDirectory(prefix="dataengine-gallery-") as scratch:
        folder = Path(scratch)
        write_gallery(
            folder,
            title=manifest.name,
            samples=chosen_samples(storage, manifest, settings.samples),
            rejections=chosen_rejections(storage, manifest, settings.rejections),
            totals=gallery_totals(manifest),
            reasons=reason_meanings(plan),
        )
        storage.remove(GALLERY_FOLDER)
        target = storage.path(GALLERY_FOLDER)
        with storage_errors(target):
            if storage.is_local:
                shutil.copytree(folder, target)
                Path(target).chmod(0o755)  # the scratch folder was private
            else:
                storage.fs.put(str(folder), target, recursive=True)


def gallery_totals(manifest: Manifest) -> dict[str, Any]:
    """Return the counts that the gallery's header shows."""
    return {
        **{key: manifest.totals[key] for key in ("samples", "rejections")},
        "by_language": summed(manifest, "language"),
        "by_kind": summed(manifest, "kind"),
        "by_reason": summed_reasons(manifest),
    }
