"""What holds of every page of a release in a browser: each function fails with what a reader would meet."""

from __future__ import annotations

import shutil

import pytest
from browser.axe import violations
from browser.chromium import Page

NEEDS_CHROMIUM = pytest.mark.skipif(
    not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")),
    reason="no Chromium on this machine; .ci/run installs it",
)
VIEWS = [(width, scheme) for width in (1280, 360) for scheme in ("light", "dark")]
NAMES = [f"{width}-{scheme}" for width, scheme in VIEWS]


def press(page: Page, key: str) -> None:
    """Press and release one key, such as `Tab` or `Enter`."""
    codes = {"Tab": 9, "Enter": 13}
    text = {"text": "\r"} if key == "Enter" else {}
    for kind in ("keyDown", "keyUp"):
        page.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=codes[key], **text)


def require_accessible(page: Page) -> None:
    """No rule of axe-core is broken."""
    assert violations(page) == []


def require_quiet(page: Page) -> None:
    """Nothing was asked of the network, and the browser reported no fault."""
    requests = [each["request"]["url"] for each in page.reported("Network.requestWillBeSent")]
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    assert [entry["entry"]["text"] for entry in page.reported("Log.entryAdded")] == []
    assert page.reported("Runtime.exceptionThrown") == []


def require_reflow(page: Page) -> None:
    """The page is no wider than the window."""
    assert page.ask("document.documentElement.scrollWidth") <= page.ask("window.innerWidth")


def require_keyboard(page: Page) -> None:
    """The first key leads to the skip link, the link to the content, and focus can be seen all the way."""
    press(page, "Tab")
    assert page.ask("document.activeElement.className") == "skip"
    assert page.ask("document.activeElement.getBoundingClientRect().top") >= 0
    press(page, "Enter")
    target = page.ask("location.hash.slice(1)")
    assert page.ask("document.activeElement.id") == target
    for _ in range(5):
        press(page, "Tab")
        style = page.ask(
            "(s => [s.outlineStyle, parseFloat(s.outlineWidth)])(getComputedStyle(document.activeElement))"
        )
        assert style[0] != "none", page.ask("document.activeElement.outerHTML.slice(0, 200)")
        assert style[1] >= 2, page.ask("document.activeElement.outerHTML.slice(0, 200)")
