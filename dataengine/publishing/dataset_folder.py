"""A finished dataset as something that can be published."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from dataengine.card import CardFacts
from dataengine.card_facts import card_facts, is_local_path, public_recipe
from dataengine.errors import ConfigError
from dataengine.finalize import GALLERY_FOLDER
from dataengine.manifest import MANIFEST_FILE, load_manifest
from dataengine.plan import RECIPE_FILE, load_plan
from dataengine.publishing.files import PublishedFile
from dataengine.reader import DUPLICATES_FILE, read_batches
from dataengine.receipt import StoredFile, load_receipt, receipt_name
from dataengine.storage import Storage
from dataengine.validate import validate

EXTRAS = ("rejects", "gallery", "receipts")
"""What goes up only if it is asked for."""


class DatasetFolder:
    """A dataset that `dataengine finalize` closed.

    Shards, manifest and list of near-duplicates go up as they are, the recipe without paths. The
    plan never does: it names files of the machine that made it.

    Args:
        storage: its folder, on this machine's disk.
        extras: of `EXTRAS`, what else goes up.

    Raises:
        ConfigError: the folder is not on this machine's disk.
        ShardError, PlanError: it is not finished.
    """

    def __init__(self, storage: Storage, extras: Collection[str] = ()) -> None:
        if not storage.is_local:
            raise ConfigError(
                f"{storage.url} is not on this machine's disk; copy the dataset to one first"
            )
        self._storage, self._extras = storage, extras
        self._manifest = load_manifest(storage)
        self._plan = load_plan(storage)

    def facts(self) -> CardFacts:
        """Return what the card says of the dataset."""
        facts = card_facts(self._storage, self._plan, self._manifest)
        return facts if "gallery" in self._extras else dataclasses.replace(facts, gallery="")

    def files(self) -> list[PublishedFile]:
        """Return what the manifest names, then the rest; hashes of shards are the manifest's."""
        shards = self._manifest.shards
        files = [self._named(shard.data) for shard in shards]
        if "rejects" in self._extras:
            files += [self._named(shard.rejects) for shard in shards]
        if "receipts" in self._extras:
            files += [self._hashed(receipt_name(shard.name)) for shard in shards]
        if "gallery" in self._extras:
            files += [self._hashed(name) for name in self._storage.names(GALLERY_FOLDER)]
        recipe = public_recipe(self._plan.recipe).encode("utf-8")
        return [
            *files,
            PublishedFile.made(RECIPE_FILE, recipe),
            self._hashed(DUPLICATES_FILE),
            self._hashed(MANIFEST_FILE),
        ]

    def faults(self, seen: Callable[[str], None]) -> list[str]:
        """Return what `dataengine validate` finds, and where manifest and receipts disagree."""
        faults = validate(self._storage, self._plan, seen=seen)
        if self._manifest.plan != self._plan.hash:
            faults.append("the manifest belongs to another plan; run `dataengine finalize`")
        for shard in () if faults else self._manifest.shards:
            receipt = load_receipt(self._storage, shard.name)
            if receipt is None or (receipt.data, receipt.rejects) != (shard.data, shard.rejects):
                faults.append(f"{shard.name} was made again after the manifest was written")
        return faults

    def rows(self, columns: Sequence[str]) -> Iterator[tuple[str, pa.RecordBatch]]:
        """Yield config and rows, shard by shard."""
        for shard in self._manifest.shards:
            for batch in read_batches(self._storage, shard.data, list(columns)):
                yield shard.part, batch

    def first_rows(self, columns: Sequence[str]) -> Iterator[tuple[str, pa.RecordBatch]]:
        """Yield the first row group of each part."""
        filled = [shard for shard in self._manifest.shards if shard.data.rows]
        first = {shard.part: shard.data for shard in reversed(filled)}
        for part in self._plan.parts:
            if part in first:
                yield part, next(read_batches(self._storage, first[part], list(columns)))

    def other_rows(self, columns: Sequence[str]) -> Iterator[tuple[str, pa.RecordBatch]]:
        """Yield the rejections, if they or the gallery, which shows them, go up."""
        if {"rejects", "gallery"} & set(self._extras):
            for shard in self._manifest.shards:
                for batch in read_batches(self._storage, shard.rejects, list(columns)):
                    yield shard.part, batch

    def private_texts(self) -> list[str]:
        """Return where the corpora and the dataset lie."""
        folder = self._storage.local_path()
        texts = {str(folder), str(folder.resolve()), str(Path.home())}
        for part in self._plan.recipe.parts.values():
            for corpus in part.corpora:
                for path in (corpus.path, *corpus.files):
                    if is_local_path(path):
                        texts.add(path)
                    elif "://" not in path and not path.startswith("bundled:") and "/" in path:
                        texts |= {path, str(Path(path).absolute())}
        return sorted(text for text in texts if len(text) > len("/root"))

    def _named(self, stored: StoredFile) -> PublishedFile:
        path = self._storage.local_path(stored.name)
        return PublishedFile(stored.name, stored.bytes, stored.sha256, path)

    def _hashed(self, name: str) -> PublishedFile:
        return PublishedFile.stored(name, self._storage.local_path(name))
