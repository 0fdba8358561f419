"""`dataengine-train doctor`: whether a recipe can learn from a mixture, before step 1."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dataengine.cli import FAILED
from dataengine.cli.console import print_json, say
from dataengine.storage import storage_errors
from trainers.cli.options import open_sources, recipe_options
from trainers.recipe import TrainRecipe

if TYPE_CHECKING:
    from trainers.loop.checks.finding import Finding

PAGE = "doctor.html"


@click.command()
@recipe_options
@click.option("--data", required=True, metavar="DIR", help="A finished mixture.")
@click.option("--split", default="train", show_default=True, help="What is learned from.")
@click.option("--device", default="", help="cpu or cuda; by default CUDA where there is some.")
@click.option(
    "--overfit", type=click.IntRange(0), default=8, show_default=True, metavar="N",
    help="Learn N examples by heart with a copy of the model; 0: do not.",
)  # fmt: skip
@click.option(
    "--examples", type=click.IntRange(2), default=64, show_default=True, help="Looked at."
)
@click.option(
    "--report", metavar="DIR", type=click.Path(file_okay=False, path_type=Path),
    help="Write a page there with the first pictures as the model sees them.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def command(
    recipe: TrainRecipe,
    data: str,
    split: str,
    device: str,
    overfit: int,
    examples: int,
    report: Path | None,
    as_json: bool,
) -> None:
    """Look at RECIPE's data, masks, model and learning before step 1; exit 1 if a problem is found.

    Nothing is trained: --overfit learns with a copy, for at most two minutes.
    """
    from dataengine.report.page import write_page
    from trainers.loop.distributed import joined
    from trainers.loop.doctor import examine
    from trainers.loop.doctor_page import doctor_page
    from trainers.loop.parts import build_parts

    run = recipe.run.model_copy(update={"held_out": 0})  # it needs no split to measure with
    source, _ = open_sources(recipe.model_copy(update={"run": run}), data, split, "")
    with joined(device) as world:
        parts = build_parts(recipe, source, None)
        parts.model.to(world.device)
        tell = _silent if as_json else _tell
        diagnosis = examine(parts, world, overfit=overfit, examples=examples, tell=tell)
    if as_json:
        print_json([asdict(one) for one in diagnosis.findings])
    if report:
        with storage_errors(report):
            report.mkdir(parents=True, exist_ok=True)
        write_page(report / PAGE, doctor_page(diagnosis, parts))
        say(f"look at {report / PAGE}")
    if not diagnosis.healthy:
        raise click.exceptions.Exit(FAILED)


def _tell(finding: Finding) -> None:
    click.echo(f"{finding.level:<8} {finding.check}: {finding.words}")
    for line in finding.lines:
        click.echo(f"             {line}")


def _silent(finding: Finding) -> None:
    del finding
