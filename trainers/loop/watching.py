"""What a person who watches a run is told between two lines of its log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Moment:
    """A step that was just taken.

    Attributes:
        stage: name of the stage; `number` is its number of `stages`, from 1.
        curriculum: name of the curriculum's step; "" where there is none.
        step, steps: of the stage, done and in all.
        loss: of this step, nats per learned token.
        pictures: of this step, over all processes.
        waited_s: for how long this process had to wait for data.
    """

    stage: str
    number: int
    stages: int
    curriculum: str
    step: int
    steps: int
    loss: float
    pictures: int
    waited_s: float


class Watcher(Protocol):
    """Is told about a run as it goes; what it does changes nothing."""

    def stepped(self, moment: Moment) -> None:
        """Take a step that was just done."""

    def doing(self, words: str) -> None:
        """Take what the run does other than steps, such as measuring; "" where it is over."""


class Unwatched:
    """Nobody watches."""

    def stepped(self, moment: Moment) -> None:
        """Do nothing."""

    def doing(self, words: str) -> None:
        """Do nothing."""
