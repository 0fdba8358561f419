"""`score`: predictions of any system, held against what stands there."""

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
from trainers.evaluation.metric_sets import set_names
from trainers.evaluation.metrics.modes import Mode
from trainers.evaluation.running import of_file, score_file


@click.command()
@click.argument("predictions", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@what_options
@click.option(
    "--targets",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSONL with id and target.",
)
@click.option(
    "--metrics",
    type=click.Choice(set_names()),
    help="Of a file's targets; by default each one's task decides.",
)
@click.option("--system", default="", help="What the report calls it.")
@common_options
def command(
    predictions: Path,
    mixture: str | None,
    split: str,
    datasets: tuple[str, ...],
    benchmark: str | None,
    data: Path | None,
    part: str,
    limit: int,
    targets: Path | None,
    metrics: str | None,
    system: str,
    out: Path,
    mode: Mode,
    worst: int,
    as_json: bool,
) -> None:
    """Score the file PREDICTIONS, JSONL with id and prediction.

    Targets are those of a mixture's split, a benchmark or a file; by default the file's own.
    """
    what = choose(mixture, split, datasets, benchmark, data, part, limit, "")
    if what is not None and targets is not None:
        raise click.UsageError("--targets goes with neither --mixture nor --benchmark")
    if what is not None and metrics:
        raise click.UsageError("--metrics goes with a file's targets")
    if what is None:
        what = of_file(targets or predictions, metrics or "")
    done = score_file(
        predictions, what, out, system=system, mode=mode, worst=worst, tell=progress()
    )
    say(f"look at {out / 'report.html'}")
    if as_json:
        print_json(done.as_data())
    else:
        summarise(done)
