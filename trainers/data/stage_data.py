"""What a stage of a run reads: examples to learn from, and others to measure with."""

from __future__ import annotations

from dataclasses import dataclass

from dataengine.canonical import content_hash
from trainers.data.source import Source
from trainers.recipe import TrainRecipe


@dataclass(frozen=True, slots=True)
class StageData:
    """What a stage reads.

    Attributes:
        source: what is learned from.
        held_out: what is measured with; None: nothing is.
    """

    source: Source
    held_out: Source | None

    def identity(self, recipe: TrainRecipe) -> str:
        """Return the hash of the examples that decide what is learned.

        With a curriculum those held out are among them: they end its steps.
        """
        own = self.source.identity
        if self.held_out is None or not recipe.measures_decide:
            return own
        return content_hash([own, self.held_out.identity])
