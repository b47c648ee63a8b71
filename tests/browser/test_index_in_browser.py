"""The index in a real browser: choosing briefs, keeping the choice in the address, and the list without a script."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.axe import keep_picture
from browser.chromium import Page, browser_page
from browser.looking import (
    NAMES,
    NEEDS_CHROMIUM,
    VIEWS,
    require_accessible,
    require_keyboard,
    require_quiet,
    require_reflow,
)
from shelves import few, many, place

from pipelines.publish.index import write_index

pytestmark = NEEDS_CHROMIUM
SHOWN = (
    "[...document.querySelectorAll('.brief')].filter(brief => !brief.hidden)"
    ".map(brief => brief.querySelector('a').getAttribute('href').replace('/brief.html', ''))"
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_index(place(tmp_path_factory.mktemp("shelf"), few()))


@pytest.fixture
def page(index: Path) -> Iterator[Page]:
    with browser_page() as opened:
        opened.open(index, width=1280)
        yield opened


def choose(page: Page, name: str, value: str) -> None:
    field = f"document.getElementById('{name}')"
    page.ask(f"{field}.value = '{value}'; {field}.dispatchEvent(new Event('change'))")


@pytest.mark.parametrize(("width", "scheme"), VIEWS, ids=NAMES)
def test_it_is_accessible_quiet_and_fits(index: Path, tmp_path: Path, width: int, scheme: str) -> None:
    with browser_page() as page:
        page.open(index, width=width, scheme=scheme)
        require_quiet(page)
        require_reflow(page)
        require_keyboard(page)
        page.ask("document.querySelectorAll('details').forEach(fold => fold.open = true)")
        require_accessible(page)
        require_reflow(page)
        keep_picture(page, tmp_path / f"index-{width}-{scheme}.png")


def test_briefs_are_found_by_period_reader_and_group(page: Page) -> None:
    assert len(page.ask(SHOWN)) == len(few())
    choose(page, "group", "group_code.AGED_55_PLUS")
    assert page.ask(SHOWN) == ["2026-Q3/3/network", "2026-Q2/1/network", "2026-Q2/1/public"]
    choose(page, "period", "2026-Q3")
    assert page.ask(SHOWN) == ["2026-Q3/3/network"]
    choose(page, "group", "")
    choose(page, "reader", "centre-kirkby")
    assert page.ask(SHOWN) == ["2026-Q3/2/centre-kirkby"]
    assert page.ask("document.querySelector('.brief:not([hidden])').getClientRects().length") == 1
    assert page.ask("document.querySelector('[role=status]').textContent") == "1 of 7 briefs are shown."


def test_the_choice_stands_in_the_address_and_comes_back_with_it(index: Path, page: Page) -> None:
    choose(page, "group", "group_code.AGED_55_PLUS")
    choose(page, "period", "2026-Q2")
    address = page.ask("location.hash")
    assert address == "#period=2026-Q2&group=group_code.AGED_55_PLUS"
    with browser_page() as other:
        other.open(index, width=1280)
        other.ask(f"location.hash = '{address}'")
        time.sleep(0.2)
        assert other.ask(SHOWN) == ["2026-Q2/1/network", "2026-Q2/1/public"]
        assert other.ask("document.getElementById('period').value") == "2026-Q2"


def test_a_strange_address_shows_everything(page: Page) -> None:
    page.ask("location.hash = '#period=1066-Q1&x=%22%3E%3Cb%3E'")
    time.sleep(0.2)
    assert len(page.ask(SHOWN)) == len(few())


def test_nothing_found_says_so_and_all_can_be_shown_again(page: Page) -> None:
    choose(page, "reader", "centre-kirkby")
    choose(page, "period", "2026-Q2")
    assert page.ask(SHOWN) == []
    assert page.ask("document.querySelector('[role=status]').textContent").startswith("No brief is like that")
    page.ask("document.getElementById('reset').click()")
    assert len(page.ask(SHOWN)) == len(few())
    assert page.ask("location.hash") == ""


def test_without_script_every_brief_can_be_reached(index: Path) -> None:
    with browser_page() as page:
        page.send("Emulation.setScriptExecutionDisabled", value=True)
        page.open(index, width=1280)
        page.send("Emulation.setScriptExecutionDisabled", value=False)
        assert page.ask("document.querySelector('.filters').getClientRects().length") == 0
        page.ask("document.querySelectorAll('summary').forEach(fold => fold.click())")
        links = "[...document.querySelectorAll('.brief a')].filter(link => link.getClientRects().length).length"
        assert page.ask(links) >= len(few())


def test_on_paper_every_brief_is_named_and_nothing_is_to_be_chosen(page: Page) -> None:
    page.ask("document.querySelectorAll('details').forEach(fold => fold.open = false)")
    page.send("Emulation.setEmulatedMedia", media="print")
    assert page.ask("document.querySelector('.filters').getClientRects().length") == 0
    shown = "[...document.querySelectorAll('.brief')].filter(brief => brief.checkVisibility()).length"
    assert page.ask(shown) == len(few())


def test_five_hundred_briefs_are_filtered_at_once(tmp_path: Path) -> None:
    periods = [f"{year}-Q{quarter}" for year in (2025, 2026) for quarter in (1, 2, 3, 4)]
    briefs = list(many(61, periods))
    index = write_index(place(tmp_path, briefs, only_manifests=True))
    with browser_page() as page:
        page.open(index, width=1280)
        took = page.ask(
            "(() => { const began = performance.now(); const field = document.getElementById('reader');"
            " field.value = 'centre-centre-07'; field.dispatchEvent(new Event('change'));"
            " document.body.getBoundingClientRect(); return performance.now() - began; })()"
        )
        assert len(page.ask(SHOWN)) == len(periods)
        assert took < 500
