"""The stream of data alone: pictures and tokens per second that it gives, and what they cost."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from dataengine.views.example import Example
from trainers.data.batches import Prepared, Preparer, padded
from trainers.data.order import Cursor
from trainers.data.source import Source
from trainers.data.stream import Portion, Share, Stream
from trainers.data.transforms import to_thin_square
from trainers.errors import TrainError
from trainers.loop.reading import reading
from trainers.recipe import ImageSettings, TrainRecipe
from trainers.tokens.layout import Layout

By = Literal["threads", "processes"]

SAMPLED = 256
"""Examples whose parts are timed one by one."""


@dataclass(frozen=True, slots=True)
class Speed:
    """What a stream gave.

    Attributes:
        by, workers: who prepared, and how many of them.
        pictures, seconds: that were counted, the start left out.
        own_ms: CPU milliseconds per picture of the process that trains: what the loop loses.
        skipped: examples that were left out.
    """

    by: By
    workers: int
    pictures: int
    seconds: float
    images_per_s: float
    tokens_per_s: float
    own_ms: float
    skipped: int


@dataclass(frozen=True, slots=True)
class Parts:
    """CPU milliseconds per example, one after the other on one core.

    Attributes:
        reading: a shard's row and its conversation.
        pictures: decoding and scaling, for all towers.
        tokens: the conversation to token ids.
        batches: putting side by side.
        sequence: mean tokens of a sequence, image tokens among them.
        stored_bytes: mean size of a stored picture.
    """

    reading: float
    pictures: float
    tokens: float
    batches: float
    sequence: float
    stored_bytes: float

    @property
    def together(self) -> float:
        """All of it."""
        return self.reading + self.pictures + self.tokens + self.batches


class DataBench:
    """Measures the stream of a recipe's stage.

    Args:
        towers: tower -> how its pictures are made.
        image_tokens: features that the connector gives per picture.

    Raises:
        TrainError: the curriculum does not fit the data.
    """

    def __init__(
        self,
        recipe: TrainRecipe,
        source: Source,
        layout: Layout,
        towers: dict[str, ImageSettings],
        image_tokens: int,
        stage: int = 0,
    ) -> None:
        self._recipe, self._layout = recipe, layout
        self._stage, self._towers, self._image_tokens = stage, towers, image_tokens
        self._preparer = Preparer(layout, recipe.data, image_tokens, towers)
        # Of a curriculum the last step is measured: it has the longest answers.
        step = max(0, len(recipe.data.curriculum) - 1)
        self._source, self._order = reading(recipe, source, stage, step)

    def parts(self, count: int = SAMPLED) -> Parts:
        """Time what an example goes through, one part after the other."""
        numbers = self._first(count)
        read = self._reading(numbers)
        examples = [self._source.example(number) for number in numbers]
        clock = _Clock()
        for one in examples:
            for settings in self._towers.values():
                to_thin_square(one.image, settings)
        drawn = clock.lap()
        lengths = [
            len(self._layout.encode(one.conversation.turns, self._image_tokens)) for one in examples
        ]
        encoded = clock.lap()
        together = self._put_together(examples)
        ms = 1e3 / len(examples)
        return Parts(
            read * 1e3, drawn * ms, encoded * ms, together * ms, float(np.mean(lengths)),
            float(np.mean([len(one.image) for one in examples])),
        )  # fmt: skip

    def speed(self, by: By, workers: int, seconds: float) -> Speed:
        """Read as fast as the stream gives, for at least so many seconds.

        Raises:
            TrainError: the data cannot be read.
        """
        stage = self._recipe.stages[self._stage]
        share = Share(0, 1, stage.micro_batch or stage.batch)
        threads, processes = (workers, 0) if by == "threads" else (0, workers)
        with Stream(
            self._source, self._order, self._preparer, self._recipe.data, share,
            self._layout.ids.pad, Cursor(), threads, processes,
        ) as stream:  # fmt: skip
            return self._counted(stream, by, workers, seconds)

    def _counted(self, stream: Stream, by: By, workers: int, seconds: float) -> Speed:
        # Processes begin together: their first results come in one rush, and so do all later ones.
        rush = workers if by == "processes" else 1
        portions = iter(stream)
        for _ in range(rush):
            next(portions)
        started, own = time.monotonic(), time.process_time()
        pictures = tokens = skipped = 0
        while True:
            for _ in range(rush):
                portion = next(portions)
                pictures += sum(len(one.names) for one in portion.batches)
                tokens += _tokens(portion)
                skipped += len(portion.skipped)
            passed = time.monotonic() - started
            if passed >= seconds:
                break
        if not pictures:
            raise TrainError("every example was left out: look with dataengine-train doctor")
        own_ms = 1e3 * (time.process_time() - own) / pictures
        return Speed(
            by, workers, pictures, passed, pictures / passed, tokens / passed, own_ms, skipped
        )

    def _reading(self, numbers: Sequence[int]) -> float:
        """Return the seconds that an example takes to be read, with all that is read beside it."""
        groups = self._source.groups
        first = {int(groups[number]): number for number in reversed(numbers)}
        clock = _Clock()
        for number in first.values():
            self._source.example(number)
        return clock.lap() / int(np.isin(groups, [*first]).sum())

    def _first(self, count: int) -> list[int]:
        """Return the numbers of the first examples of an epoch."""
        found: list[int] = []
        for number in range(self._order.batches(0)):
            found += self._order.at(Cursor(0, number)).tolist()
            if len(found) >= count:
                break
        return found[:count]

    def _put_together(self, examples: Sequence[Example]) -> float:
        outcomes = [self._preparer(one) for one in examples]
        kept = [one for one in outcomes if isinstance(one, Prepared)]
        clock = _Clock()
        size = self._recipe.stages[self._stage].micro_batch or len(kept)
        for first in range(0, len(kept), size):
            padded(kept[first : first + size], self._recipe.data.buckets, self._layout.ids.pad)
        return clock.lap()


class _Clock:
    """CPU seconds of this process between two calls."""

    def __init__(self) -> None:
        self._last = time.process_time()

    def lap(self) -> float:
        now = time.process_time()
        passed, self._last = now - self._last, now
        return passed


def _tokens(portion: Portion) -> int:
    return sum(
        int(one.attention.sum())
        if one.positions is None
        else int((one.positions > 0).sum()) + len(one.names)
        for one in portion.batches
    )
