"""`evaluate`: what a checkpoint reads, held against what stands there."""

from __future__ import annotations

from pathlib import Path

import click

from dataengine.cli.console import print_json, say
from trainers.cli.evaluating import (
    choose,
    common_options,
    progress,
    summarise,
    what_options,
)
from trainers.cli.options import device_option
from trainers.evaluation.metrics.modes import Mode
from trainers.evaluation.running import evaluate


@click.command()
@click.argument("checkpoint", type=click.Path(exists=True, file_okay=False, path_type=Path))
@what_options
@click.option("--prompt", default="", help="Ask in these words; {question} is what was asked.")
@click.option("--batch", type=click.IntRange(1), default=8, show_default=True)
@click.option(
    "--max-new-tokens", type=click.IntRange(0), default=0, help="Cut longer answers; 0: do not."
)
@device_option
@click.option("--precision", type=click.Choice(["bf16", "fp32"]), help="Not the recipe's.")
@click.option(
    "--vision-gap", type=click.IntRange(0), default=0, metavar="N", help="Measured on N examples."
)
@click.option("--timed", is_flag=True, help="Write seconds per case.")
@common_options
def command(
    checkpoint: Path,
    mixture: str | None,
    split: str,
    datasets: tuple[str, ...],
    benchmark: str | None,
    data: Path | None,
    part: str,
    limit: int,
    prompt: str,
    batch: int,
    max_new_tokens: int,
    device: str,
    precision: str | None,
    vision_gap: int,
    timed: bool,
    out: Path,
    mode: Mode,
    worst: int,
    as_json: bool,
) -> None:
    """Read a mixture's split or a benchmark with CHECKPOINT, greedily, and score it.

    CHECKPOINT is a checkpoint's folder, or that of a run, whose newest one is taken. Interrupted,
    the same command goes on. Processes of torchrun share the reading.

    \b
    evaluate RUN --mixture MIX --split test --out RESULTS
    evaluate RUN --benchmark chartqa --data ChartQA/test --out RESULTS
    torchrun --nproc-per-node 8 -m trainers evaluate RUN --mixture MIX --out RESULTS
    """
    what = choose(mixture, split, datasets, benchmark, data, part, limit, prompt)
    if what is None:
        raise click.UsageError("name what to read: --mixture, or --benchmark and --data")
    done = evaluate(
        checkpoint,
        what,
        out,
        batch=batch,
        max_new_tokens=max_new_tokens,
        device=device,
        precision=precision or "",
        mode=mode,
        worst=worst,
        gap_examples=vision_gap,
        timed=timed,
        tell=progress(),
    )
    if done is None:
        return  # another process than the first
    say(f"look at {out / 'report.html'}")
    if as_json:
        print_json(done.as_data())
    else:
        summarise(done)
