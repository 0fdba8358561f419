"""`dataengine-train cost`: what a recipe would cost, and what of its model learns."""

from __future__ import annotations

import click

from trainers.cli.options import recipe_options
from trainers.recipe import TrainRecipe


@click.command()
@recipe_options
@click.option("--examples", type=click.IntRange(1), default=1_000_000, show_default=True)
@click.option(
    "--tokens", type=click.IntRange(1), help="Per sequence; by default the recipe's most."
)
@click.option("--tokenizer", default="", help="Hub name or folder, if not the recipe's own.")
def command(recipe: TrainRecipe, examples: int, tokens: int | None, tokenizer: str) -> None:
    """Print parameters, operations and hours of RECIPE, without allocating its model."""
    from trainers.loop.costs import describe, stage_costs
    from trainers.tokens.layout import Layout

    layout = Layout(recipe.model.layout, tokenizer or recipe.model.tokenizer)
    for cost in stage_costs(recipe, layout.ids, examples, tokens or recipe.data.max_tokens):
        click.echo(describe(cost))
