"""`dataengine bench`: a pipeline's speed and memory on this machine."""

from __future__ import annotations

import click

from dataengine.cli.console import print_json, say
from dataengine.cli.options import json_option
from dataengine.registry import get_pipeline, pipeline_names


@click.command()
@click.argument("pipeline")
@click.option("--corpus", multiple=True, metavar="PATH", help="Measure on these files.")
@click.option("--units", default=200, show_default=True, type=click.IntRange(1))
@json_option
def command(pipeline: str, corpus: tuple[str, ...], units: int, as_json: bool) -> None:
    """Measure PIPELINE (`pdf` stands for `pdf_pages`) on real input, per core, in one run."""
    short = [name for name in pipeline_names() if name.split("_")[0] == pipeline]
    found = get_pipeline(short[0] if len(short) == 1 else pipeline)
    figures = found.benchmark(list(corpus), units, say)
    if as_json:
        print_json(figures)
