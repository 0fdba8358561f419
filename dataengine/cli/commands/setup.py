"""`dataengine setup`: bring what pipelines need and no package carries."""

from __future__ import annotations

from pathlib import Path

import click

from dataengine.cli.console import say
from dataengine.errors import ConfigError
from dataengine.registry import get_pipeline, pipeline_names


@click.command()
@click.argument("pipeline", required=False)
@click.option(
    "--from",
    "source",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Take it from this file instead of fetching it.",
)
def command(pipeline: str | None, source: Path | None) -> None:
    """Bring what PIPELINE needs and no package carries, or what any pipeline needs.

    It is fetched once, by the package tools that are set up here, checked, and kept in the cache
    folder. `dataengine doctor` says whether something is missing.
    """
    if source and not pipeline:
        raise ConfigError("--from needs the name of the pipeline that the file is for")
    for name in [pipeline] if pipeline else pipeline_names():
        get_pipeline(name).setup(say, source)
