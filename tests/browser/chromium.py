"""A small driver for headless Chromium over its DevTools protocol: open a page, ask it questions."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

SWITCHES = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
]


class Page:
    """One open page; `seen` collects what the browser reported about it."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self.seen: list[dict[str, Any]] = []

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send one command and wait for its answer."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv(timeout=60))
            if message.get("id") == number:
                assert "error" not in message, message
                result: dict[str, Any] = message["result"]
                return result
            self.seen.append(message)

    def open(self, path: Path, *, width: int, scheme: str = "light") -> None:
        """Open a file in a window of so many pixels, in a light or dark scheme."""
        is_phone = width < 500
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=is_phone)
        self.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.send("Page.navigate", url=path.as_uri())
        while not any(message.get("method") == "Page.loadEventFired" for message in self.seen):
            self.seen.append(json.loads(self._socket.recv(timeout=60)))

    def ask(self, expression: str) -> Any:
        """Give the value of a script expression on the page."""
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def reported(self, method: str) -> list[dict[str, Any]]:
        """Give what the browser reported under one name."""
        return [message["params"] for message in self.seen if message.get("method") == method]


@contextmanager
def browser_page() -> Iterator[Page]:
    """Start Chromium and give an empty page."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert program, "no Chromium on this machine"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [program, *SWITCHES, f"--user-data-dir={profile}", "about:blank"]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        try:
            assert process.stderr is not None
            heard = (re.search(r"listening on (ws://\S+)", line) for line in process.stderr)
            address = next(found[1] for found in heard if found)
            with connect(address, max_size=None) as socket:
                target = Page(socket).send("Target.createTarget", url="about:blank")["targetId"]
            root = re.sub(r"/devtools/browser/.*", "", address)
            with connect(f"{root}/devtools/page/{target}", max_size=None) as socket:
                yield Page(socket)
        finally:
            process.terminate()
            process.wait(timeout=30)
