"""`dataengine-train cost`: what a recipe would cost, and what of its model learns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from trainers.cli.options import recipe_options
from trainers.recipe import ModelRecipe, TrainRecipe

if TYPE_CHECKING:
    from trainers.tokens.ids import TokenIds


@click.command()
@recipe_options
@click.option("--examples", type=click.IntRange(1), default=1_000_000, show_default=True)
@click.option(
    "--tokens", type=click.IntRange(1), help="Per sequence; by default the recipe's most."
)
@click.option(
    "--tokenizer", default="", help="Hub name or folder; without it new tokens are left out."
)
def command(recipe: TrainRecipe, examples: int, tokens: int | None, tokenizer: str) -> None:
    """Print parameters, operations and hours of RECIPE, without allocating its model.

    No tokenizer and no weights are read: the vocabulary is as large as the language model's.
    """
    from trainers.cli.pricing import describe
    from trainers.loop.costs import stage_costs

    ids = _ids(recipe.model, tokenizer)
    counts = {stage.name: examples for stage in recipe.stages}
    for cost in stage_costs(recipe, ids, counts, tokens or recipe.data.max_tokens):
        click.echo(describe(cost))


def _ids(recipe: ModelRecipe, tokenizer: str) -> TokenIds:
    from trainers.tokens.ids import TokenIds
    from trainers.tokens.layout import Layout, load_layout

    if tokenizer or not (recipe.tokenizer or load_layout(recipe.layout).tokenizer):
        return Layout(recipe.layout, tokenizer).ids
    return TokenIds(vocabulary=3, image=0, pad=1, end=2)
