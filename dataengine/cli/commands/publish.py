"""`dataengine publish`: check a dataset, and send it to the Hub."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import Any

import click

from dataengine.cli import FAILED, INCOMPLETE
from dataengine.cli.console import print_json, say
from dataengine.cli.options import dataset_argument, json_option
from dataengine.publishing.dataset_folder import EXTRAS
from dataengine.publishing.errors import PublishInterrupted
from dataengine.publishing.folder import open_publishable
from dataengine.publishing.publication import (
    Publication,
    check_repository,
    described,
    prepare,
)
from dataengine.publishing.token import read_endpoint, read_token
from dataengine.storage import Storage

LISTED = 200
"""More files than these are counted by folder, unless --json is asked for."""


@click.command()
@dataset_argument
@click.option("--repo", required=True, metavar="OWNER/NAME", help="The dataset on the Hub.")
@click.option("--public", is_flag=True, help="Make it public; without, it is made private.")
@click.option("--dry-run", is_flag=True, help="Check and list everything; no network.")
@click.option("--revision", default="main", show_default=True, help="Branch; made if not there.")
@click.option("--replace", is_flag=True, help="Remove an earlier dataset's files from its folders.")
@click.option(
    "--with",
    "extras",
    multiple=True,
    type=click.Choice(EXTRAS),
    help="Send these, too; may be given again.",
)
@click.option(
    "--allow-licence",
    "allowed",
    multiple=True,
    metavar="NAME",
    help='Let a licence through by its exact name ("unknown" where there is none); the card says '
    "so; may be given again.",
)
@click.option(
    "--pictures",
    default=12,
    show_default=True,
    type=click.IntRange(0, 100),
    help="Samples shown in the card, one of each config.",
)
@click.option("--endpoint", default="", metavar="URL", help="The Hub.  [default: HF_ENDPOINT]")
@click.option(
    "--token-file",
    type=click.Path(path_type=Path),
    help="Holds the access token.  [default: HF_TOKEN, or the login of `hf auth login`]",
)
@json_option
def command(
    dataset: str,
    repo: str,
    public: bool,
    dry_run: bool,
    revision: str,
    replace: bool,
    extras: tuple[str, ...],
    allowed: tuple[str, ...],
    pictures: int,
    endpoint: str,
    token_file: Path | None,
    as_json: bool,
) -> None:
    """Send a finished dataset, or a mixture exported for the Hub, to a dataset repository.

    Everything is checked first: hashes, licences of the sources, paths of this machine, limits. An
    upload that breaks goes on where it was when the same command is given again.
    """
    address = read_endpoint(endpoint)  # also says so if huggingface_hub is not installed
    check_repository(repo)
    token = "" if dry_run else read_token(token_file)
    publishable = open_publishable(Storage(dataset), extras)
    publication = prepare(publishable, repo, allowed_licences=allowed, pictures=pictures)
    for check in publication.checks:
        for line in described(check):
            say(line)
    result = _as_data(publication)
    if dry_run:
        _list(publication)
        say("nothing was sent: this was a dry run")
    elif publication.passed:
        result["sent"] = _send(publication, address, token, revision, public, replace)
    if as_json:
        print_json(result)
    if not publication.passed:
        say("nothing was sent, because of these faults")
        raise click.exceptions.Exit(FAILED)


def _send(
    publication: Publication,
    endpoint: str,
    token: str,
    revision: str,
    public: bool,
    replace: bool,
) -> dict[str, Any]:
    import huggingface_hub
    from huggingface_hub.utils import disable_progress_bars  # type: ignore[attr-defined]

    from dataengine.publishing.hub import Hub
    from dataengine.publishing.sending import send

    huggingface_hub.logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # its warnings quote signed addresses
    if not sys.stderr.isatty():
        disable_progress_bars()
    hub = Hub(publication.repository, endpoint=endpoint, token=token, revision=revision, say=say)
    try:
        sent = send(publication, hub, public=public, replace=replace, say=say)
    except PublishInterrupted as error:
        say(f"error: {error}")
        raise click.exceptions.Exit(INCOMPLETE) from None
    say(
        f"{sent.url}: {sent.files:,} files sent ({sent.bytes / 1e6:,.1f} MB) in {sent.commits} "
        f"commits, {sent.there:,} were there, {sent.removed:,} removed"
    )
    return dataclasses.asdict(sent)


def _list(publication: Publication) -> None:
    if len(publication.files) <= LISTED:
        for file in publication.files:
            say(f"{file.size:>15,}  {file.name}")
    else:
        folders: dict[str, list[int]] = {}
        for file in publication.files:
            folders.setdefault(file.name.rpartition("/")[0], []).append(file.size)
        for name, sizes in folders.items():
            say(f"{sum(sizes):>15,}  {name or '(top)'}: {len(sizes):,} files")
    say(f"{publication.size:>15,}  in {len(publication.files):,} files")


def _as_data(publication: Publication) -> dict[str, Any]:
    return {
        "repository": publication.repository,
        "passed": publication.passed,
        "checks": [
            {"name": check.name, "passed": check.passed, "faults": list(check.faults)}
            | {"detail": check.detail}
            for check in publication.checks
        ],
        "files": [
            {"name": file.name, "bytes": file.size, "sha256": file.sha256}
            for file in publication.files
        ],
    }
