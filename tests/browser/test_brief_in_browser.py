"""A brief as readers meet it: in a real browser, on a desk, on a phone, in the dark."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from browser.axe import keep_picture
from browser.chromium import Page, browser_page
from browser.looking import require_accessible, require_keyboard
from builders import make_brief, make_facts
from rounded import centre_brief, rounded_brief

from pipelines.publish.release import render

pytestmark = pytest.mark.skipif(
    not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")),
    reason="no Chromium on this machine; .ci/run installs it",
)


@pytest.fixture(scope="module", params=[make_brief, rounded_brief, centre_brief], ids=["hidden", "rounded", "centre"])
def brief(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    path = tmp_path_factory.mktemp("brief") / "brief.html"
    path.write_bytes(render(request.param(), make_facts())["brief.html"])
    return path


@pytest.fixture(params=[(1280, "light"), (360, "light"), (1280, "dark")], ids=["desk", "phone", "dark"])
def page(brief: Path, request: pytest.FixtureRequest):
    width, scheme = request.param
    with browser_page() as opened:
        opened.open(brief, width=width, scheme=scheme)
        yield opened


def test_the_page_fits_asks_nothing_of_the_network_and_reports_no_fault(page: Page) -> None:
    width = page.ask("window.innerWidth")
    assert page.ask("document.documentElement.scrollWidth") <= width
    requests = [each["request"]["url"] for each in page.reported("Network.requestWillBeSent")]
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    assert [entry["entry"]["text"] for entry in page.reported("Log.entryAdded")] == []
    assert page.reported("Runtime.exceptionThrown") == []


@pytest.mark.sampled(2)
def test_no_rule_of_accessibility_is_broken(page: Page, tmp_path: Path) -> None:
    require_keyboard(page)
    page.ask("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    require_accessible(page)
    keep_picture(page, tmp_path / "brief.png")


def test_a_wide_table_scrolls_in_its_own_frame_and_keeps_its_row_heads_in_view(page: Page) -> None:
    page.ask("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    tables = page.ask("document.querySelectorAll('table.crossed').length")
    kept = page.ask(
        "[...document.querySelectorAll('.table-scroll:has(table.crossed)')].filter(frame => { frame.scrollLeft = 9999;"
        " const left = frame.getBoundingClientRect().left;"
        " return frame.getBoundingClientRect().right <= window.innerWidth"
        " && Math.abs(frame.querySelector('tbody th').getBoundingClientRect().left - left) < 1; }).length"
    )
    assert kept == tables


def test_every_chart_is_drawn_once_and_readably(page: Page) -> None:
    shown = page.ask("[...document.querySelectorAll('.chart svg')].filter(e => e.getClientRects().length).length")
    figures = page.ask("document.querySelectorAll('.chart').length")
    assert shown == figures > 0
    smallest = page.ask(
        "Math.min(...[...document.querySelectorAll('.chart svg')].filter(e => e.getClientRects().length)"
        ".flatMap(svg => [...svg.querySelectorAll('text')].map(t => t.getBoundingClientRect().height)))"
    )
    assert smallest >= 10


def test_text_stands_out_from_its_background(page: Page) -> None:
    colours = page.ask(
        "['body', 'h1', '.about p', 'caption', 'td'].map(s => { const e = document.querySelector(s);"
        " let b = e; while (getComputedStyle(b).backgroundColor === 'rgba(0, 0, 0, 0)' && b.parentElement)"
        " b = b.parentElement; return [s, getComputedStyle(e).color, getComputedStyle(b).backgroundColor]; })"
    )
    assert {name: contrast(ink, paper) >= 4.5 for name, ink, paper in colours} == {name: True for name, _, _ in colours}


def contrast(ink: str, paper: str) -> float:
    """Give the contrast of two CSS colours (WCAG 2.2, relative luminance)."""
    light, dark = sorted((luminance(ink), luminance(paper)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [float(part) / 255 for part in colour.removeprefix("rgba(").removeprefix("rgb(").rstrip(")").split(",")[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
