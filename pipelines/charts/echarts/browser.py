"""A headless Chromium over its debugging pipe: no port, no network, gone when we are gone.

It must start before a process limits its own address space or file sizes: the limits would hold
for the browser too, which needs more of both.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
from typing import Any

from dataengine.errors import ToolMissing
from pipelines.charts.echarts.recording import ChartFault

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REMEDY = "Chromium is not installed: apt-get install chromium"
START_S = 60.0
_END_S = 5.0
_FLAGS = (
    "--headless",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
    "--font-render-hinting=none",
    "--disable-lcd-text",
    "--force-color-profile=srgb",
    "--force-device-scale-factor=1",
    "--hide-scrollbars",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-quic",
    # Whatever a page asks for goes to a proxy that is not there.
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
_PAGE = (
    '<!doctype html><meta charset=utf-8><meta http-equiv=Content-Security-Policy content="'
    "default-src 'none'; script-src 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:\">"
    "<style>body{margin:0;overflow:hidden}</style><body></body>"
)


def program() -> str | None:
    """Return the path of the browser, None where there is none."""
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)


class Browser:
    """One tab with an empty page in it. Use as a context, or call `close`."""

    def __init__(self) -> None:
        """Start it; raises `ToolMissing` if it is not there or does not start."""
        path = program()
        if path is None:
            raise ToolMissing(REMEDY)
        self._profile = tempfile.TemporaryDirectory(prefix="charts-", ignore_cleanup_errors=True)
        their_in, self._out = os.pipe()
        self._in, their_out = os.pipe()
        flags = [*_FLAGS, f"--user-data-dir={self._profile.name}"]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")  # its sandbox does not run as root
        # It reads commands from descriptor 3 and answers on 4.
        shell = f'exec "$@" 3<&{their_in} 4>&{their_out}'
        self._process = subprocess.Popen(
            ["bash", "-c", shell, "chromium", path, *flags],
            pass_fds=(their_in, their_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8", "HOME": self._profile.name},
            start_new_session=True,
        )
        os.close(their_in)
        os.close(their_out)
        self._buffer = bytearray()
        self._number = 0
        self._session = ""
        try:
            target = self.call("Target.createTarget", START_S, url="about:blank")["targetId"]
            attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
            self._session = attached["sessionId"]
            self._frame = self.call("Page.getFrameTree")["frameTree"]["frame"]["id"]
            self.reset()
        except ChartFault as error:
            self.close()
            raise ToolMissing(f"{path} does not start ({error.detail}); try it by hand") from error

    @property
    def pid(self) -> int:
        """The browser's process."""
        return self._process.pid

    def reset(self) -> None:
        """Put an empty page in place of the one that is there."""
        self.call("Page.navigate", url="about:blank")
        self.call("Page.setDocumentContent", frameId=self._frame, html=_PAGE)

    def resize(self, width: int, height: int) -> None:
        """Set the size of the window in pixels."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", **size)

    def evaluate(self, expression: str, seconds: float = 20.0) -> Any:
        """Evaluate JavaScript, promises awaited, and return its value.

        Raises:
            ChartFault: it throws, takes too long, or the browser is gone.
        """
        result = self.call(
            "Runtime.evaluate",
            seconds,
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
        )
        if thrown := result.get("exceptionDetails"):
            words = thrown.get("exception", {}).get("description") or thrown.get("text", "")
            raise ChartFault("error", words.partition("\n")[0][:300])
        return result["result"].get("value")

    def screenshot(self) -> str:
        """Return a PNG of the window in base64."""
        data: str = self.call("Page.captureScreenshot", format="png")["data"]
        return data

    def call(self, method: str, seconds: float = 20.0, **params: Any) -> dict[str, Any]:
        """Send one command of the DevTools protocol and return its result."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        deadline = time.monotonic() + seconds
        self._send(json.dumps(message).encode() + b"\0", deadline)
        while True:
            answer = self._receive(deadline)
            if answer.get("id") != self._number:
                continue
            if "error" in answer:
                raise ChartFault("error", str(answer["error"].get("message", "")))
            result: dict[str, Any] = answer["result"]
            return result

    def close(self) -> None:
        """End the browser and remove its profile."""
        for descriptor in (self._out, self._in):
            with contextlib.suppress(OSError):
                os.close(descriptor)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(_END_S)
        self._profile.cleanup()

    def _send(self, data: bytes, deadline: float) -> None:
        os.set_blocking(self._out, False)
        view = memoryview(data)
        while view:
            _, ready, _ = select.select([], [self._out], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise ChartFault("timeout", "the browser takes no commands")
            try:
                view = view[os.write(self._out, view) :]
            except OSError as error:
                raise ChartFault("crash", "the browser is gone") from error

    def _receive(self, deadline: float) -> dict[str, Any]:
        while (end := self._buffer.find(b"\0")) < 0:
            ready, _, _ = select.select([self._in], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise ChartFault("timeout", "the browser does not answer in time")
            chunk = os.read(self._in, 1 << 20)
            if not chunk:
                raise ChartFault("crash", "the browser is gone")
            self._buffer += chunk
        raw = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        message: dict[str, Any] = json.loads(raw)
        return message
