"""Errors of the Hub: tried again where that can help, else told with the remedy; no token."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from dataengine.publishing.errors import PublishError, PublishInterrupted
from dataengine.publishing.hub import ATTEMPTS
from dataengine.publishing.publication import Publication
from tests.dataengine.publishing.conftest import (
    COMMIT,
    OBJECTS,
    REPOSITORY,
    TOKEN,
    Client,
    content,
    on_hub,
)
from tests.hub_server import HubServer


def test_commit_whose_answer_was_lost_is_not_made_twice(
    publication: Publication, client: Client, hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.hub_server import _Handler

    whole = _Handler._answer
    lost: list[str] = []

    def answer(handler: _Handler, status: int, data: object, headers: dict[str, str]) -> None:
        if COMMIT in handler.path and not lost:
            lost.append(handler.path)
            handler.connection.close()
            handler.close_connection = True
        else:
            whole(handler, status, data, headers)

    monkeypatch.setattr(_Handler, "_answer", answer)
    client(publication)
    assert lost
    assert on_hub(hub) == content(publication)
    assert len(hub.branch(REPOSITORY).commits) == 3


@pytest.mark.parametrize(
    ("status", "path"),
    [
        *((status, OBJECTS) for status in (408, 429, 500, 502, 504)),
        *((503, path) for path in (COMMIT, "/preupload/", "/objects/batch", "/verify")),
    ],
)
def test_busy_hub_is_asked_again(
    publication: Publication, client: Client, hub: HubServer, status: int, path: str
) -> None:
    hub.fault("PUT" if path == OBJECTS else "POST", path, status=status, times=2)
    client(publication)
    assert on_hub(hub) == content(publication)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "whoami"), ("GET", "/tree/"), ("POST", "/create$"), ("GET", "datasets/owner/toy$")],
)
def test_busy_hub_is_asked_again_before_anything_is_sent(
    publication: Publication, client: Client, hub: HubServer, method: str, path: str
) -> None:
    hub.fault(method, path, status=503, times=2)
    client(publication)
    assert on_hub(hub) == content(publication)


def test_another_commit_in_between_is_no_harm(
    publication: Publication, client: Client, hub: HubServer
) -> None:
    conflict = "A commit has happened since. Please refresh and try again."
    hub.fault("POST", COMMIT, status=412, message=conflict, times=2)
    client(publication)
    assert on_hub(hub) == content(publication)
    assert len(client.paused) == 2
    assert any("412" in line and conflict in line for line in client.said)


def test_contention_without_end_is_given_up(
    publication: Publication, client: Client, hub: HubServer
) -> None:
    hub.fault("POST", COMMIT, status=412, times=10**6)
    with pytest.raises(PublishInterrupted, match="412"):
        client(publication)
    assert hub.count("POST", COMMIT, ok=False) == ATTEMPTS


def test_expired_upload_addresses_are_asked_for_again(
    publication: Publication, client: Client, hub: HubServer
) -> None:
    hub.fault("PUT", OBJECTS, status=403, message="Request has expired", times=2, after=1)
    client(publication)
    assert on_hub(hub) == content(publication)
    assert client.paused


def test_large_objects_go_in_parts(
    publication: Publication, client: Client, hub: HubServer
) -> None:
    hub.part_bytes = 3000
    client(publication)
    assert on_hub(hub) == content(publication)
    assert hub.count("PUT", OBJECTS + "/2") >= 3


@pytest.mark.parametrize("can_write", [True, False])
def test_wrong_token_is_told_at_once_with_the_remedy(
    publication: Publication, client: Client, hub: HubServer, can_write: bool
) -> None:
    if can_write:
        with pytest.raises(PublishError, match="settings/tokens"):
            client(publication, token="hf_mistyped")
        assert [request.status for request in hub.requests] == [401]
    else:
        hub.account("hf_reader", can_write=False)
        with pytest.raises(PublishError, match="permission to write"):
            client(publication, token="hf_reader")
    assert REPOSITORY not in hub.store.repositories


def test_repository_of_somebody_else_is_refused(
    publication: Publication, client: Client, hub: HubServer
) -> None:
    hub.account("hf_theirs", "theirs")
    with pytest.raises(PublishError, match="belong to 'owner'"):
        client(publication, token="hf_theirs")


def test_no_network_is_told_at_once(publication: Publication, client: Client) -> None:
    with pytest.raises(PublishError, match="check the network") as caught:
        client(publication, endpoint="http://127.0.0.1:9")
    assert not isinstance(caught.value, PublishInterrupted)
    assert client.paused == []


def test_offline_mode_is_told(
    publication: Publication, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(PublishError, match="HF_HUB_OFFLINE"):
        client(publication)


def test_hub_that_makes_it_public_all_the_same_gets_nothing(
    publication: Publication, client: Client, hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = hub.store.create
    monkeypatch.setattr(
        hub.store,
        "create",
        lambda account, owner, name, private: create(account, owner, name, False),
    )
    with pytest.raises(PublishError, match="could not be made private"):
        client(publication)
    assert on_hub(hub) == {}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda hub: hub.fault("GET", "whoami", status=400, message=f"bad {TOKEN}"),
        lambda hub: hub.fault("POST", COMMIT, status=400, message=f"bad {TOKEN}"),
        lambda hub: hub.fault("POST", COMMIT, status=412, message=f"bad {TOKEN}", times=99),
        lambda hub: hub.fault("POST", "/create", status=403, message=f"bad {TOKEN}"),
        lambda hub: hub.fault("PUT", OBJECTS, times=10**6),
        lambda hub: hub.fault("POST", "validate-yaml", status=400, message=TOKEN),
    ],
)
def test_no_message_shows_the_token(
    publication: Publication,
    client: Client,
    hub: HubServer,
    spoil: Callable[[HubServer], object],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not even when the Hub itself repeats it, and with everything logged."""
    spoil(hub)
    monkeypatch.setattr(logging.getLogger("huggingface_hub"), "propagate", True)
    caplog.set_level(logging.DEBUG)
    with pytest.raises(PublishError) as caught:
        client(publication)
    assert "whoami" in caplog.text
    seen = [str(caught.value), repr(caught.value), *client.said, caplog.text]
    seen += [str(caught.value.__cause__), *capfd.readouterr()]
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert not any(TOKEN in text for text in seen)
