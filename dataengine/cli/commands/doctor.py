"""`dataengine doctor`: is everything there that a job needs?"""

from __future__ import annotations

import dataclasses

import click

from dataengine.cli import FAILED
from dataengine.cli.console import print_json
from dataengine.cli.options import json_option
from dataengine.doctor import examine


@click.command()
@click.option("--out", default=".", metavar="DIR", help="Where a dataset would be written.")
@json_option
def command(out: str, as_json: bool) -> None:
    """Look for what a job would stop at. Exit code 1 if something is missing."""
    findings = []
    for finding in examine(out):
        findings.append(finding)
        if not as_json:
            click.echo(f"{finding.state:<8} {finding.name}: {finding.detail}")
    if as_json:
        print_json([dataclasses.asdict(finding) for finding in findings])
    if any(finding.state == "missing" for finding in findings):
        raise click.exceptions.Exit(FAILED)
