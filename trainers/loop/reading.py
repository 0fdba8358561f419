"""What a stage reads, and in which order: the examples of a step of the curriculum, in batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from dataengine.errors import ConfigError
from dataengine.views.example import Example
from trainers.data.curriculum import length_bounds, step_examples
from trainers.data.order import Order
from trainers.data.preparing import Reopenable
from trainers.data.source import MixtureSource, Numbers, Source
from trainers.data.stage_data import StageData
from trainers.errors import TrainError
from trainers.recipe import Stage, TrainRecipe


class Subset:
    """Some examples of a source under numbers of their own."""

    def __init__(self, source: Source, numbers: Numbers) -> None:
        self._source, self._numbers = source, numbers
        if isinstance(source, MixtureSource):
            source.only(numbers)
        self.groups, self.chars = source.groups[numbers], source.chars[numbers]
        self.members: Numbers = source.members[numbers]
        self.member_names: Sequence[str] = source.member_names

    @property
    def identity(self) -> str:
        """Return that of the whole source."""
        return self._source.identity

    def example(self, number: int) -> Example:
        """Return an example."""
        return self._source.example(int(self._numbers[number]))

    def opener(self) -> Callable[[], Source]:
        """Return what opens the whole source in another process.

        Raises:
            ConfigError: it cannot be opened there.
        """
        if not isinstance(self._source, Reopenable):
            raise ConfigError("run.data_processes: other processes cannot open this source")
        return self._source.opener()

    def there(self, numbers: Numbers) -> Numbers:
        """Return the numbers that examples have in the whole source."""
        own: Numbers = self._numbers[numbers]
        return own


def check_steps(recipe: TrainRecipe, stage: Stage, data: StageData, first: int) -> None:
    """Look at all steps of the curriculum that may come in a stage, before it begins.

    Args:
        first: number of the step that the stage begins with.

    Raises:
        TrainError: one has nothing to learn from, or nothing to be measured with.
    """
    steps, seed = recipe.data.curriculum, recipe.seed
    held_out = data.held_out if recipe.run.held_out else None
    for number in range(first, max(1, len(steps))):
        use = "to learn from"
        try:
            step_examples(data.source, steps, number, seed)
            use = "to measure with"
            if held_out is not None:
                step_examples(held_out, steps[number : number + 1], 0, seed)
        except TrainError as error:
            raise TrainError(f"stage {stage.name}, {use}: {error}") from error


def reading(
    recipe: TrainRecipe, whole: Source, stage: int, curriculum: int
) -> tuple[Subset, Order]:
    """Return the examples of a stage and of a step of the curriculum, and their batches.

    Raises:
        TrainError: the curriculum does not fit the data.
    """
    numbers = step_examples(whole, recipe.data.curriculum, curriculum, recipe.seed)
    source = Subset(whole, numbers)
    bounds = (
        length_bounds(source.chars)
        if recipe.data.arrange == "buckets"
        else [int(source.chars.max(initial=1))]
    )
    key = (recipe.seed, stage, curriculum)
    seed = int(np.random.SeedSequence(key).generate_state(1, np.uint64)[0] >> np.uint64(1))
    batch = recipe.stages[stage].batch
    return source, Order(source.groups, source.chars, bounds, batch, seed)
