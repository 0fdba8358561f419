"""`dataengine validate`: is the dataset what it claims to be?"""

from __future__ import annotations

import click

from dataengine.cli import FAILED
from dataengine.cli.console import print_json, say
from dataengine.cli.options import dataset_argument, json_option
from dataengine.plan import load_plan
from dataengine.storage import Storage
from dataengine.validate import validate


@click.command()
@dataset_argument
@json_option
@click.option("--deep", is_flag=True, help="Also decode every picture and check its pixels.")
def command(dataset: str, as_json: bool, deep: bool) -> None:
    """Check the files of DIR against their receipts, to the last byte."""
    storage = Storage(dataset)
    plan = load_plan(storage)
    faults = validate(storage, plan, deep=deep)
    if as_json:
        print_json({"plan": plan.hash, "faults": faults})
    for fault in faults:
        say(f"fault: {fault}")
    if faults:
        raise click.exceptions.Exit(FAILED)
    say(f"{len(plan.tasks())} shards are what they claim to be")
