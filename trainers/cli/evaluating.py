"""What `evaluate` and `score` share: options, progress, and figures on the terminal."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import click

from dataengine.cli.console import say
from dataengine.cli.options import json_option
from dataengine.errors import ConfigError
from trainers.evaluation.adapters import adapter_names
from trainers.evaluation.metric_sets import metric_set
from trainers.evaluation.metrics.modes import Mode
from trainers.evaluation.report import Evaluation, interval
from trainers.evaluation.running import Tell, What, of_benchmark, of_mixture

SAID_S = 10.0
"""Seconds between two lines of progress."""

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def what_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what is read or scored: a mixture's split, or a part of a benchmark."""
    return _add(
        command,
        click.option("--mixture", metavar="DIR", help="A mixture's folder, or an fsspec URL."),
        click.option("--split", default="test", show_default=True),
        click.option(
            "--dataset",
            "datasets",
            multiple=True,
            metavar="NAME=DIR",
            help="Where a dataset of the mixture lies now.",
        ),
        click.option("--benchmark", type=click.Choice(adapter_names())),
        click.option(
            "--data",
            type=click.Path(exists=True, file_okay=False, path_type=Path),
            help="The benchmark's folder, as its authors publish it.",
        ),
        click.option("--part", default="", help="Of the benchmark, such as en or human."),
        click.option("--limit", type=click.IntRange(0), default=0, help="Only the first N."),
    )


def common_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what becomes of the scores."""
    return _add(
        command,
        click.option(
            "--out",
            required=True,
            type=click.Path(file_okay=False, path_type=Path),
            help="Folder of report.html, figures.json and scores.jsonl.",
        ),
        click.option(
            "--mode",
            type=click.Choice(get_args(Mode)),
            default="correct",
            show_default=True,
            help="paper: as the reference code of each metric does it, faults too.",
        ),
        click.option(
            "--worst",
            type=click.IntRange(0),
            default=20,
            show_default=True,
            help="Cases of each task that the page shows.",
        ),
        json_option,
    )


def choose(
    mixture: str | None,
    split: str,
    datasets: tuple[str, ...],
    benchmark: str | None,
    data: Path | None,
    part: str,
    limit: int,
    prompt: str,
) -> What | None:
    """Return what the options name; None if they name nothing.

    Raises:
        ConfigError: they name two things, or half of one.
    """
    if mixture and benchmark:
        raise ConfigError("--mixture and --benchmark exclude each other")
    if bool(benchmark) != bool(data):
        raise ConfigError("--benchmark and --data go together")
    if benchmark and data:
        return of_benchmark(benchmark, data, part, prompt, limit)
    if not mixture:
        return None
    if prompt or part:
        raise ConfigError("--prompt and --part go with --benchmark; a mixture says what is asked")
    moved = dict(one.split("=", 1) for one in datasets if "=" in one)
    if len(moved) < len(datasets):
        raise ConfigError("--dataset wants NAME=DIR, each name once")
    return of_mixture(mixture, split, moved, limit)


def progress() -> Tell:
    """Return what tells people, at most every ten seconds and at the end."""
    last = time.monotonic()

    def tell(what: str, done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if done == total or now - last >= SAID_S:
            last = now
            say(f"{done:,} of {total:,} cases {what}")

    return tell


def summarise(evaluation: Evaluation) -> None:
    """Print the figures that the page shows of each task, and what was not read."""
    scoring = evaluation.scoring
    click.echo(f"{evaluation.system} on {evaluation.cases.name}, metrics: {scoring.mode}")
    if evaluation.gap:
        click.echo(f"  loss {evaluation.gap.loss:.4f}, vision gap {evaluation.gap.gap:.4f}")
    for group in evaluation.groups:
        name = group.task or "no task named"
        if group.kind is not None:
            name = f"  {name}, {group.kind or 'no kind'}, {group.language or 'no language'}"
        elif group.member is not None:
            name = f"  {name}, {group.member or 'no member'}"
        click.echo(f"{name}: {group.cases:,} cases of {group.pictures:,} pictures")
        shown = metric_set(group.metrics).shown
        for measure, figure in group.figures.items():
            if figure.value is not None and (measure in shown or not shown):
                undefined = f", {figure.undefined} undefined" if figure.undefined else ""
                click.echo(f"    {measure:<28}{interval(figure)}{undefined}")
    for what, entries in (
        ("without a prediction, scored as empty", scoring.unread),
        ("cut, since they did not end by themselves", scoring.cut),
        ("left out", scoring.left_out),
        ("predictions of no case", scoring.unknown),
    ):
        if entries:
            click.echo(f"{len(entries):,} {what}, such as {next(iter(entries))!r}")


def _add(command: Callable[..., Any], *options: Decorator) -> Callable[..., Any]:
    for option in reversed(options):
        command = option(command)
    return command
