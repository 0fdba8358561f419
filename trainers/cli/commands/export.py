"""`dataengine-train export`: a checkpoint as folders that transformers and Vary load."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("checkpoint", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
def command(checkpoint: Path, folder: Path) -> None:
    """Write CHECKPOINT (or the newest one of a run) as FOLDER, for transformers and for Vary."""
    import torch

    from trainers.evaluation.loading import load_checkpoint
    from trainers.weights.exporting import export

    loaded = load_checkpoint(checkpoint, torch.device("cpu"))
    export(loaded.model, loaded.recipe.model, folder, loaded.layout)
    click.echo(str(folder))
