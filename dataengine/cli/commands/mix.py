"""`dataengine mix`: render what a mixture names, draw its examples, and write their order."""

from __future__ import annotations

import dataclasses
from typing import Any

import click

from dataengine.cli.console import print_json, say
from dataengine.cli.jobs import finish_job, prepare, run_tasks
from dataengine.cli.options import json_option, workers_option
from dataengine.job import standing
from dataengine.manifest import MANIFEST_FILE
from dataengine.mixture.datasets import missing_corpora, read_given, recipes_of, require_corpora
from dataengine.mixture.estimate import Estimate, PartEstimate, estimate
from dataengine.mixture.loading import load_mixture
from dataengine.mixture.making import make_mixture
from dataengine.mixture.measuring import measure_part
from dataengine.mixture.mixture_plan import plan_mixture
from dataengine.mixture.rates import Cost, cost_of, load_rates
from dataengine.mixture.record import RECORD_FILE, Record, load_record
from dataengine.plan import load_plan
from dataengine.plan_checks import check_recipe
from dataengine.recipe import Recipe
from dataengine.storage import Storage


@click.command()
@click.argument("mixture")
@click.option("--out", metavar="DIR", help="The mixture's folder, or an fsspec URL.")
@click.option(
    "--corpus",
    multiple=True,
    metavar="NAME=PATH",
    help="Where a corpus that the mixture asks for lies; may be given again, also for one name.",
)
@click.option(
    "--set", "overrides", multiple=True, metavar="A.B=C", help="Set a key of the mixture."
)
@click.option("--dry-run", is_flag=True, help="Say what would be made, and make nothing.")
@click.option(
    "--measure",
    type=click.IntRange(1),
    metavar="N",
    help="With --dry-run: render N units of each part now, instead of using known rates.",
)
@workers_option
@json_option
def command(
    mixture: str,
    out: str | None,
    corpus: tuple[str, ...],
    overrides: tuple[str, ...],
    dry_run: bool,
    measure: int | None,
    workers: int,
    as_json: bool,
) -> None:
    """Make a training set from MIXTURE: a bundled mixture's name or a YAML file.

    The same command resumes an interrupted job; what is done is not done again.
    """
    loaded = load_mixture(mixture, overrides=overrides)
    recipes = recipes_of(loaded, read_given(corpus))
    if measure and not dry_run:
        raise click.UsageError("--measure goes with --dry-run")
    if dry_run:
        found = estimate(loaded, recipes, _costs(measure), workers=workers)
        if as_json:
            print_json(found.as_data())
        else:
            _show_estimate(found)
        return
    if out is None:
        raise click.UsageError("say where to with --out DIR (--dry-run does without)")
    require_corpora(recipes.values())
    storage = Storage(out)
    with storage.locked():
        if swept := storage.sweep():
            say(f"removed {swept} leftovers of an interrupted run")
        plan = plan_mixture(storage, loaded, recipes)
        if storage.exists(RECORD_FILE):
            record = load_record(storage)
            say(f"{storage.url} is finished already")
        else:
            for name, recipe in recipes.items():
                say(f"dataset {name}")
                _render(Storage(plan.url(storage, name)), recipe, workers)
            record = make_mixture(storage, plan, workers=workers, seen=say)
    if as_json:
        print_json(dataclasses.asdict(record))
    else:
        _show(record)


def _render(storage: Storage, recipe: Recipe, workers: int) -> None:
    """Render a dataset as `dataengine render` does, unless it is finished."""
    if storage.exists(MANIFEST_FILE):
        check_recipe(load_plan(storage), recipe)
        return
    with storage.locked():
        plan = prepare(storage, recipe, workers)
        report: Any = run_tasks(storage, plan, standing(storage, plan), recipe.limits, workers)
        finish_job(storage, plan, report, finalizing=True, as_json=False)


def _costs(measure: int | None) -> Any:
    rates = load_rates().rates

    def known(recipe: Recipe, part: str) -> Cost | None:
        return cost_of(recipe.parts[part], rates)

    def measured(recipe: Recipe, part: str) -> Cost | None:
        alone = recipe.model_copy(update={"parts": {part: recipe.parts[part]}})
        if missing_corpora(alone):
            return known(recipe, part)
        return measure_part(recipe, part, measure or 1, say=say)

    return measured if measure else known


def _show_estimate(found: Estimate) -> None:
    row = "{:<44} {:>12} {:>7} {:>9} {:>11}"
    click.echo(row.format("dataset/part", "samples", "shards", "GB", "core-hours"))
    for dataset, parts in found.datasets.items():
        for name, part in parts.items():
            click.echo(row.format(f"{dataset}/{name}", *_figures(part)))
    click.echo(row.format("together, as far as known", *_figures(found.total())))
    click.echo()
    click.echo("{:<44} {:>12} {:>12}".format("member", "drawn", "there"))
    for name, member in found.members.items():
        wanted = "all" if member.wanted is None else f"{member.wanted:,}"
        click.echo(f"{name:<44} {wanted:>12} {_number(member.there):>12}")
        if member.wanted and member.there is not None and member.wanted > member.there:
            click.echo(f"  fewer are expected in {member.dataset} than {name} wants")
    for name in found.missing:
        click.echo(f"missing: --corpus {name}=PATH")


def _figures(part: PartEstimate) -> tuple[str, str, str, str]:
    size = None if part.bytes is None else part.bytes / 1e9
    return _number(part.samples), _number(part.shards), _decimal(size), _decimal(part.core_hours)


def _decimal(value: float | None) -> str:
    if value is None:
        return "?"
    return f"{value:,.1f}" if value >= 10 else f"{value:.2g}"


def _number(value: int | None) -> str:
    return "?" if value is None else f"{value:,}"


def _show(record: Record) -> None:
    for name, split in record.splits.items():
        click.echo(f"{name}: {split.examples:,} examples of {split.samples:,} samples")
        for dimension, counts in record.report[name].items():
            said = ", ".join(f"{value} {count:,}" for value, count in counts.items())
            if said:
                click.echo(f"  {dimension:<9} {said}")
    for name, member in record.members.items():
        left_out = ", ".join(f"{why} {count:,}" for why, count in member["left_out"].items())
        click.echo(
            f"{name}: {member['drawn']:,} of {member['available']:,} samples drawn"
            + (f", {member['repeated']:,} of them again" if member["repeated"] else "")
            + (f"; left out: {left_out}" if left_out else "")
        )
