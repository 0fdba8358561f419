"""`dataengine-train check`: what would become of every key of the weights that a recipe names."""

from __future__ import annotations

import click

from trainers.cli.options import recipe_options
from trainers.recipe import TrainRecipe


@click.command()
@recipe_options
def command(recipe: TrainRecipe) -> None:
    """Read the weights that RECIPE names and say what becomes of every key; train nothing."""
    import torch

    from trainers.models.building import build_model
    from trainers.tokens.layout import Layout
    from trainers.weights.loading import check_pretrained

    layout = Layout(recipe.model.layout, recipe.model.tokenizer)
    with torch.device("meta"):
        model = build_model(recipe.model, layout.ids)
    report = check_pretrained(model, recipe.model)
    for line in report.lines():
        click.echo(line)
    if not report.parts:
        click.echo("the recipe names no weights: all of the model begins random")
