"""A local server that speaks the Hub's endpoints for dataset repositories, strictly.

Sockets are real. It checks tokens, sizes and hashes, takes LFS objects in one piece or in parts at
signed addresses, and can misbehave on demand: `server.fault(...)`, `server.dead`. `server.requests`
lists what came in. Xet is not spoken: clients set HF_HUB_DISABLE_XET=1.
"""

from __future__ import annotations

import contextlib
import json
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.hub_endpoints import ROUTES, Endpoints
from tests.hub_store import Account, Branch, Refused, Store


@dataclass
class Request:
    method: str
    path: str
    received: int = 0
    status: int = 0


@dataclass
class Fault:
    """What goes wrong with requests that match, so many times, after `after` others went well.

    Attributes:
        status: answer this instead; 0: break the connection, half of the body read.
    """

    method: str
    path: str
    status: int = 0
    times: int = 1
    after: int = 0
    message: str = "injected"
    headers: dict[str, str] = field(default_factory=dict)


class HubServer(ThreadingHTTPServer):
    """Use as a context manager; `url` is its address."""

    daemon_threads = True
    part_bytes = 0
    """If set, objects larger than this are asked for in parts of this size."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.store = Store()
        self.requests: list[Request] = []
        self.faults: list[Fault] = []
        self.dead = False
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def object_store(self) -> str:
        """Address of the object store: another host, as it is for the real Hub."""
        return f"http://localhost:{self.server_address[1]}"

    def __enter__(self) -> HubServer:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of connections that were broken on purpose."""

    def account(self, token: str, name: str = "owner", *, can_write: bool = True) -> None:
        self.store.accounts[token] = Account(name, can_write)

    def fault(self, method: str, path: str, **settings: Any) -> Fault:
        self.faults.append(Fault(method, path, **settings))
        return self.faults[-1]

    def files(self, repository: str, revision: str = "main") -> dict[str, bytes]:
        """Return what is committed."""
        entries = self.store.repositories[repository].branches[revision].files
        return {name: self.store.content(entry) for name, entry in entries.items()}

    def branch(self, repository: str, revision: str = "main") -> Branch:
        return self.store.repositories[repository].branches[revision]

    def count(self, method: str, path: str, *, ok: bool = True) -> int:
        """Count requests; only those that were answered well unless told otherwise."""
        return sum(
            one.method == method
            and re.search(path, one.path) is not None
            and (not ok or 200 <= one.status < 300)
            for one in self.requests
        )


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits 40 ms for an acknowledgement
    wbufsize = -1
    server: HubServer

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""

    def do_GET(self) -> None:
        self._serve()

    do_HEAD = do_POST = do_PUT = do_GET

    def _serve(self) -> None:
        request = Request(self.command, self.path)
        self.server.requests.append(request)
        try:
            fault = self._fault()
            length = int(self.headers.get("Content-Length") or 0)
            if self.server.dead or (fault and not fault.status):
                request.received = len(self.rfile.read(length // 2))
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            self.body = self.rfile.read(length)
            request.received = len(self.body)
            if fault:
                request.status = fault.status
                self._answer(fault.status, {"error": fault.message}, fault.headers)
                return
            with self.server.lock:
                status, data, headers = self._route()
        except Refused as refused:
            status, data = refused.status, {"error": refused.message}
            headers = {"X-Error-Message": refused.message}
            headers |= {"X-Error-Code": refused.code} if refused.code else {}
        request.status = status
        self._answer(status, data, headers)

    def _fault(self) -> Fault | None:
        with self.server.lock:
            for fault in self.server.faults:
                if fault.method == self.command and re.search(fault.path, self.path):
                    if fault.after > 0:
                        fault.after -= 1
                    elif fault.times > 0:
                        fault.times -= 1
                        return fault
        return None

    def _answer(self, status: int, data: object, headers: dict[str, str]) -> None:
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            with contextlib.suppress(OSError):
                self.wfile.write(body)

    def _route(self) -> tuple[int, object, dict[str, str]]:
        request = Endpoints(
            self.server.store,
            url=self.server.url,
            object_store=self.server.object_store,
            part_bytes=self.server.part_bytes,
            command=self.command,
            path=self.path,
            headers=self.headers,
            body=self.body,
        )
        address = urlsplit(self.path).path
        for method, pattern, action in ROUTES:
            found = re.fullmatch(pattern, address)
            if found and self.command in method.split():
                names = {key: unquote(value or "") for key, value in found.groupdict().items()}
                result: Any = action(request, **names)
                return result if isinstance(result, tuple) else (200, result, {})
        raise Refused(404, f"no such endpoint: {self.command} {address}")


@contextlib.contextmanager
def hub_server() -> Iterator[HubServer]:
    """Lend a running server."""
    with HubServer() as server:
        yield server
