"""A web server on this machine for one folder, so that URLs are read as they are in earnest."""

from __future__ import annotations

import functools
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass

    def send_head(self):
        if "/refused/" in self.path:
            self.send_error(500, "out of order")
            return None
        return super().send_head()


class _WithRanges(_Quiet):
    """Sends a part of a file where it is asked for, as every large server does."""

    def send_head(self):
        asked = self.headers.get("Range")
        if not asked or "/refused/" in self.path:
            return super().send_head()
        data = Path(self.translate_path(self.path)).read_bytes()
        first, _, last = asked.removeprefix("bytes=").partition("-")
        start, end = int(first), min(int(last or len(data)), len(data) - 1)
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {start}-{end}/{len(data)}")
        self.send_header("Content-Length", str(end - start + 1))
        self.end_headers()
        return io.BytesIO(data[start : end + 1])

    def end_headers(self):
        self.send_header("Accept-Ranges", "bytes")
        super().end_headers()


@contextmanager
def web_server(folder: Path, *, ranges: bool) -> Iterator[str]:
    """Serve a folder; paths with /refused/ in them answer with an error of the server."""
    handler = functools.partial(_WithRanges if ranges else _Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
