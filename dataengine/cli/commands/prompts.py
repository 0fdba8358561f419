"""`dataengine prompts`: tasks and their wordings, or conversations of a dataset under a view."""

from __future__ import annotations

import textwrap
from collections import Counter
from typing import Any

import click
from pydantic import ValidationError

from dataengine.cli.commands.write import read_overrides
from dataengine.cli.console import print_json, say
from dataengine.cli.options import json_option
from dataengine.errors import ConfigError
from dataengine.settings_errors import explain
from dataengine.views.settings import View
from dataengine.views.shown import conversations_of
from dataengine.views.task import Task
from dataengine.views.task_files import get_task, task_names
from dataengine.views.viewing import Viewer


@click.command()
@click.argument("dataset", required=False, metavar="[DIR]")
@click.option("--task", help="Print the wordings of one task.")
@click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="A.B=C",
    help="Set a key of the view; see the docs.",
)
@click.option("--count", default=8, show_default=True, type=click.IntRange(1))
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0))
@click.option(
    "--chars",
    default=600,
    show_default=True,
    type=click.IntRange(1),
    help="Characters of each turn that are printed; JSON has all of them.",
)
@json_option
def command(
    dataset: str | None,
    task: str | None,
    overrides: tuple[str, ...],
    count: int,
    seed: int,
    chars: int,
    as_json: bool,
) -> None:
    """List tasks and sets of wordings; with DIR, print conversations that a view makes of it.

    \b
    dataengine prompts
    dataengine prompts --task region_text
    dataengine prompts DIR --set tasks.text=1 --set wordings=[vary]
    """
    if dataset:
        _show(dataset, Viewer(_view(overrides), seed), count, chars, as_json)
    elif task:
        _wordings(task, get_task(task), as_json)
    else:
        _tasks(as_json)


def _view(overrides: tuple[str, ...]) -> View:
    try:
        return View.model_validate(read_overrides(overrides))
    except ValidationError as error:
        raise ConfigError(explain(error, View, "--set")) from error


def _show(dataset: str, viewer: Viewer, count: int, chars: int, as_json: bool) -> None:
    shown = list(conversations_of(dataset, viewer, count))
    if as_json:
        print_json(shown)
        return
    for one in shown:
        sets = ", ".join(dict.fromkeys(it["set"] for it in one["details"].get("questions", ())))
        about = " · ".join(it for it in (one["sample"], one["task"], one["language"], sets) if it)
        click.echo(about)
        for turn in one["turns"]:
            text = turn["text"] if len(turn["text"]) <= chars else turn["text"][:chars] + " …"
            click.echo(textwrap.indent(f"{turn['role']}: {text}", "  "))
        click.echo()
    if not shown:
        say("no sample of the dataset gives a task of this view")


def _tasks(as_json: bool) -> None:
    tasks = {name: get_task(name) for name in task_names()}
    if as_json:
        print_json({name: _data(task) for name, task in tasks.items()})
        return
    for name, task in tasks.items():
        counts = Counter((one.group.set, one.group.language) for one in task.requests())
        sets = ", ".join(f"{which}/{language} {n}" for (which, language), n in counts.items())
        click.echo(f"{name}: {task.summary}\n  {sets}")


def _wordings(name: str, task: Task, as_json: bool) -> None:
    if as_json:
        print_json({name: _data(task)})
        return
    click.echo(f"{name}: {task.summary}")
    for group in task.groups:
        notes = [group.source, "only by name" if group.by_name else ""]
        notes += [f"not where {key} is {' or '.join(one)}" for key, one in group.unless.items()]
        about = "; ".join(note for note in notes if note)
        click.echo(f"\n{group.set}, {group.language}{f' ({about})' if about else ''}")
        for text in group.texts:
            click.echo(f"  {text!r}" if text != text.strip() or not text else f"  {text}")
        if group.prefix or group.suffix:
            click.echo(f"  the answer is {group.prefix!r} + target + {group.suffix!r}")


def _data(task: Task) -> dict[str, Any]:
    return task.model_dump(mode="json", exclude_defaults=True)
