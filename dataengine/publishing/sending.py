"""Sends a publication: only what is not there yet, in batches, and the card with the last of them.

Until the last commit a new repository has no card and no manifest, so nobody takes half a dataset
for a whole one. A repeat of the same call lists the repository, and sends what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from dataengine.publishing.errors import PublishError, PublishInterrupted
from dataengine.publishing.files import PublishedFile
from dataengine.publishing.hub import Hub, RemoteFile
from dataengine.publishing.publication import OWN_FOLDERS, Publication

BATCH_FILES = 64
"""The Hub recommends 50 to 100 files in a commit (hub-docs, storage-limits.md)."""
BATCH_BYTES = 10 * 10**9
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Sent:
    """What a call sent.

    Attributes:
        files, bytes: sent now.
        there: files that were there already, with the same content.
        removed: files that were removed.
        commits: commits made now.
        private: whether the repository is private.
    """

    url: str
    files: int
    bytes: int
    there: int
    removed: int
    commits: int
    private: bool


def send(
    publication: Publication,
    hub: Hub,
    *,
    public: bool = False,
    replace: bool = False,
    say: Callable[[str], None] = lambda text: None,
) -> Sent:
    """Send what the repository does not have yet.

    Args:
        public: make the repository public if it has to be made.
        replace: remove files of an earlier dataset from the dataset's own folders.
        say: told how far it is.

    Raises:
        PublishInterrupted: the connection broke; the same call goes on.
        PublishError: a check failed, the Hub refuses, or files of another dataset are there.
    """
    publication.require_passed()
    say(f"{hub.endpoint}: logged in as {hub.account()}")
    private = _open(hub, public=public, say=say)
    stored = hub.stored()
    stale = _stale(publication, stored, hub, replace=replace)
    todo = [file for file in publication.files if not _is_there(stored, file)]
    there = len(publication.files) - len(todo)
    if there:
        say(f"{there:,} of {len(publication.files):,} files are there already")
    batches = list(_batches(todo, last=_last_files(publication)))
    if stale and not batches:
        batches = [[]]
    for place, batch in enumerate(batches, start=1):
        final = place == len(batches)
        size = sum(file.size for file in batch)
        say(f"commit {place} of {len(batches)}: {len(batch):,} files, {size / 1e6:,.1f} MB")
        message = f"Publish by dataengine, {place} of {len(batches)}"
        try:
            hub.commit(batch, message, remove=stale if final else ())
        except PublishInterrupted as error:
            raise PublishInterrupted(
                f"{error}; {place - 1} of {len(batches)} commits are made; run the same command "
                "again to go on"
            ) from None
    if batches:
        _verify(publication, hub)
    return Sent(
        hub.url,
        files=len(todo),
        bytes=sum(file.size for file in todo),
        there=there,
        removed=len(stale),
        commits=len(batches),
        private=private,
    )


def _open(hub: Hub, *, public: bool, say: Callable[[str], None]) -> bool:
    """Make the repository, or check that the one that is there is meant; return if private."""
    private = hub.is_private()
    if private is None:
        hub.create(private=not public)
        private = hub.is_private()
        if private is None or (not private and not public):
            raise PublishError(f"{hub.url} could not be made private; nothing was sent")
        say(f"made {hub.url} ({'private' if private else 'public'})")
    elif not private and not public:
        raise PublishError(
            f"{hub.url} is public, so everybody would see this dataset: say --public if that is "
            "meant, or choose another --repo"
        )
    elif private and public:
        say(f"{hub.url} is private and stays so; its settings page makes it public")
    hub.open_revision()
    return private


def _stale(
    publication: Publication, stored: dict[str, RemoteFile], hub: Hub, *, replace: bool
) -> list[str]:
    """Return files of another dataset in our folders: the card's patterns would take them in."""
    ours = {file.name for file in publication.files}
    stale = sorted(
        name for name in stored if name.split("/")[0] in OWN_FOLDERS and name not in ours
    )
    if stale and not replace:
        more = f" and {len(stale) - _SHOWN} more" if len(stale) > _SHOWN else ""
        raise PublishError(
            f"{hub.url} holds files that are not of this dataset: {', '.join(stale[:_SHOWN])}{more}"
            "; say --replace to remove them, or choose another --repo or --revision"
        )
    return stale


def _is_there(stored: dict[str, RemoteFile], file: PublishedFile) -> bool:
    return file.name in stored and stored[file.name].same(file)


def _last_files(publication: Publication) -> set[str]:
    """Names of the files that make a dataset of the data: all at the top of the repository."""
    return {file.name for file in publication.files if "/" not in file.name}


def _batches(files: Sequence[PublishedFile], last: set[str]) -> Iterator[list[PublishedFile]]:
    """Yield batches of at most `BATCH_FILES` and about `BATCH_BYTES`; `last` at the end."""
    batch: list[PublishedFile] = []
    for file in files:
        if file.name in last:
            continue
        size = sum(one.size for one in batch)
        if batch and (len(batch) == BATCH_FILES or size + file.size > BATCH_BYTES):
            yield batch
            batch = []
        batch.append(file)
    if batch:
        yield batch
    final = [file for file in files if file.name in last]
    if final:
        yield final


def _verify(publication: Publication, hub: Hub) -> None:
    """Compare the repository with what was meant to be there, by hash."""
    stored = hub.stored()
    wrong = [file.name for file in publication.files if not _is_there(stored, file)]
    if wrong:
        raise PublishError(
            f"{hub.url} does not hold what was sent: {', '.join(wrong[:_SHOWN])}; run the same "
            "command again"
        )
