"""The first examples of a run, prepared as the run prepares them, and how fast that went."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from dataengine.views.example import Example
from trainers.data.batches import Batch, Prepared, Preparer, Skipped, packed, padded
from trainers.data.order import Cursor
from trainers.errors import TrainError
from trainers.loop.parts import Parts
from trainers.loop.reading import reading

SHOWN = 8
"""Sequences of the first batch that are looked at closely and go through the model."""


@dataclass(frozen=True, slots=True, eq=False)
class Sampled:
    """The first examples in the run's order.

    Attributes:
        examples, prepared: those that can be used, in the same order.
        skipped: those that cannot.
        numbers: of `examples`, in the source of the stage.
        batch: the first of them as the model takes them.
        images_per_s: prepared by the recipe's number of workers, reading included.
    """

    examples: Sequence[Example]
    prepared: Sequence[Prepared]
    skipped: Sequence[Skipped]
    numbers: Sequence[int]
    batch: Batch
    images_per_s: float


def preparer_of(parts: Parts) -> Preparer:
    """Return what prepares examples; it skips where the recipe would end the run."""
    lenient = {"on_bad_sample": "skip"}
    if parts.recipe.data.too_long == "error":
        lenient["too_long"] = "skip"
    data = parts.recipe.data.model_copy(update=lenient)
    return Preparer(parts.layout, data, parts.model.image_tokens, parts.towers)


def sample(parts: Parts, count: int) -> Sampled:
    """Prepare the first `count` examples of the first stage.

    Raises:
        TrainError: none of them can be used; the message has the reasons.
    """
    recipe = parts.recipe
    source, order = reading(recipe, parts.source, 0, 0)
    numbers: list[int] = []
    cursor = Cursor()
    while len(numbers) < count and cursor.epoch == 0:
        numbers += order.at(cursor).tolist()
        cursor = order.after(cursor)
    numbers = numbers[:count]
    prepare = preparer_of(parts)
    started = time.monotonic()
    with ThreadPoolExecutor(max(1, recipe.run.data_workers)) as pool:
        examples = [source.example(number) for number in numbers]
        outcomes = list(pool.map(prepare, examples))
    seconds = max(time.monotonic() - started, 1e-9)
    kept = [
        (number, example, one)
        for number, example, one in zip(numbers, examples, outcomes, strict=True)
        if isinstance(one, Prepared)
    ]
    skipped = [one for one in outcomes if isinstance(one, Skipped)]
    if not kept:
        reasons = "; ".join(f"{one.id}: {one.reason}" for one in skipped[:3])
        raise TrainError(f"none of the first {len(numbers)} examples can be used: {reasons}")
    ready = [one for _, _, one in kept]
    return Sampled(
        examples=[example for _, example, _ in kept],
        prepared=ready,
        skipped=skipped,
        numbers=[number for number, _, _ in kept],
        batch=_batch(parts, ready[:SHOWN]),
        images_per_s=len(numbers) / seconds,
    )


def _batch(parts: Parts, prepared: Sequence[Prepared]) -> Batch:
    data, pad = parts.recipe.data, parts.layout.ids.pad
    if data.arrange == "packing":
        return packed(prepared, data.max_tokens, pad)
    return padded(prepared, data.buckets if data.arrange == "buckets" else (), pad)
