"""`dataengine stats`: what became of every unit, as tables, as JSON, and as a page with plots."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import click

from dataengine.cli.console import print_json, say
from dataengine.cli.options import dataset_argument, json_option
from dataengine.errors import ConfigError
from dataengine.mixture.record import RECORD_FILE, Record, load_record
from dataengine.plan import Plan, load_plan
from dataengine.reasons import merged
from dataengine.report.dataset_figures import dataset_figures
from dataengine.report.dataset_page import dataset_page
from dataengine.report.mixture_page import mixture_page
from dataengine.report.page import write_page
from dataengine.report.tokens import load_tokenizer
from dataengine.statistics import PartStats, collect
from dataengine.storage import Storage


@click.command()
@dataset_argument
@json_option
@click.option("--by-file", is_flag=True, help="Also list every corpus file with its outcomes.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write a page.")
@click.option("--rows", is_flag=True, help="With --json: all figures of the report.")
@click.option("--tokenizer", default="", metavar="NAME", help="Count tokens: file, folder or Hub.")
def command(
    dataset: str,
    as_json: bool,
    by_file: bool,
    report: Path | None,
    rows: bool,
    tokenizer: str,
) -> None:
    """Print samples and rejections of DIR by reason, language, licence, template and file.

    DIR is a dataset, finished or not, or a mixture. --report writes one HTML page that loads
    nothing; for it every column but the pictures is read once.
    """
    storage = Storage(dataset)
    if storage.exists(RECORD_FILE):
        _mixture(load_record(storage), as_json, report)
        return
    plan = load_plan(storage)
    if not report and not rows and not tokenizer:
        stats = collect(storage, plan, by_file=by_file)
        if as_json:
            print_json({name: part.as_data() for name, part in stats.items()})
            return
        for name, part in stats.items():
            _print_part(plan, name, part, merged([plan.describer(name).reasons]))
        return
    if not report and not as_json:
        raise ConfigError("--rows and --tokenizer go with --report or --json")
    counter = load_tokenizer(tokenizer) if tokenizer else None
    figures = dataset_figures(
        storage, plan, count_tokens=counter, tokenizer=tokenizer, by_file=by_file
    )
    if report:
        write_page(report, dataset_page(figures))
        say(f"look at {report}")
    if as_json:
        print_json(figures.as_data())


def _mixture(record: Record, as_json: bool, report: Path | None) -> None:
    if report:
        write_page(report, mixture_page(record))
        say(f"look at {report}")
    if as_json:
        data = dataclasses.asdict(record)
        print_json({key: data[key] for key in ("name", "splits", "members", "report", "overlap")})
    elif not report:
        for split, dimensions in record.report.items():
            entry = record.splits[split]
            click.echo(f"{split}: {entry.examples:,} examples of {entry.samples:,} samples")
            for dimension, counts in dimensions.items():
                _table(dimension, counts, entry.examples)


def _print_part(plan: Plan, name: str, part: PartStats, meanings: Mapping[str, str]) -> None:
    noun = plan.describer(name).unit_noun
    share = part.samples / part.units if part.units else 0.0
    click.echo(
        f"{name}: {part.samples:,} samples of {part.units:,} {noun}s ({share:.1%}; "
        f"{part.planned:,} planned), {part.bytes / 1e6:,.1f} MB"
    )
    _table("rejected", part.reasons, part.units, meanings)
    for key, counts in sorted(part.tallies.items()):
        if set(counts) != {"none"}:
            _table(key, counts, part.samples)
    work = Counter({stage: value for stage, value in part.seconds.items() if stage != "wall"})
    if part.units and work:
        click.echo("  CPU milliseconds per " + noun)
        for stage, seconds in work.most_common():
            click.echo(f"    {stage:<24}{1000 * seconds / part.units:>10.2f}")
        click.echo(f"  largest worker: {part.peak_mb:.0f} MiB")
    if part.files:
        _print_files(part)
    click.echo()


def _table(
    title: str, counts: Mapping[str, int], total: int, meanings: Mapping[str, str] | None = None
) -> None:
    if not counts:
        return
    click.echo(f"  {title}")
    for value, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        meaning = f"  {meanings[value]}" if meanings and value in meanings else ""
        click.echo(f"    {value:<24}{count:>10,}{count / total:>8.1%}{meaning}")


def _print_files(part: PartStats) -> None:
    click.echo("  by file")
    for name, counts in part.files.items():
        total = sum(counts.values())
        refused = ", ".join(
            f"{reason} {count}"
            for reason, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
            if reason != "sample"
        )
        click.echo(f"    {name}: {counts['sample']} of {total}{f'; {refused}' if refused else ''}")
