"""Where examples come from: a mixture's split, read window by window."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from dataengine.views.example import Example

if TYPE_CHECKING:
    from dataengine.mixture.reading import MixtureReader

Numbers = npt.NDArray[np.int64]

HELD_WINDOWS = 3
"""Windows kept: the one being read from, and those that full buckets still wait for."""


class Source(Protocol):
    """Numbered examples.

    Attributes:
        groups: (n,) of each example, the window that it is read with.
        chars: (n,) characters of its answers: what its length is judged by beforehand.
        members: (n,) number of its member in `member_names`.
    """

    groups: Numbers
    chars: Numbers
    members: Numbers
    member_names: Sequence[str]

    def example(self, number: int) -> Example:
        """Return an example; examples of a window that was read just now cost nothing."""

    @property
    def identity(self) -> str:
        """Return a hash of what the examples are made from."""


class MixtureSource:
    """A split of a finished mixture. Not thread-safe.

    Raises:
        ShardError: the mixture or a dataset is not there, or is not what it was.
        ConfigError: there is no such split.
    """

    def __init__(self, reader: MixtureReader, split: str) -> None:
        self._reader = reader
        self._split = split
        starts = [*reader.window_starts(split), reader.splits[split]]
        self._windows = list(pairwise(starts))
        self.groups = np.repeat(np.arange(len(self._windows)), np.diff(starts))
        table = reader.selection(split, ["chars", "member"])
        self.chars = table.column("chars").to_numpy().astype(np.int64)
        names = table.column("member").combine_chunks().dictionary_encode()
        self.members = names.indices.to_numpy().astype(np.int64)
        self.member_names: Sequence[str] = tuple(names.dictionary.to_pylist())
        self._held: OrderedDict[int, list[Example]] = OrderedDict()

    def __len__(self) -> int:
        return len(self.chars)

    @property
    def identity(self) -> str:
        """Return the hash of the mixture and the split's name."""
        return f"{self._reader.record.hash}/{self._split}"

    def example(self, number: int) -> Example:
        """Return an example, reading its window if it is not held."""
        window = int(self.groups[number])
        start, stop = self._windows[window]
        if window not in self._held:
            self._held[window] = list(self._reader.examples(self._split, start, stop))
            while len(self._held) > HELD_WINDOWS:
                self._held.popitem(last=False)
        self._held.move_to_end(window)
        return self._held[window][number - start]
