"""`dataengine preview`: a contact sheet in seconds."""

from __future__ import annotations

from pathlib import Path

import click

from dataengine.cli.console import say
from dataengine.cli.options import recipe_options
from dataengine.contact_sheet import contact_sheet
from dataengine.preview import preview, preview_templates
from dataengine.recipe import Recipe
from dataengine.storage import storage_errors


@click.command()
@recipe_options
@click.option("--count", default=24, show_default=True, type=click.IntRange(1, 400))
@click.option("--by-template", is_flag=True, help="One sample of each template instead of --count.")
@click.option("--columns", default=6, show_default=True, type=click.IntRange(1, 40))
@click.option("--cell", default=320, show_default=True, type=click.IntRange(64, 1024), help="px")
@click.option(
    "--regions", "levels", multiple=True, help="Draw boxes of this level (word, line, …)."
)
@click.option("--out", default="preview.png", show_default=True, metavar="FILE")
def command(
    recipe: Recipe,
    count: int,
    by_template: bool,
    columns: int,
    cell: int,
    levels: tuple[str, ...],
    out: str,
) -> None:
    """Render a few units of RECIPE, drawn at random, into one picture; writes no dataset."""
    rows = list(preview_templates(recipe) if by_template else preview(recipe, count))
    name = "template" if by_template else "id"
    sheet = contact_sheet(rows, columns=columns, cell_px=cell, levels=levels, name=name)
    with storage_errors(out):
        sheet.save(Path(out), optimize=True)
    rejected = sum("reason" in row for row in rows)
    if by_template:
        for row in rows:
            if "reason" in row:
                say(f"{row['template']} gave no sample: {row['reason']}: {row['detail']}")
    say(f"{out}: {len(rows) - rejected} samples, {rejected} rejections")
