"""Sending to a Hub that checks everything: once, again, broken half-way, refused, contended."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from dataengine.publishing import sending
from dataengine.publishing.errors import PublishError, PublishInterrupted
from dataengine.publishing.files import Check, PublishedFile
from dataengine.publishing.hub import ATTEMPTS
from dataengine.publishing.publication import Publication
from dataengine.publishing.sending import Sent
from tests.dataengine.publishing.conftest import (
    COMMIT,
    OBJECTS,
    REPOSITORY,
    Client,
    content,
    on_hub,
)
from tests.hub_server import HubServer


def changed(publication: Publication, name: str, data: bytes) -> Publication:
    files = tuple(
        PublishedFile.made(name, data) if file.name == name else file for file in publication.files
    )
    return dataclasses.replace(publication, files=files)


def large(publication: Publication) -> int:
    return sum(file.name.endswith((".parquet", ".jpg")) for file in publication.files)


def test_everything_arrives_in_a_private_repository(
    publication: Publication, client: Client, hub: HubServer
) -> None:
    sent = client(publication)
    assert on_hub(hub) == content(publication)
    assert hub.store.repositories[REPOSITORY].private
    assert sent == Sent(
        f"{hub.url}/datasets/{REPOSITORY}",
        files=len(publication.files),
        bytes=publication.size,
        there=0,
        removed=0,
        commits=2,
        private=True,
    )
    assert hub.count("PUT", OBJECTS) == large(publication)


def test_card_and_manifest_come_last(
    publication: Publication, client: Client, hub: HubServer
) -> None:
    hub.fault("POST", COMMIT, status=400, after=1)
    with pytest.raises(PublishError, match="injected"):
        client(publication)
    assert {name.split("/")[0] for name in on_hub(hub)} == {"data", "assets"}


def test_repeat_sends_nothing(publication: Publication, client: Client, hub: HubServer) -> None:
    client(publication)
    before = len(hub.requests)
    again = client(publication)
    assert (again.files, again.bytes, again.commits, again.there) == (
        0,
        0,
        0,
        len(publication.files),
    )
    assert {request.method for request in hub.requests[before:]} == {"GET"}
    assert len(hub.branch(REPOSITORY).commits) == 3


def test_only_what_changed_is_sent_again(
    publication: Publication, client: Client, hub: HubServer
) -> None:
    client(publication)
    puts = hub.count("PUT", OBJECTS)
    other = changed(publication, "README.md", b"---\npretty_name: x\n---\n")
    assert client(other).files == 1
    assert hub.count("PUT", OBJECTS) == puts
    assert on_hub(hub) == content(other)


@pytest.mark.parametrize(("after", "part_bytes"), [(0, 0), (3, 0), (3, 4000)])
def test_broken_half_way_goes_on_where_it_was(
    publication: Publication, client: Client, hub: HubServer, after: int, part_bytes: int
) -> None:
    """The connection dies in the middle of an object, for good; later the same call is made."""
    hub.part_bytes = part_bytes
    hub.fault("PUT", OBJECTS, times=10**6, after=after)
    with pytest.raises(PublishInterrupted, match="run the same command again"):
        client(publication)
    assert len(client.paused) == ATTEMPTS - 1
    assert on_hub(hub) == {}
    stored = set(hub.store.objects)
    assert part_bytes or len(stored) == after
    hub.faults.clear()
    before = len(hub.requests)
    client(publication)
    assert on_hub(hub) == content(publication)
    later = [one.path for one in hub.requests[before:] if one.method == "PUT"]
    assert not any(oid in path for oid in stored for path in later)


def test_dead_after_the_first_commit_keeps_that_commit(
    publication: Publication, client: Client, hub: HubServer
) -> None:
    hub.fault("POST", COMMIT, times=10**6, after=1)
    with pytest.raises(PublishInterrupted, match="1 of 2 commits are made"):
        client(publication)
    hub.faults.clear()
    again = client(publication)
    assert (again.there, again.commits) == (len(publication.files) - 6, 1)
    assert on_hub(hub) == content(publication)


def test_batches_stay_small(
    publication: Publication,
    client: Client,
    hub: HubServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sending, "BATCH_FILES", 2)
    assert client(publication).commits == 4  # four shards and a picture, then the top
    assert on_hub(hub) == content(publication)
    monkeypatch.setattr(sending, "BATCH_BYTES", 1)
    elsewhere = dataclasses.replace(publication, repository="owner/other")
    assert client(elsewhere).commits == 6


def test_failed_check_asks_nobody(publication: Publication, client: Client, hub: HubServer) -> None:
    check = Check("licences", ["unknown"], remedy="ask")
    with pytest.raises(PublishError, match="what to do: ask"):
        client(dataclasses.replace(publication, checks=(check,)))
    assert hub.requests == []


def test_public_only_if_it_is_said(
    publication: Publication, client: Client, hub: HubServer
) -> None:
    assert not client(publication, public=True).private
    assert not hub.store.repositories[REPOSITORY].private
    before = hub.branch(REPOSITORY).head
    with pytest.raises(PublishError, match="is public"):
        client(changed(publication, "LICENSE", b"new"))
    assert hub.branch(REPOSITORY).head == before


def test_private_one_stays_private(
    publication: Publication, client: Client, hub: HubServer
) -> None:
    client(publication)
    assert client(publication, public=True).private
    assert any("stays so" in line for line in client.said)


def test_files_of_an_earlier_dataset_are_removed_only_if_it_is_said(
    publication: Publication, client: Client, hub: HubServer
) -> None:
    client(publication)
    shards = [file for file in publication.files if file.name.startswith("data/")]
    fewer = dataclasses.replace(
        publication, files=tuple(file for file in publication.files if file != shards[0])
    )
    with pytest.raises(PublishError, match="--replace") as caught:
        client(fewer)
    assert shards[0].name in str(caught.value)
    assert client(fewer, replace=True).removed == 1
    assert on_hub(hub) == content(fewer)
    assert client(fewer).commits == 0


def test_files_that_are_nobodys_business_stay(
    publication: Publication, client: Client, hub: HubServer
) -> None:
    from tests.hub_store import Entry

    client(publication)
    branch = hub.branch(REPOSITORY)
    branch.commit(branch.files | {"notes/mine.md": Entry(2, b"hi")}, "by hand")
    client(publication, replace=True)
    assert hub.files(REPOSITORY)["notes/mine.md"] == b"hi"


def test_branch_is_made_and_main_left_alone(
    publication: Publication, client: Client, hub: HubServer
) -> None:
    client(publication, revision="v2/draft")
    assert on_hub(hub, "v2/draft") == content(publication)
    assert on_hub(hub) == {}
    assert client(publication, revision="v2/draft").commits == 0


def test_content_that_changes_under_way_is_told(
    publication: Publication, client: Client, hub: HubServer, tmp_path: Path
) -> None:
    """What arrives is compared by hash with what was checked."""
    path = tmp_path / "shard.parquet"
    path.write_bytes(b"other bytes")
    first = publication.files[0]
    swapped = dataclasses.replace(first, content=path)
    wrong = dataclasses.replace(publication, files=(swapped, *publication.files[1:]))
    with pytest.raises(PublishError, match="does not hold what was sent"):
        client(wrong)
