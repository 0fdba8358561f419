"""`dataengine finalize`: check everything, write manifest, card and gallery."""

from __future__ import annotations

import click

from dataengine.cli.console import print_json, say
from dataengine.cli.options import dataset_argument, json_option
from dataengine.finalize import finalize
from dataengine.plan import load_plan
from dataengine.storage import Storage


@click.command()
@dataset_argument
@json_option
def command(dataset: str, as_json: bool) -> None:
    """Check every shard of DIR by hash and write manifest, dataset card and gallery."""
    storage = Storage(dataset)
    with storage.locked():
        manifest = finalize(storage, load_plan(storage))
    if as_json:
        print_json({"totals": dict(manifest.totals), "near_duplicates": manifest.near_duplicates})
    else:
        say(
            f"{manifest.totals['samples']:,} samples in {len(manifest.shards)} shards, "
            f"{manifest.near_duplicates} near-duplicates across shards"
        )
