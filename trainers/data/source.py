"""Where examples come from: a mixture's split, read window by window."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from dataengine.views.example import Example

if TYPE_CHECKING:
    from dataengine.mixture.reading import MixtureReader

Numbers = npt.NDArray[np.int64]

HELD_WINDOWS = 3
"""Windows kept at least: the one being read from, and those that full buckets still wait for."""

HELD_BYTES = 256 << 20
"""Of pictures; windows of which little is wanted are many."""


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
        reader.check()
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
        self._wanted = np.ones(len(self.chars), np.bool_)
        self._held: OrderedDict[int, dict[int, Example]] = OrderedDict()
        self._held_bytes = 0

    def __len__(self) -> int:
        return len(self.chars)

    @property
    def identity(self) -> str:
        """Return the hash of the mixture and the split's name."""
        return f"{self._reader.record.hash}/{self._split}"

    def only(self, numbers: Numbers) -> None:
        """Take note of which examples will be asked for: the others are not read with them."""
        self._wanted = np.zeros(len(self.chars), np.bool_)
        self._wanted[numbers] = True
        self._held.clear()
        self._held_bytes = 0

    def opener(self) -> Callable[[], MixtureSource]:
        """Return what opens the same examples in another process."""
        wanted = None if self._wanted.all() else np.flatnonzero(self._wanted)
        return partial(open_source, self._reader.storage.url, self._split, wanted)

    def there(self, numbers: Numbers) -> Numbers:
        """Return the numbers that examples have in what `opener` opens: the same."""
        return numbers

    def example(self, number: int) -> Example:
        """Return an example, reading what is wanted of its window if that is not held."""
        window = int(self.groups[number])
        if number not in self._held.get(window, ()):
            self._read(window, number)
        self._held.move_to_end(window)
        return self._held[window][number]

    def _read(self, window: int, number: int) -> None:
        self._held_bytes -= _bytes_of(self._held.pop(window, {}))
        wanted = np.arange(*self._windows[window])
        positions = sorted({number, *wanted[self._wanted[wanted]].tolist()})
        read = dict(zip(positions, self._reader.examples_at(self._split, positions), strict=True))
        self._held[window] = read
        self._held_bytes += _bytes_of(read)
        while len(self._held) > HELD_WINDOWS and self._held_bytes > HELD_BYTES:
            self._held_bytes -= _bytes_of(self._held.popitem(last=False)[1])


def open_source(url: str, split: str, wanted: Numbers | None = None) -> MixtureSource:
    """Open a mixture's split, of which only some examples are wanted.

    Raises:
        ShardError, ConfigError: as `MixtureSource`.
    """
    from dataengine.mixture.reading import MixtureReader

    source = MixtureSource(MixtureReader(url, regions=False), split)
    if wanted is not None:
        source.only(wanted)
    return source


def _bytes_of(examples: Mapping[int, Example]) -> int:
    return sum(len(one.image) for one in examples.values())
