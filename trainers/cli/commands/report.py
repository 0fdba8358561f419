"""`dataengine-train report`: a run as one page with curves and transcripts."""

from __future__ import annotations

from pathlib import Path

import click

from dataengine.cli.console import say

PAGE = "report.html"


@click.command()
@click.argument("run", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--out", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
    help="The page, one HTML file that loads nothing; by default report.html in RUN.",
)  # fmt: skip
def command(run: Path, out: Path | None) -> None:
    """Write a page about RUN, the folder that `train --out` made, finished or not."""
    from dataengine.report.page import write_page
    from trainers.loop.run_page import run_page

    page = out or run / PAGE
    if not page.parent.is_dir():
        raise click.UsageError(f"--out: there is no folder {page.parent}")
    write_page(page, run_page(run))
    say(f"look at {page}")
