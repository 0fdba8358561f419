"""Checks what a recipe would load, and exports checkpoints: `python -m trainers.weights VERB`."""

from __future__ import annotations

from pathlib import Path

import click
import torch

from dataengine.errors import DataEngineError
from trainers.evaluation.loading import load_checkpoint
from trainers.models.building import build_model
from trainers.recipe import load_recipe
from trainers.tokens.layout import Layout
from trainers.weights.exporting import export
from trainers.weights.loading import check_pretrained


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Weights from elsewhere, and for elsewhere."""


@main.command("check")
@click.argument("recipe")
def check_command(recipe: str) -> None:
    """Read the weights that RECIPE names and say what becomes of every key; train nothing."""
    try:
        found = load_recipe(recipe)
        layout = Layout(found.model.layout, found.model.tokenizer)
        with torch.device("meta"):
            model = build_model(found.model, layout.ids)
        report = check_pretrained(model, found.model)
    except DataEngineError as error:
        raise click.ClickException(str(error)) from error
    for line in report.lines():
        click.echo(line)
    if not report.parts:
        click.echo("the recipe names no weights: all of the model begins random")


@main.command("export")
@click.argument("checkpoint", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
def export_command(checkpoint: Path, folder: Path) -> None:
    """Write CHECKPOINT (or the newest one of a run) as FOLDER, for transformers and for Vary."""
    try:
        loaded = load_checkpoint(checkpoint, torch.device("cpu"))
        export(loaded.model, loaded.recipe.model, folder)
    except DataEngineError as error:
        raise click.ClickException(str(error)) from error
    click.echo(str(folder))


if __name__ == "__main__":
    main()
