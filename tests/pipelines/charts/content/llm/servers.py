"""A chat service on this machine that answers as a test tells it and remembers its requests."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Said:
    """An HTTP answer.

    Attributes:
        drop: close the connection instead: "before" the answer, or "amid" its body.
    """

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    drop: str = ""


Answering = Callable[[dict[str, Any], int], Said]


def completion(text: Any, **changes: Any) -> Said:
    """Return a chat completion with a text."""
    usage = changes.pop("usage", {"prompt_tokens": 700, "completion_tokens": 200})
    choice = {"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    choice |= {key: changes.pop(key) for key in ("finish_reason",) if key in changes}
    return Said(json.dumps({"choices": [choice], "usage": usage}).encode(), **changes)


class ChatServer:
    """The service.

    Attributes:
        answer: called with a request's JSON and its number, from 0.
        requests: what was sent, in order.
        authorizations: the headers of that name.
    """

    def __init__(self, answer: Answering) -> None:
        self.answer = answer
        self.requests: list[dict[str, Any]] = []
        self.authorizations: list[str | None] = []
        self.url = ""
        self.busiest = 0
        self._busy = 0
        self._lock = threading.Lock()

    def take(self, data: dict[str, Any], authorization: str | None) -> Said:
        """Count a request in and return the answer to it."""
        with self._lock:
            number = len(self.requests)
            self.requests.append(data)
            self.authorizations.append(authorization)
            self._busy += 1
            self.busiest = max(self.busiest, self._busy)
        said = self.answer(data, number)
        time.sleep(said.delay_s)
        return said

    def leave(self) -> None:
        """Count a request out."""
        with self._lock:
            self._busy -= 1


@contextmanager
def chat_server(answer: Answering) -> Iterator[ChatServer]:
    """Run a service while the block runs."""
    chat = ChatServer(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *_: object) -> None:
            pass

        def do_POST(self) -> None:
            data = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            said = chat.take(data, self.headers.get("Authorization"))
            try:
                self._send(said)
            except OSError:  # the client has left
                self.close_connection = True
            finally:
                chat.leave()

        def _send(self, said: Said) -> None:
            if said.drop == "before":
                self.close_connection = True
                return
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said.body)))
            self.end_headers()
            if said.drop == "amid":
                self.wfile.write(said.body[: len(said.body) // 2])
                self.close_connection = True
                return
            self.wfile.write(said.body)

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, *_: object) -> None:
            pass

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        chat.url = f"http://127.0.0.1:{server.server_port}/v1"
        yield chat
        server.shutdown()
        thread.join()
