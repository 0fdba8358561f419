"""`dataengine status`: how far a job is, from another terminal or after a crash."""

from __future__ import annotations

import click

from dataengine.cli import FAILED, INCOMPLETE
from dataengine.cli.console import describe, print_json
from dataengine.cli.options import dataset_argument, json_option
from dataengine.job import failures, standing
from dataengine.manifest import MANIFEST_FILE
from dataengine.plan import load_plan
from dataengine.progress import read_progress
from dataengine.storage import Storage


@click.command()
@dataset_argument
@json_option
def command(dataset: str, as_json: bool) -> None:
    """Say how far the job in DIR is. Exit code 0: complete, 1: shards failed, 3: incomplete."""
    storage = Storage(dataset)
    plan = load_plan(storage)
    state = standing(storage, plan)
    failed = failures(storage, plan)
    running = read_progress(storage)
    data = {
        "plan": plan.hash,
        "shards": len(plan.tasks()),
        "done": len(state.done),
        "failed": failed,
        "doubtful": {plan.name(task): why for task, why in state.doubts.items()},
        "units": sum(receipt.units for receipt in state.done),
        "samples": sum(receipt.samples for receipt in state.done),
        "rejections": sum(receipt.rejections for receipt in state.done),
        "bytes": sum(receipt.data.bytes for receipt in state.done),
        "planned_units": sum(part.units for part in plan.parts.values()),
        "finalized": storage.exists(MANIFEST_FILE) and not state.todo,
        "running": running,
    }
    if as_json:
        print_json(data)
    else:
        _tell(data)
    if failed:
        raise click.exceptions.Exit(FAILED)
    if state.todo:
        raise click.exceptions.Exit(INCOMPLETE)


def _tell(data: dict[str, object]) -> None:
    click.echo(
        f"{data['done']} of {data['shards']} shards done: {data['samples']:,} samples, "
        f"{data['rejections']:,} rejections of {data['planned_units']:,} units planned, "
        f"{int(str(data['bytes'])) / 1e6:,.1f} MB"
    )
    running = data["running"]
    if isinstance(running, dict) and running["alive"]:
        click.echo(f"running (process {running['pid']}): {describe(running)}")
    elif isinstance(running, dict):
        click.echo("the last run was cut off; run the same command again to go on")
    for heading, key in (("failed", "failed"), ("to be made again", "doubtful")):
        shards = data[key]
        assert isinstance(shards, dict)
        for name, why in shards.items():
            click.echo(f"{heading}: {name}: {why}")
    click.echo("finalized" if data["finalized"] else "not finalized")
