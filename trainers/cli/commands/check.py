"""`dataengine-train check`: what would become of every key of the weights that a recipe names."""

from __future__ import annotations

from pathlib import Path

import click

from trainers.cli.options import overridden, set_option


@click.command()
@click.argument("what", metavar="RECIPE|RUN")
@set_option
def command(what: str, overrides: tuple[str, ...]) -> None:
    """Read the weights that RECIPE names and say what becomes of every key; train nothing.

    With RUN, a run's folder or a checkpoint, say what it began with and whether its weights fit
    the recipe, layout and tokenizer beside them, which are all that is read.
    """
    if Path(what).is_dir():
        if overrides:
            raise click.UsageError("--set goes with a recipe; a checkpoint is what it is")
        _check_run(Path(what))
    else:
        _check_recipe(what, overrides)


def _check_recipe(name: str, overrides: tuple[str, ...]) -> None:
    import torch

    from trainers.models.building import build_model
    from trainers.tokens.layout import Layout
    from trainers.weights.loading import check_pretrained

    recipe = overridden(name, overrides)
    layout = Layout(recipe.model.layout, recipe.model.tokenizer)
    with torch.device("meta"):
        model = build_model(recipe.model, layout.ids)
    report = check_pretrained(model, recipe.model)
    for line in report.lines():
        click.echo(line)
    if not report.parts:
        click.echo("the recipe names no weights: all of the model begins random")


def _check_run(folder: Path) -> None:
    import torch

    from trainers.evaluation.loading import read_kept
    from trainers.loop import checkpoint
    from trainers.loop.run import WEIGHTS_REPORT
    from trainers.models.building import build_model
    from trainers.models.lora import add_lora
    from trainers.weights.report import read_lines

    kept = read_kept(folder)
    with torch.device("meta"):
        model = build_model(kept.recipe.model, kept.layout.ids)
        if kept.lora:
            add_lora(model.language, kept.lora)
    tensors = checkpoint.check_weights(kept.path, model)
    click.echo(
        f"{kept.path}: step {kept.state.total_steps:,} of the recipe {kept.recipe.name}; all "
        f"{tensors} tensors are there and fit"
    )
    layout = kept.layout
    click.echo(f"layout {layout.name}: {layout.ids.vocabulary:,} token ids")
    began = folder / WEIGHTS_REPORT
    if began.is_file():
        lines = list(read_lines(began))
        click.echo("the run began with" if lines else "the run began with random weights alone")
        for line in lines:
            click.echo(f"  {line}")
