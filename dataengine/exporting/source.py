"""Where exports take examples from: a finished dataset under a view, or a mixture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import yaml

from dataengine.canonical import content_hash
from dataengine.card_facts import public_recipe
from dataengine.manifest import MANIFEST_FILE, ShardEntry
from dataengine.plan import load_plan
from dataengine.reader import Dataset, decoded, read_rows
from dataengine.storage import Storage
from dataengine.views.example import Example
from dataengine.views.examples import examples
from dataengine.views.settings import View
from dataengine.views.viewing import Viewer
from dataengine.views.wording_hash import wording_hash

PASSED_ON = ("image", "template")


class Source(Protocol):
    """Examples by split, in a fixed order.

    Attributes:
        name: of the dataset or mixture.
        summary: one sentence of what it is.
        seed: of its draws.
        hash: of all that the examples depend on.
        recipe: how it was made, as YAML that says nothing of the machine.
    """

    name: str
    summary: str
    seed: int
    hash: str
    recipe: str

    @property
    def splits(self) -> list[str]:
        """Names of the splits."""

    @property
    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """Split -> samples that were read and that gave no example, once it was read to its end."""

    def examples(self, split: str, start: int = 0) -> Iterator[Example]:
        """Yield a split's examples from the `start`-th on."""


class DatasetSource:
    """The examples that a finished dataset gives under a view.

    Raises:
        ConfigError: the view is wrong.
        ShardError: the dataset is not finished, or damaged.
    """

    def __init__(self, url: str, view: View, seed: int) -> None:
        self._dataset = Dataset(url)
        self._viewer = Viewer(view, seed)
        plan = load_plan(self._dataset.storage)
        manifest = self._dataset.manifest
        viewed = view.model_dump(mode="json")
        self.name, self.seed = manifest.name, seed
        self.summary = f"The dataset {manifest.name} under a view."
        held = manifest_hash(self._dataset.storage)
        self.hash = content_hash([held, viewed, wording_hash(view), seed])
        self.recipe = yaml.safe_dump(
            {"view": viewed, "seed": seed, "dataset": yaml.safe_load(public_recipe(plan.recipe))},
            sort_keys=False,
            allow_unicode=True,
            width=100,
        )
        self.counts: dict[str, Counter[str]] = {}

    @property
    def splits(self) -> list[str]:
        """Names of the splits, in the order of the dataset's shards."""
        return list(dict.fromkeys(shard.split for shard in self._dataset.shards()))

    def examples(self, split: str, start: int = 0) -> Iterator[Example]:
        """Yield a split's examples from the `start`-th on; pictures before are not read."""
        counts = self.counts[split] = Counter(samples=0, no_task=0)
        for shard in self._dataset.shards():
            if shard.split != split:
                continue
            if start > 0:
                skipped = self._count(shard)
                if skipped["examples"] <= start:
                    start -= skipped.pop("examples")
                    counts.update(skipped)
                    continue
            for row in self._rows(shard, (*self._viewer.columns, *PASSED_ON)):
                made = examples(row, self._viewer)
                counts.update(samples=1, no_task=not made)
                yield from made[start:]
                start = max(0, start - len(made))

    def _count(self, shard: ShardEntry) -> Counter[str]:
        counts: Counter[str] = Counter(examples=0)
        for row in self._rows(shard, self._viewer.columns):
            made = len(self._viewer.conversations(row))
            counts.update(samples=1, no_task=not made, examples=made)
        return counts

    def _rows(self, shard: ShardEntry, columns: tuple[str, ...]) -> Iterator[dict[str, Any]]:
        return map(decoded, read_rows(self._dataset.storage, shard.data, columns))


def manifest_hash(storage: Storage) -> str:
    """Return what a finished dataset's bytes are known by."""
    return content_hash(storage.read_bytes(MANIFEST_FILE).decode("utf-8"))
