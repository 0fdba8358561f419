"""`dataengine-train doctor`: whether a recipe can learn from a mixture, before step 1."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dataengine.cli import FAILED
from dataengine.cli.console import print_json, say
from dataengine.storage import storage_errors
from trainers.cli.options import data_option, device_option, first_of, open_data, recipe_options
from trainers.recipe import Stage, TrainRecipe

if TYPE_CHECKING:
    from trainers.loop.checks.finding import Finding
    from trainers.loop.doctor import Diagnosis
    from trainers.loop.parts import Parts


@click.command()
@recipe_options
@data_option
@click.option("--split", default="train", show_default=True, help="What is learned from.")
@device_option
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
    data: tuple[str, ...],
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
    from trainers.loop.distributed import joined
    from trainers.loop.doctor import examine
    from trainers.loop.parts import build_parts

    run = recipe.run.model_copy(update={"held_out": 0})  # it needs no split to measure with
    by_stage = open_data(recipe.model_copy(update={"run": run}), data, split, "")
    tell = _silent if as_json else _tell
    findings: list[Finding] = []
    with joined(device) as world:
        parts = build_parts(recipe, first_of(recipe, by_stage).source, None, by_stage)
        parts.model.to(world.device)
        for line in parts.weights.lines() if parts.weights and not as_json else ():
            click.echo(line)
        for one in _by_data(parts):
            if one is not parts and not as_json:
                click.echo(f"stage {', '.join(stage.name for stage in one.recipe.stages)}")
            diagnosis = examine(one, world, overfit=overfit, examples=examples, tell=tell)
            findings += diagnosis.findings
            if report:
                _write(report, diagnosis, one, alone=one is parts)
    if as_json:
        print_json([asdict(one) for one in findings])
    if any(one.level == "problem" for one in findings):
        raise click.exceptions.Exit(FAILED)


def _by_data(parts: Parts) -> list[Parts]:
    """Return the run's parts for each mixture, with the stages that read it."""
    stages: dict[str, list[Stage]] = {}
    for stage in parts.recipe.stages:
        stages.setdefault(parts.identities[stage.name], []).append(stage)
    if len(stages) == 1:
        return [parts]
    return [
        replace(
            parts,
            recipe=parts.recipe.model_copy(update={"stages": tuple(some)}),
            source=parts.data_of(some[0]).source,
        )
        for some in stages.values()
    ]


def _write(folder: Path, diagnosis: Diagnosis, parts: Parts, *, alone: bool) -> None:
    from dataengine.report.page import write_page
    from trainers.loop.doctor_page import doctor_page

    name = "" if alone else f"-{parts.recipe.stages[0].name}"
    page = folder / f"doctor{name}.html"
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    write_page(page, doctor_page(diagnosis, parts))
    say(f"look at {page}")


def _tell(finding: Finding) -> None:
    click.echo(f"{finding.level:<8} {finding.check}: {finding.words}")
    for line in finding.lines:
        click.echo(f"             {line}")


def _silent(finding: Finding) -> None:
    del finding
