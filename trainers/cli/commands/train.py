"""`dataengine-train train`: train a recipe on a mixture; the same command goes on."""

from __future__ import annotations

import signal
from pathlib import Path
from types import FrameType

import click

from dataengine.cli import INCOMPLETE
from dataengine.cli.console import say
from trainers.cli.options import open_sources, recipe_options
from trainers.recipe import TrainRecipe


@click.command()
@recipe_options
@click.option("--data", required=True, metavar="DIR", help="A finished mixture.")
@click.option("--out", required=True, metavar="DIR", help="The run's folder, on this disk.")
@click.option("--split", default="train", show_default=True, help="What is learned from.")
@click.option("--held-out", default="test", show_default=True, help="What is measured with.")
@click.option("--device", default="", help="cpu or cuda; by default CUDA where there is some.")
def command(
    recipe: TrainRecipe, data: str, out: str, split: str, held_out: str, device: str
) -> None:
    """Train RECIPE (a bundled recipe's name or a YAML file). Ctrl-C stops with a checkpoint."""
    from trainers.loop.costs import describe, stage_costs
    from trainers.loop.distributed import joined
    from trainers.loop.parts import build_parts
    from trainers.loop.run import Run

    source, measured = open_sources(recipe, data, split, held_out)
    with joined(device) as world:
        parts = build_parts(recipe, source, measured)
        parts.model.to(world.device)
        if world.is_first:
            tokens = recipe.data.max_tokens
            for cost in stage_costs(recipe, parts.layout.ids, len(source), tokens):
                say(f"at most {describe(cost)}")
        stopping = _Stopping()
        run = Run(parts, Path(out), world, tell=_tell if world.is_first else _silent, stop=stopping)
        if run.state.total_steps:
            say(f"going on from step {run.state.total_steps}")
        ended = run.train()
    if not ended:
        say("stopped with a checkpoint; the same command goes on")
        raise click.exceptions.Exit(INCOMPLETE)
    say(f"done: {run.state.total_steps} steps, {run.state.samples:,} samples; see {out}/log.jsonl")


class _Stopping:
    """Asked after every step: whether Ctrl-C or SIGTERM came."""

    def __init__(self) -> None:
        self._asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)

    def __call__(self) -> bool:
        return self._asked

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True
        say("stopping after this step; press Ctrl-C again to stop at once")


def _silent(step: int, kind: str, values: dict[str, object]) -> None:
    del step, kind, values


def _tell(step: int, kind: str, values: dict[str, object]) -> None:
    if kind == "held_out":
        transcripts = values["transcripts"]
        assert isinstance(transcripts, list)
        say(
            f"step {step}: held-out loss {values['loss']:.3f}, vision gap "
            f"{values['vision_gap']:.3f}, edit distance {values['edit_distance']:.3f}, exact "
            f"{values['exact']:.1%}"
        )
        for one in transcripts[:2]:
            say(f"    {one['target'][:60]!r} read as {one['said'][:60]!r}")
    elif kind == "step":
        say(
            f"step {step}: loss {values['loss']:.3f}, rate {values['learning_rate']:.2g}, "
            f"{values['images_per_s']:.0f} images/s, waiting {values['wait_share']:.0%}"
        )
    else:
        say(f"step {step}: {kind} {values}")
