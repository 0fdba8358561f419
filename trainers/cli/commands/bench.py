"""`dataengine-train bench`: how fast data and steps are, and the GPU proof as one command."""

from __future__ import annotations

import signal
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from dataengine.cli import INCOMPLETE
from dataengine.cli.console import say
from trainers.cli.options import device_option, recipe_options
from trainers.recipe import TrainRecipe

if TYPE_CHECKING:
    from trainers.bench.steps import StepRow

_file = click.Path(dir_okay=False, path_type=Path)


@click.group()
def command() -> None:
    """Measure a recipe's data and steps on this machine, or make the proof of a GPU."""


@command.command()
@recipe_options
@click.option("--data", "url", required=True, metavar="DIR", help="A finished mixture.")
@click.option("--split", default="train", show_default=True)
@click.option(
    "--threads", multiple=True, type=click.IntRange(1), help="So many; may be repeated. [1, 2]"
)
@click.option(
    "--processes", multiple=True, type=click.IntRange(1), help="So many; may be repeated. [1, 2]"
)
@click.option("--seconds", type=click.FloatRange(0), default=5.0, show_default=True)
@click.option("--json", "json_file", type=_file, help="Write the figures there.")
def data(
    recipe: TrainRecipe,
    url: str,
    split: str,
    threads: tuple[int, ...],
    processes: tuple[int, ...],
    seconds: float,
    json_file: Path | None,
) -> None:
    """Read RECIPE's data alone, as fast as it comes, against what its model could take.

    \b
    bench data vary_tiny --data MIX --set model.layout=bytes   # without a tokenizer
    """
    import torch

    from trainers.bench.data import DataBench
    from trainers.bench.demand import demands
    from trainers.bench.machine import this_machine
    from trainers.bench.tables import data_tables
    from trainers.data.source import open_source
    from trainers.loop.parts import tower_images
    from trainers.models.building import build_model
    from trainers.tokens.layout import Layout

    machine = this_machine(torch.device("cpu"))
    layout = Layout(recipe.model.layout, recipe.model.tokenizer)
    with torch.device("meta"):
        model = build_model(recipe.model, layout.ids)
    towers, source = tower_images(recipe, model), open_source(url, split)
    bench = DataBench(recipe, source, layout, towers, model.image_tokens)
    parts = bench.parts()
    none = not (threads or processes)
    speeds = []
    for by, counts in (("threads", threads), ("processes", processes)):
        for count in counts or ((1, 2) if none else ()):
            say(f"reading with {count} of {by}")
            speeds.append(bench.speed(by, count, seconds))  # type: ignore[arg-type]
    wanted = demands(recipe, layout.ids, max(1, round(parts.sequence)))
    click.echo(f"{recipe.name} on {machine.processor}, {machine.cores} cores, load {machine.load}")
    click.echo(data_tables(parts, speeds, wanted))
    found = {
        "recipe": recipe.name, "machine": asdict(machine), "parts": asdict(parts),
        "speeds": [asdict(one) for one in speeds], "needed": [asdict(one) for one in wanted],
    }  # fmt: skip
    _write(json_file, found)


@command.command()
@recipe_options
@device_option
@click.option(
    "--micro-batch", "sizes", multiple=True, type=click.IntRange(1),
    help="May be repeated. [1, 8, 32]",
)  # fmt: skip
@click.option(
    "--tokens",
    type=click.IntRange(8),
    help="Of a sequence; by default the recipe's, 1,024 at most.",
)
@click.option("--only", multiple=True, metavar="NAME", help="Not all ways to compute; repeatable.")
@click.option("--seconds", type=click.FloatRange(0), default=5.0, show_default=True, help="A row.")
@click.option(
    "--minutes", type=click.FloatRange(0), help="Measure no further row after so many minutes."
)
@click.option("--json", "json_file", type=_file, help="Write the figures there.")
def step(
    recipe: TrainRecipe,
    device: str,
    sizes: tuple[int, ...],
    tokens: int | None,
    only: tuple[str, ...],
    seconds: float,
    minutes: float | None,
    json_file: Path | None,
) -> None:
    """Take RECIPE's training steps on this device in several ways; random weights and pictures.

    \b
    bench step vary_tiny --micro-batch 8 --micro-batch 32 --json steps.json
    """
    import time

    from trainers.bench.machine import this_machine
    from trainers.bench.steps import measure_steps
    from trainers.bench.tables import step_table
    from trainers.loop.distributed import joined

    chosen = _variants(only)
    length = tokens or min(recipe.data.max_tokens, 1024)
    rows: list[StepRow] = []
    started = time.monotonic()

    def stop() -> bool:
        return minutes is not None and time.monotonic() - started > minutes * 60

    with joined(device) as world:
        machine = this_machine(world.device)
        for row in measure_steps(
            recipe, world, chosen, sizes or (1, 8, 32), length, seconds=seconds, stop=stop
        ):
            rows.append(row)
            say(f"{row.variant}, {row.micro_batch}: {row.error or f'{row.images_per_s:.2f}/s'}")
            found = {
                "recipe": recipe.name, "machine": asdict(machine),
                "rows": [asdict(one) for one in rows],
            }  # fmt: skip
            _write(json_file, found)  # after each row: what was measured is kept
    click.echo(f"{recipe.name} on {machine.device}, {length} tokens, {recipe.run.precision}")
    click.echo(step_table(rows))


@command.command()
@click.argument("recipe", default="nano_gpu")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--mixture", default="nano_pages", show_default=True, help="Made, unless --data.")
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="A mixture that is made already.")  # fmt: skip
@click.option("--minutes", type=click.FloatRange(0.05), default=18.0, show_default=True,
              help="Of training, kill and resume included.")  # fmt: skip
@click.option("--stretch", type=click.FloatRange(0.05), metavar="MINUTES",
              help="Stop after so many minutes; the same command goes on.")  # fmt: skip
@click.option("--workers", type=click.IntRange(1), help="Processes that render and prepare.")
@click.option("--limit", type=click.IntRange(1), default=1024, show_default=True,
              help="Held-out examples that are read in the end.")  # fmt: skip
@click.option("--bench-recipe", default="vary_tiny", show_default=True,
              help="Whose steps are measured first.")  # fmt: skip
@click.option("--bench-minutes", type=click.FloatRange(0), default=2.0, show_default=True)
@click.option("--bench-size", multiple=True, type=click.IntRange(1), help="Micro-batches. [8, 32]")
@device_option
@click.option("--set", "overrides", multiple=True, metavar="A.B=C", help="A key of the recipe.")
@click.option("--mix-set", "mix_overrides", multiple=True, metavar="A.B=C",
              help="A key of the mixture.")  # fmt: skip
@click.option("--bench-set", "bench_overrides", multiple=True, metavar="A.B=C",
              help="A key of the recipe whose steps are measured.")  # fmt: skip
def proof(**options: Any) -> None:
    """Measure steps and data, train RECIPE, kill it, go on, read what was held out; one page.

    The same command goes on where it stood, after a stretch, Ctrl-C or a crash.
    """
    from trainers.bench.proof import Plan, prove

    signal.signal(signal.SIGTERM, _interrupted)  # else what runs would run on alone
    recipe_name = options.pop("recipe")
    done = prove(Plan(recipe=recipe_name, **options), tell=say)
    if not done:
        say("not done yet; the same command goes on")
        raise click.exceptions.Exit(INCOMPLETE)
    say(f"look at {options['out'] / 'index.html'} and {options['out'] / 'figures.json'}")


def _interrupted(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _variants(only: tuple[str, ...]) -> Any:
    from dataengine.errors import ConfigError
    from trainers.bench.variants import VARIANTS

    known = {one.name: one for one in VARIANTS}
    for name in only:
        if name not in known:
            raise ConfigError(
                f"--only: no way of computing is called {name!r}; known: "
                + "; ".join(repr(one) for one in known)
            )
    return [known[name] for name in only] or list(VARIANTS)


def _write(path: Path | None, found: dict[str, Any]) -> None:
    from trainers.bench.writing import write_json

    if path:
        write_json(path, found)
