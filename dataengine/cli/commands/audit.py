"""`dataengine audit`: does OCR of the stored pictures agree with the targets?"""

from __future__ import annotations

from pathlib import Path

import click

from dataengine.audit.auditing import audit
from dataengine.audit.planting import parse_faults
from dataengine.audit.report import percent, write_report
from dataengine.audit.summary import Summary, summarise
from dataengine.cli.console import print_json, say
from dataengine.cli.options import dataset_argument, json_option, workers_option
from dataengine.storage import Storage

SAID = 50


@click.command()
@dataset_argument
@click.option(
    "--sample", "size", type=click.IntRange(1), default=200, show_default=True, help="Rows to read."
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the choice.")
@workers_option
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT.html",
    help="Write a page with the figures and the worst pairs.",
)
@click.option(
    "--plant",
    metavar="FAULTS",
    help='Plant faults in what is read and count those found: "all" (1 % each) or '
    '"swapped=0.01,cropped=0.01,wrong-language=0.01". Nothing stored is changed.',
)
@json_option
def command(
    dataset: str,
    size: int,
    seed: int,
    workers: int,
    report: Path | None,
    plant: str | None,
    as_json: bool,
) -> None:
    """Read a sample of DIR's pictures by Tesseract and compare with the targets."""
    done = audit(
        Storage(dataset),
        size=size,
        seed=seed,
        workers=workers,
        faults=parse_faults(plant) if plant else None,
        on_done=_tell,
    )
    summary = summarise(done)
    if report is not None:
        write_report(report, done, summary)
        say(f"{report}: the worst {len(done.worst)} of {len(done.findings):,} rows")
    if as_json:
        print_json({**done.as_data(), "summary": summary.as_data()})
    else:
        _print(summary)


def _tell(done: int, total: int) -> None:
    if done % SAID == 0 or done == total:
        say(f"{done:,} of {total:,} rows read")


def _print(summary: Summary) -> None:
    click.echo(f"contradicted: {percent(summary.contradicted)} of {summary.contradicted.of} rows")
    for group in summary.groups:
        verdicts = ", ".join(f"{name} {count}" for name, count in group.verdicts.items() if count)
        click.echo(
            f"  {group.kind} {group.language}: {verdicts}; distance {group.distance[0]:.3f} "
            f"(90th percentile {group.distance[1]:.3f}), words missing {group.missing:.1%}"
        )
    for one in summary.caught:
        click.echo(
            f"  planted {one.fault}, {one.kind} {one.language}: {one.planted}, of which "
            f"{one.comparable} tell; found {percent(one.found)}, named rightly {one.named}"
        )
