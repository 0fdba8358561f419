"""`dataengine overlap`: duplicates within and across datasets, and what benchmarks share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from dataengine.cli.console import print_json, say
from dataengine.cli.options import json_option
from dataengine.overlap.benchmark_report import BenchmarkReport
from dataengine.overlap.benchmarks import BenchmarkSearch
from dataengine.overlap.dataset_rows import (
    benchmark_columns,
    dataset_rows,
    duplicate_columns,
    open_datasets,
)
from dataengine.overlap.duplicates import find_duplicates
from dataengine.overlap.found_table import write_found
from dataengine.overlap.settings import FORMS, BenchmarkOverlap, Duplicates

_DUPLICATES, _BENCHMARKS = Duplicates(), BenchmarkOverlap()


@click.command()
@click.argument("datasets", metavar="DIR...", nargs=-1, required=True)
@click.option("--against", multiple=True, metavar="FILE", help="Benchmark file or folder of them.")
@click.option("--pictures", multiple=True, metavar="FOLDER", help="Folder of benchmark pictures.")
@click.option("--form", "forms", multiple=True, type=click.Choice(FORMS), help="Only this form.")
@click.option(
    "--near-text",
    type=click.FloatRange(0.6, 1),
    default=_DUPLICATES.near_text,
    show_default=True,
    help="Least similarity of texts.",
)
@click.option(
    "--near-picture",
    type=click.FloatRange(0.6, 1),
    default=_DUPLICATES.near_picture,
    show_default=True,
    help="Least similarity of photos.",
)
@click.option(
    "--words",
    type=click.IntRange(3, 50),
    default=_BENCHMARKS.words,
    show_default=True,
    help="Length of the n-grams that are looked up in benchmarks.",
)
@click.option(
    "--characters",
    type=click.IntRange(8, 200),
    default=_BENCHMARKS.characters,
    show_default=True,
    help="The same for Chinese and Japanese.",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="All of it, Parquet.")
@json_option
def command(
    datasets: tuple[str, ...],
    against: tuple[str, ...],
    pictures: tuple[str, ...],
    forms: tuple[Any, ...],
    near_text: float,
    near_picture: float,
    words: int,
    characters: int,
    out: Path | None,
    as_json: bool,
) -> None:
    """List samples of DIR... that repeat earlier ones, or that benchmarks hold too.

    Datasets are read in the order given; nothing is changed.
    """
    opened = open_datasets(datasets)
    settings = Duplicates(forms=forms or FORMS, near_text=near_text, near_picture=near_picture)
    wanted = BenchmarkOverlap(
        files=against,
        pictures=pictures,
        words=words,
        characters=characters,
        near_picture=near_picture,
    )
    search = BenchmarkSearch(wanted)
    report = find_duplicates(dataset_rows(opened, duplicate_columns(settings)), settings)
    overlap = BenchmarkReport(search)
    rows = dataset_rows(opened, benchmark_columns(wanted)) if against or pictures else ()
    hits = overlap.counted(search.hits(rows))
    if out:
        say(f"{write_found(out, report, hits):,} rows written to {out}")
    else:
        for _ in hits:
            pass
    data = {"duplicates": report.as_data(), "benchmarks": overlap.as_data()}
    if as_json:
        print_json(data)
        return
    _tell_duplicates(data["duplicates"])
    if against or pictures:
        _tell_benchmarks(data["benchmarks"], overlap)


def _tell_duplicates(data: dict[str, Any]) -> None:
    click.echo(f"{data['duplicates']:,} of {data['samples']:,} samples repeat an earlier one")
    for form, count in data["compared"].items():
        click.echo(f"  {form:<14}{count:>12,} samples compared")
    for pair in data["pairs"]:
        click.echo(
            f"  {pair['form']:<14}{pair['count']:>12,} of {pair['dataset']} "
            f"as in {pair['of_dataset']}"
        )


def _tell_benchmarks(data: dict[str, Any], overlap: BenchmarkReport) -> None:
    click.echo(f"{data['samples']:,} samples share n-grams or a picture with a benchmark")
    for file in data["files"]:
        short = f", {file['too_short']:,} too short for n-grams" if file["too_short"] else ""
        click.echo(f"  {file['path']}: {file['records']:,} records{short}")
    if data["pictures"] or data["unreadable_pictures"]:
        unread = len(data["unreadable_pictures"])
        click.echo(f"  {data['pictures']:,} pictures{f', {unread} unreadable' if unread else ''}")
    for hit in data["hits"]:
        click.echo(f"  {hit['form']:<14}{hit['count']:>12,} of {hit['dataset']} in {hit['file']}")
    for one in overlap.worst:
        place = f"{one.file} record {one.record}" if one.record else one.file
        click.echo(f"    {one.share:>6.1%}  {one.id}  {place}  {one.excerpt}")
