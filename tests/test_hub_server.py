"""The Hub of the tests is strict: wrong hashes, sizes, tokens and stale parents are refused."""

from __future__ import annotations

import hashlib
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.hub_server import HubServer, hub_server

DATA = b"some large object"
OID = hashlib.sha256(DATA).hexdigest()
REPO = "/api/datasets/owner/x"


@pytest.fixture
def server() -> Iterator[HubServer]:
    with hub_server() as server:
        server.account("hf_owner")
        server.account("hf_reader", can_write=False)
        server.account("hf_other", "other")
        create = {"name": "x", "organization": "owner", "type": "dataset", "visibility": "private"}
        assert ask(server, "POST", "/api/repos/create", create)[0] == 200
        yield server


def ask(
    server: HubServer,
    method: str,
    path: str,
    body: Any = None,
    token: str = "hf_owner",
    kind: str = "application/json",
) -> tuple[int, bytes]:
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    url = path if path.startswith("http") else server.url + path
    headers = {"Content-Type": kind}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def commit(server: HubServer, *lines: dict[str, Any], parent: str = "", token: str = "hf_owner"):
    header: dict[str, Any] = {"summary": "m", **({"parentCommit": parent} if parent else {})}
    rows = [{"key": "header", "value": header}, *lines]
    data = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    return ask(server, "POST", f"{REPO}/commit/main", data, token, "application/x-ndjson")


def large(path: str = "a.parquet", size: int = len(DATA)) -> dict[str, Any]:
    return {"key": "lfsFile", "value": {"path": path, "algo": "sha256", "oid": OID, "size": size}}


def upload_action(server: HubServer) -> dict[str, Any]:
    body = {"operation": "upload", "hash_algo": "sha256"}
    objects = [{"oid": OID, "size": len(DATA)}]
    path = "/datasets/owner/x.git/info/lfs/objects/batch"
    _, answer = ask(server, "POST", path, body | {"objects": objects})
    return json.loads(answer)["objects"][0]


@pytest.mark.parametrize("token", ["", "hf_wrong", "hf_reader", "hf_other"])
def test_only_the_owner_writes(server: HubServer, token: str) -> None:
    status, _ = commit(server, large(), token=token)
    assert status in (401, 403, 404)
    assert ask(server, "GET", REPO, token=token)[0] == (
        200 if token == "hf_reader" else 404 if token == "hf_other" else 401
    )


@pytest.mark.parametrize("data", [DATA[:-1], DATA + b"x", b"x" * len(DATA)])
def test_objects_are_checked(server: HubServer, data: bytes) -> None:
    href = upload_action(server)["actions"]["upload"]["href"]
    assert ask(server, "PUT", href, data, token="")[0] == 400
    assert server.store.objects == {}


def test_upload_addresses_are_signed_and_take_no_token(server: HubServer) -> None:
    href = upload_action(server)["actions"]["upload"]["href"]
    assert ask(server, "PUT", href, DATA)[0] == 400
    assert ask(server, "PUT", href.split("?")[0], DATA, token="")[0] == 403
    assert ask(server, "PUT", href, DATA, token="")[0] == 200
    assert "actions" not in upload_action(server)


def test_commits_are_checked(server: HubServer) -> None:
    assert commit(server, large())[0] == 400  # not uploaded
    server.store.objects[OID] = DATA
    assert commit(server, large(size=3))[0] == 400
    assert commit(server, large(), parent="0" * 40)[0] == 412
    small = {"key": "file", "value": {"path": "b.parquet", "content": "aGk=", "encoding": "base64"}}
    assert commit(server, small)[0] == 400  # must go by LFS
    assert commit(server, {"key": "deletedFile", "value": {"path": "none"}})[0] == 404
    assert commit(server)[0] == 400  # changes nothing
    assert commit(server, large(), parent=server.branch("owner/x").head)[0] == 200
    assert server.files("owner/x")["a.parquet"] == DATA


def test_faults_happen_as_often_as_they_should(server: HubServer) -> None:
    server.fault("GET", "whoami", status=503, times=2, after=1)
    found = [ask(server, "GET", "/api/whoami-v2")[0] for _ in range(4)]
    assert found == [200, 503, 503, 200]
    server.fault("GET", "whoami")
    with pytest.raises(OSError):
        ask(server, "GET", "/api/whoami-v2")
