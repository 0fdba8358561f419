"""`dataengine reproduce`: one sample again, alone, compared with the stored one."""

from __future__ import annotations

import json
from pathlib import Path

import click

from dataengine.cli import FAILED
from dataengine.cli.console import print_json, say
from dataengine.cli.options import json_option
from dataengine.errors import ConfigError
from dataengine.plan import load_plan
from dataengine.reader import decoded
from dataengine.reproduce import Reproduction, reproduce
from dataengine.storage import Storage, storage_errors


@click.command()
@click.argument("sample_id", metavar="ID")
@click.option("--dataset", "--out", "dataset", default=".", show_default=True, metavar="DIR")
@click.option("--save", metavar="DIR", help="Write the picture and its row (JSON) here.")
@json_option
def command(sample_id: str, dataset: str, save: str | None, as_json: bool) -> None:
    """Render the sample or rejection ID of a dataset again and compare it with what is stored."""
    storage = Storage(dataset)
    if not storage.exists("plan/plan.json"):
        raise ConfigError(f"{dataset} is no dataset; name its folder with --dataset DIR")
    found = reproduce(storage, load_plan(storage), sample_id)
    if save:
        _save(found, Path(save))
    if as_json:
        print_json(
            {
                "id": found.id,
                "accepted": found.accepted,
                "stored": found.stored is not None,
                "exact": found.exact,
                "same_pixels": found.same_pixels,
                "differing": list(found.differing),
            }
        )
    say(_verdict(found))
    if found.stored is not None and not found.exact and not _only_compression(found):
        raise click.exceptions.Exit(FAILED)


def _only_compression(found: Reproduction) -> bool:
    return found.differing == ("image",) and found.same_pixels


def _verdict(found: Reproduction) -> str:
    reason = found.row.get("reason", "near-duplicate")
    what = "sample" if found.accepted else f"rejection ({reason})"
    if found.stored is None:
        return f"{found.id}: {what}; its shard is not done, so there is nothing to compare with"
    if found.exact:
        return f"{found.id}: {what}, byte for byte as stored"
    if _only_compression(found):
        return f"{found.id}: {what}, the same pixels, compressed otherwise by this type of CPU"
    return f"{found.id}: {what}, NOT as stored: {', '.join(found.differing)} differ"


def _save(found: Reproduction, folder: Path) -> None:
    row = decoded(found.row)
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for key in ("image", "preview"):
            picture = row.pop(key, None)
            if picture:
                (folder / Path(picture["path"]).name).write_bytes(picture["bytes"])
        row.pop("fingerprint", None)
        text = json.dumps(row, indent=1, ensure_ascii=False)
        (folder / f"{found.id}.json").write_text(text + "\n", encoding="utf-8")
