"""A law centre beside its network in a real browser: same scales, readable on a phone, in the dark and on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser.axe import keep_picture
from browser.chromium import browser_page
from browser.looking import (
    NAMES,
    NEEDS_CHROMIUM,
    VIEWS,
    require_accessible,
    require_keyboard,
    require_quiet,
    require_reflow,
)
from rounded import ROUNDED, centre_brief

from pipelines.publish.compare import compare_html

pytestmark = NEEDS_CHROMIUM
# For each row with two bars: its lengths in pixels, and the shares that stand above them.
BARS = (
    "[...document.querySelectorAll('.beside tr')].map(row => [...row.querySelectorAll('td')].map(cell => ["
    "cell.querySelector('.length')?.getBoundingClientRect().width,"
    "parseFloat(cell.querySelector('.share')?.textContent),"
    "cell.closest('section').querySelector('h2').id]))"
    ".filter(cells => cells.length === 2 && cells.every(cell => cell[0] > 0 && cell[1] > 0))"
)


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("compare") / "compare.html"
    path.write_text(compare_html(centre_brief(network_rule=ROUNDED)) or "", encoding="utf-8")
    return path


@pytest.mark.parametrize(("width", "scheme"), VIEWS, ids=NAMES)
def test_it_is_accessible_quiet_and_fits(compared: Path, tmp_path: Path, width: int, scheme: str) -> None:
    with browser_page() as page:
        page.open(compared, width=width, scheme=scheme)
        require_quiet(page)
        require_reflow(page)
        require_accessible(page)
        require_keyboard(page)
        keep_picture(page, tmp_path / f"compare-{width}-{scheme}.png")


@pytest.mark.parametrize("width", [1280, 360])
def test_both_bars_of_a_row_are_as_long_as_their_shares_on_one_scale(compared: Path, width: int) -> None:
    with browser_page() as page:
        page.open(compared, width=width)
        rows = page.ask(BARS)
    assert len(rows) > 20
    for name in {cells[0][2] for cells in rows}:
        per_point = [length / share for cells in rows for length, share, table in cells if table == name and share > 5]
        assert max(per_point) < min(per_point) * 1.03, name


def test_no_table_is_cut_on_a_phone(compared: Path) -> None:
    with browser_page() as page:
        page.open(compared, width=360)
        wide = page.ask(
            "[...document.querySelectorAll('th, td')].filter(cell => cell.scrollWidth > cell.clientWidth + 1)"
            ".map(cell => cell.textContent)"
        )
    assert wide == []


def test_on_paper_bars_are_printed_and_the_contents_are_not(compared: Path) -> None:
    with browser_page() as page:
        page.open(compared, width=1280)
        page.send("Emulation.setEmulatedMedia", media="print")
        assert page.ask("document.querySelector('.contents').getClientRects().length") == 0
        assert page.ask("getComputedStyle(document.querySelector('.bar')).printColorAdjust") == "exact"
        assert page.ask("document.querySelector('.bar').getBoundingClientRect().height") > 3
