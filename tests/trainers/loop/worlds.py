"""What several processes have to agree on, as a program for each of them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.trainers.loop.runs import parts, recipe
from trainers.errors import TrainError
from trainers.loop.distributed import World, joined
from trainers.loop.run import Run


def lists_what_others_left_out(world: World) -> None:
    """All get the same list, in the order of the ranks."""
    assert world.each([f"{world.rank}-{n}" for n in range(world.rank)]) == ["1-0"]


def refuses_folders_that_differ(world: World, folder: Path) -> None:
    """A process that does not see the first one's checkpoints ends, and so does the first."""
    made = recipe(stages__0__batch=2, stages__0__steps=1, run__held_out=0)
    if world.is_first:
        assert Run(parts(made), folder / "0", World(0, 1, world.device)).train()
    world.wait()
    with pytest.raises(TrainError, match="the same folder"):
        Run(parts(made), folder / str(world.rank), world)


if __name__ == "__main__":
    with joined("cpu") as joined_world:
        lists_what_others_left_out(joined_world)
        refuses_folders_that_differ(joined_world, Path(sys.argv[1]))
