"""The examples of a mixture, as exports take them."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from dataengine.canonical import content_hash
from dataengine.card_facts import without_paths
from dataengine.mixture.reading import MixtureReader
from dataengine.mixture.record import RECORD_FILE
from dataengine.storage import Storage
from dataengine.views.example import Example
from dataengine.views.wording_hash import wording_hash


class MixtureSource:
    """A finished mixture; its members bring their views and degradation.

    Raises:
        ShardError: the mixture or one of its datasets is not there, or is not what it was.
    """

    def __init__(self, url: str) -> None:
        self._reader = MixtureReader(url)
        record = self._reader.record
        self.name, self.seed = record.name, record.seed
        self.summary = f"The mixture {record.name}."
        views = [member.view for member in self._reader.mixture.members.values()]
        held = Storage(url).read_bytes(RECORD_FILE).decode("utf-8")
        self.hash = content_hash([held, *map(wording_hash, views)])
        self.recipe = yaml.safe_dump(
            without_paths(record.mixture), sort_keys=False, allow_unicode=True, width=100
        )
        self.counts = {split: {"samples": entry.samples} for split, entry in record.splits.items()}

    @property
    def splits(self) -> list[str]:
        """Names of the splits."""
        return list(self._reader.splits)

    def examples(self, split: str, start: int = 0) -> Iterator[Example]:
        """Yield a split's examples from the `start`-th on."""
        return self._reader.examples(split, start)
