"""axe-core in a page that is open in Chromium: which rules of accessibility does it break? And a picture to look at."""

from __future__ import annotations

import base64
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from browser.chromium import Page

TALLEST = 12_000
# What is wrong, and where: the rule, then the elements.
_RUN = (
    "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations.map("
    "each => `${each.id}: ${each.nodes.map(node => node.target.join(' ')).join(', ')}`))"
)


@cache
def _script() -> str:
    package = find_spec("axe_playwright_python")
    assert package, "axe-core is part of the environment: make env"
    assert package.origin
    return (Path(package.origin).parent / "axe.min.js").read_text("utf-8")


def violations(page: Page) -> list[str]:
    """Run every rule of axe-core on an open page; the page's own policy does not hinder it."""
    page.ask(f"{_script()};0")
    answer = page.send("Runtime.evaluate", expression=_RUN, awaitPromise=True, returnByValue=True)
    assert "exceptionDetails" not in answer, answer
    found: list[str] = answer["result"]["value"]
    return found


def keep_picture(page: Page, path: Path) -> Path:
    """Take a picture of the whole page and say where it is."""
    size = page.send("Page.getLayoutMetrics")["cssContentSize"]
    clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], TALLEST), "scale": 1}
    shot = page.send("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
    path.write_bytes(base64.b64decode(shot["data"]))
    print(f"picture: {path}")
    return path
