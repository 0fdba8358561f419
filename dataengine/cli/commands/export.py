"""`dataengine export`: a dataset or mixture as files that a trainer reads."""

from __future__ import annotations

import click
from pydantic import ValidationError

from dataengine.cli.commands.write import read_overrides
from dataengine.cli.console import print_json, say
from dataengine.cli.options import json_option, out_option
from dataengine.errors import ConfigError
from dataengine.exporting.exporting import export
from dataengine.exporting.opening import chosen_splits, open_source
from dataengine.exporting.registry import format_names, make_format
from dataengine.settings_errors import explain
from dataengine.storage import Storage
from dataengine.views.settings import View


@click.command()
@click.argument("source", metavar="DIR")
@click.option("--format", "name", required=True, help="llava, swift, webdataset or hub.")
@out_option
@click.option("--split", "splits", multiple=True, help="Only this split; may be given again.")
@click.option(
    "--set", "overrides", multiple=True, metavar="A.B=C", help="Set a key of a dataset's view."
)
@click.option(
    "--option", "options", multiple=True, metavar="A=B", help="Set an option of the format."
)
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Of the view.")
@click.option("--limit", type=click.IntRange(1), help="Examples of each split, at most.")
@json_option
def command(
    source: str,
    name: str,
    out: str,
    splits: tuple[str, ...],
    overrides: tuple[str, ...],
    options: tuple[str, ...],
    seed: int,
    limit: int | None,
    as_json: bool,
) -> None:
    """Write the examples of DIR, a dataset or a mixture, in a trainer's format.

    The same command goes on with an export that was interrupted. See docs/exports.md.
    """
    format = make_format(name, read_overrides(options))
    opened = open_source(source, _view(overrides), seed)
    storage = Storage(out)
    with storage.locked():
        if swept := storage.sweep():
            say(f"removed {swept} leftovers of an interrupted export")
        counts = export(
            storage, opened, format, chosen_splits(opened, splits), limit=limit, say=say
        )
    if as_json:
        print_json(counts)
        return
    for split, one in counts["splits"].items():
        left_out = ", ".join(f"{reason} {count:,}" for reason, count in one["left_out"].items())
        click.echo(
            f"{split}: {one['written']:,} of {one['examples']:,} examples in {one['shards']} "
            f"shards{f'; left out: {left_out}' if left_out else ''}"
        )


def _view(overrides: tuple[str, ...]) -> View | None:
    if not overrides:
        return None
    try:
        return View.model_validate(read_overrides(overrides))
    except ValidationError as error:
        raise ConfigError(explain(error, View, "--set")) from error


command.epilog = f"Formats: {', '.join(format_names())}."
