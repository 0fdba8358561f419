"""`dataengine write`: content by a language model, stored as a corpus that jobs then read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from dataengine.cli import INCOMPLETE
from dataengine.cli.console import print_json, say
from dataengine.cli.options import json_option
from dataengine.errors import ConfigError
from dataengine.recipe_loading import read_override
from dataengine.registry import get_pipeline


@click.command()
@click.argument("pipeline")
@click.option(
    "--topics",
    multiple=True,
    metavar="FILE",
    help="Text with a topic per line; may be given again. Default: the bundled topics.",
)
@click.option("--out", required=True, metavar="DIR", help="Folder of the corpus to be written.")
@click.option(
    "--set", "overrides", multiple=True, metavar="KEY=VALUE", help="A setting; see the docs."
)
@click.option("--dry-run", is_flag=True, help="Ask nothing: show a request and what it would cost.")
@json_option
def command(
    pipeline: str,
    topics: tuple[str, ...],
    out: str,
    overrides: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Have a language model write content for PIPELINE; answers are cached and never paid twice.

    Exit code 3 if something is left: run the same command again.
    """
    report = get_pipeline(pipeline).write(
        read_overrides(overrides), list(topics), out, say, dry_run=dry_run
    )
    if as_json:
        print_json(report)
    else:
        for name, value in report.items():
            click.echo(f"{name}: {_plain(value)}")
    if not dry_run and (report.get("left") or report.get("unanswered")):
        say(f"{report.get('stopped') or 'some requests got no answer'}: run the same command again")
        raise click.exceptions.Exit(INCOMPLETE)


def read_overrides(overrides: Iterable[str]) -> dict[str, Any]:
    """Return settings from "a=b" and "a.b=c", the values in YAML.

    Raises:
        ConfigError: one is not of that form.
    """
    found: dict[str, Any] = {}
    for override in overrides:
        (*outer, last), value = read_override(override)
        place = found
        for step in outer:
            place = place.setdefault(step, {})
            if not isinstance(place, dict):
                raise ConfigError(f"--set {override!r}: {step!r} holds a value, not a mapping")
        place[last] = value
    return found


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(one)}" for name, one in value.items()) or "none"
    return "unknown" if value is None else str(value)
