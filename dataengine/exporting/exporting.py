"""Exports a source: shard by shard, each with a receipt, then index, counts and manifest.

A run that was killed goes on by being repeated: shards whose receipts hold are kept, and what comes
out is the same, byte for byte. `export.json` is written last.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dataengine.environment import engine_version
from dataengine.errors import ConfigError
from dataengine.exporting import shard_receipt
from dataengine.exporting.format import Files, Format
from dataengine.exporting.identity import Identity, claim
from dataengine.exporting.shard_receipt import ShardReceipt
from dataengine.exporting.source import Source
from dataengine.exporting.summing_up import EXPORT_FILE, sum_up, whole
from dataengine.exporting.tallies import Tallies
from dataengine.exporting.writing import shard_name
from dataengine.storage import Storage
from dataengine.views.example import Example

Said = Callable[[str], None]


def export(
    storage: Storage,
    source: Source,
    format: Format,
    splits: Sequence[str],
    *,
    limit: int | None = None,
    say: Said = lambda text: None,
) -> dict[str, Any]:
    """Write a source in a format and return its counts; an export that is whole is left alone.

    Args:
        limit: examples of each split that are taken from the source, at most.
        say: called with a line of text per shard.

    Raises:
        ConfigError: the folder holds another export, or the format has no room for a split.
        StorageError: it cannot be written.
        ShardError: the source is damaged.
    """
    for split in splits:
        if not re.fullmatch(format.split_pattern, split):
            raise ConfigError(f"{format.name} has no room for a split called {split!r}")
    options = format.options.model_dump(mode="json")
    identity = Identity(
        format.name, options, source.hash, source.name, tuple(splits), limit, engine_version()
    )
    claim(storage, identity)
    if (counts := whole(storage, identity)) is not None:
        say(f"{storage.url} is whole already")
        return counts
    storage.remove(EXPORT_FILE)
    run = _Run(storage, source, format, identity, say)
    receipts = {split: list(run.shards(split)) for split in splits}
    counts = sum_up(storage, source, format, identity, receipts)
    for folder in format.leftovers:
        storage.remove(folder)
    return counts


class _Run:
    """One run of an export."""

    def __init__(
        self, storage: Storage, source: Source, format: Format, identity: Identity, say: Said
    ) -> None:
        self._storage, self._source, self._format = storage, source, format
        self._identity, self._say = identity, say

    def shards(self, split: str) -> Iterator[ShardReceipt]:
        """Yield the receipts of a split's shards, making those that are not there."""
        start = 0
        stream: _Stream | None = None
        for number in itertools.count():
            receipt = shard_receipt.load(self._storage, self._identity.hash, split, number)
            made = receipt is None
            if receipt is None:
                if stream is None or stream.place != start:
                    stream = _Stream(self._source, split, start, self._identity.limit)
                receipt = self._make(stream, split, number)
            done = f"{receipt.written:,} examples" if made else "kept"
            self._say(f"{shard_name(split, number)}: {done}")
            start += receipt.read
            yield receipt
            if receipt.source is not None:
                return

    def _make(self, stream: _Stream, split: str, number: int) -> ShardReceipt:
        before, tallies = stream.place, Tallies()
        left_out: Counter[str] = Counter()

        def accepted() -> Iterator[Example]:
            written = 0
            while not stream.ended and written < self._format.options.shard_examples:
                example = stream.take()
                if (reason := self._format.fault(example)) is not None:
                    left_out[reason] += 1
                    continue
                tallies.add(example)
                written += 1
                yield example

        examples = accepted()
        first = next(examples, None)
        files: Files = ()
        if first is not None:
            together = itertools.chain([first], examples)
            files = self._format.write(self._storage, split, number, together)
        receipt = ShardReceipt(
            self._identity.hash,
            split,
            number,
            stream.place - before,
            dict(sorted(left_out.items())),
            tallies.data(),
            files,
            dict(self._source.counts.get(split, {})) if stream.ended else None,
        )
        shard_receipt.save(self._storage, receipt)
        return receipt


class _Stream:
    """A split's examples, up to a limit, with the number of the next one."""

    def __init__(self, source: Source, split: str, start: int, limit: int | None) -> None:
        left = None if limit is None else max(0, limit - start)
        self._examples = itertools.islice(source.examples(split, start), left)
        self._next = next(self._examples, None)
        self.place = start

    @property
    def ended(self) -> bool:
        """Whether there is nothing more."""
        return self._next is None

    def take(self) -> Example:
        """Return the next example, of which there must be one."""
        taken = self._next
        assert taken is not None
        self.place += 1
        self._next = next(self._examples, None)
        return taken
