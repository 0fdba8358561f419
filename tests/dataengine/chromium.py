"""A headless Chromium for tests, driven over its debugging pipe: no port, no further library.

Everything that the browser itself complains of (script errors, Content-Security-Policy breaches,
files that cannot be loaded) is kept in `Browser.complaints`.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser")
TIMEOUT_S = 20.0
FLAGS = (
    "--headless",
    "--no-sandbox",  # containers run tests as root; the pages are the project's own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
_COMPLAINTS = ("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled")


class Browser:
    """One tab. Use as a context manager."""

    def __init__(self, profile: Path) -> None:
        assert PROGRAM, "no chromium"
        their_in, self._out = os.pipe()
        self._in, their_out = os.pipe()
        # Chromium reads commands from descriptor 3 and answers on 4.
        shell = f'exec "$@" 3<&{their_in} 4>&{their_out}'
        self._process = subprocess.Popen(
            ["bash", "-c", shell, "chromium", PROGRAM, *FLAGS, f"--user-data-dir={profile}"],
            pass_fds=(their_in, their_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(their_in)
        os.close(their_out)
        self._buffer = b""
        self._number = 0
        self._session: str | None = None
        self.complaints: list[str] = []
        self._events: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")
        self.resize(1280, 900)

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *exc: object) -> None:
        os.close(self._out)
        os.close(self._in)
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Send one command and return its result."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == self._number:
                assert "error" not in answer, (method, answer["error"])
                return answer["result"]

    def open(self, page: Path, fragment: str = "") -> None:
        """Load a file afresh with this fragment and wait until it is loaded."""
        for url in ("about:blank", page.as_uri() + (f"#{fragment}" if fragment else "")):
            self._events.clear()
            self.call("Page.navigate", url=url)
            while "Page.loadEventFired" not in self._events:
                self._receive()

    def eval(self, expression: str) -> Any:
        """Evaluate JavaScript, promises awaited, and return its value."""
        result = self.call(
            "Runtime.evaluate",
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
            userGesture=True,
        )
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def texts(self, selector: str) -> list[str]:
        """Return the text of every element that a selector finds."""
        quoted = json.dumps(selector)
        return self.eval(f"Array.from(document.querySelectorAll({quoted}), e => e.textContent)")

    def click(self, selector: str) -> None:
        """Click an element as a script does and let the address and the page follow."""
        self.eval(f"document.querySelector({json.dumps(selector)}).click()")
        self.settle()

    def hover(self, selector: str) -> None:
        """Move the mouse over the middle of an element."""
        quoted = json.dumps(selector)
        x, y = self.eval(
            f"(() => {{ const e = document.querySelector({quoted}); "
            "e.scrollIntoView({block: 'nearest'}); const r = e.getBoundingClientRect(); "
            "return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        self.settle()

    def press(self, key: str) -> None:
        """Press one key."""
        codes = {"ArrowLeft": 37, "ArrowRight": 39, "Escape": 27}
        extra = {"windowsVirtualKeyCode": codes[key]} if key in codes else {"text": key}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, **extra)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key)
        self.settle()

    def settle(self) -> None:
        """Wait for two tasks and a frame, so that events that were set off have been handled."""
        self.eval("new Promise(done => setTimeout(() => setTimeout(done, 10), 10))")

    def resize(self, width: int, height: int, *, phone: bool = False, dark: bool = False) -> None:
        """Set the window's size and the colour scheme that the user prefers."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=2 if phone else 1,
            mobile=phone,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def screenshot(self) -> bytes:
        """Return a PNG of the window, once its pictures are decoded."""
        self.eval(
            "Promise.all(Array.from(document.images).filter(i => { const r = i"
            ".getBoundingClientRect(); return r.top < innerHeight && r.bottom > 0 && r.width; })"
            ".map(i => i.decode().catch(() => 0)))"
        )
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])

    def _receive(self) -> dict[str, Any]:
        deadline = time.monotonic() + TIMEOUT_S
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._in], [], [], max(0.0, deadline - time.monotonic()))
            chunk = os.read(self._in, 1 << 20) if ready else b""
            if not chunk:
                raise TimeoutError("chromium does not answer")
            self._buffer += chunk
        raw, self._buffer = self._buffer.split(b"\0", 1)
        message: dict[str, Any] = json.loads(raw)
        method = message.get("method", "")
        self._events.append(method)
        if method in _COMPLAINTS:
            self.complaints.append(json.dumps(message["params"])[:600])
        return message
