"""`dataengine-train list`: recipes and layouts."""

from __future__ import annotations

import click

from trainers.recipe import load_recipe, recipe_paths
from trainers.tokens.layout import layout_paths, load_layout


@click.command()
def command() -> None:
    """List the bundled recipes and layouts, and what they follow."""
    click.echo("recipes")
    for name in recipe_paths():
        click.echo(f"  {name:<24} {load_recipe(name).source}")
    click.echo("layouts")
    for name in layout_paths():
        click.echo(f"  {name:<24} {load_layout(name).source}")
