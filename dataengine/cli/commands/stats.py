"""`dataengine stats`: what became of every unit, as tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import click

from dataengine.cli.console import print_json
from dataengine.cli.options import dataset_argument, json_option
from dataengine.plan import Plan, load_plan
from dataengine.reasons import merged
from dataengine.statistics import PartStats, collect
from dataengine.storage import Storage


@click.command()
@dataset_argument
@json_option
@click.option("--by-file", is_flag=True, help="Also list every corpus file with its outcomes.")
def command(dataset: str, as_json: bool, by_file: bool) -> None:
    """Print samples and rejections of DIR by reason, language, licence, template and file."""
    storage = Storage(dataset)
    plan = load_plan(storage)
    stats = collect(storage, plan, by_file=by_file)
    if as_json:
        print_json({name: part.as_data() for name, part in stats.items()})
        return
    for name, part in stats.items():
        _print_part(plan, name, part, merged([plan.pipeline(name).reasons]))


def _print_part(plan: Plan, name: str, part: PartStats, meanings: Mapping[str, str]) -> None:
    noun = plan.pipeline(name).unit_noun
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
