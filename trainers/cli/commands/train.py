"""`dataengine-train train`: train a recipe on a mixture; the same command goes on."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from dataengine.cli import INCOMPLETE
from dataengine.cli.console import say
from trainers.cli.options import data_option, device_option, first_of, open_data, recipe_options
from trainers.recipe import TrainRecipe

if TYPE_CHECKING:
    from trainers.loop.distributed import World
    from trainers.loop.parts import Parts


@click.command()
@recipe_options
@data_option
@click.option("--out", required=True, metavar="DIR", help="The run's folder, on this disk.")
@click.option("--split", default="train", show_default=True, help="What is learned from.")
@click.option("--held-out", default="test", show_default=True, help="What is measured with.")
@device_option
def command(
    recipe: TrainRecipe, data: tuple[str, ...], out: str, split: str, held_out: str, device: str
) -> None:
    """Train RECIPE (a bundled recipe's name or a YAML file). Ctrl-C stops with a checkpoint."""
    from trainers.loop.distributed import joined
    from trainers.loop.parts import build_parts
    from trainers.loop.resuming import identities, resumed
    from trainers.loop.trackers import check_trackers

    check_trackers(recipe.run.trackers)
    by_stage = open_data(recipe, data, split, held_out)
    first = first_of(recipe, by_stage)
    newest = resumed(Path(out), recipe, identities(recipe, by_stage))
    with joined(device) as world:
        parts = build_parts(recipe, first.source, first.held_out, by_stage, newest)
        if world.is_first:
            _describe(parts)
        ended = _trained(parts, Path(out), world)
    if not ended:
        raise click.exceptions.Exit(INCOMPLETE)


def _describe(parts: Parts) -> None:
    """Say what was loaded, and what each stage will cost."""
    from trainers.cli.pricing import describe
    from trainers.loop.costs import stage_costs

    for line in parts.weights.lines() if parts.weights else ():
        say(line)
    recipe = parts.recipe
    examples = {stage.name: len(parts.data_of(stage).source.chars) for stage in recipe.stages}
    for cost in stage_costs(recipe, parts.layout.ids, examples, recipe.data.max_tokens):
        say(f"{describe(cost)}, if every sequence were that long")


def _trained(parts: Parts, folder: Path, world: World) -> bool:
    """Train to the end, or until somebody stops it; the first process alone says how it goes."""
    from trainers.cli.watching import watching
    from trainers.loop.log import read_log
    from trainers.loop.run import Run

    if not world.is_first:
        return Run(parts, folder, world, stop=_Stopping(lambda line: None)).train()
    with watching() as seen:
        stopping = _Stopping(seen.say)
        run = Run(parts, folder, world, tell=seen.tell, stop=stopping, watch=seen)
        if run.state.total_steps:
            seen.recall(read_log(folder))
            seen.say(f"going on from step {run.state.total_steps}")
        ended = run.train()
    if ended:
        state = run.state
        say(f"done: {state.total_steps} steps, {state.samples:,} samples")
        say(f"look at it: dataengine-train report {folder}")
    else:
        say("stopped with a checkpoint; the same command goes on")
    return ended


class _Stopping:
    """Asked after every step: whether Ctrl-C or SIGTERM came."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._asked, self._tell = False, tell
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)

    def __call__(self) -> bool:
        return self._asked

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True
        self._tell("stopping after this step; press Ctrl-C again to stop at once")
