"""The index: every brief once, what stands and what was replaced, and nothing of a centre that is not for everybody."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
import time
from pathlib import Path

import pytest
from shelves import Placed, few, many, place

from pipelines.publish.index import write_index


def listed(page: str) -> dict[str, str]:
    """Give the part of the page about each brief, by the address of the brief."""
    parts = re.findall(r'<li class="brief".*?</li>', page, flags=re.S)
    return {re.search(r'href="([^"]*)/brief\.html"', part)[1]: part for part in parts}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_index(place(tmp_path_factory.mktemp("shelf"), few())).read_text(encoding="utf-8")


def test_every_brief_is_listed_once_with_its_edition(page):
    assert sorted(listed(page)) == sorted(f"{each.period}/{each.number}/{each.audience}" for each in few())
    assert "Edition 2, published 2 November 2026" in listed(page)["2026-Q3/2/centre-kirkby"]


def test_the_newest_period_comes_first_and_centres_by_name(page):
    assert page.index("July to September 2026</h2>") < page.index("April to June 2026</h2>")
    assert page.index(">Kirkby Malzeard") < page.index(">Northgate")


def test_an_edition_is_replaced_for_its_own_readers_alone(page):
    parts = listed(page)
    assert "replaced by edition 3" in parts["2026-Q3/1/network"]
    assert "latest edition" in parts["2026-Q3/3/network"]
    # Edition 2 and 3 are not for these readers, so theirs still stand.
    for address in ("2026-Q3/1/public", "2026-Q3/1/centre-north", "2026-Q3/2/centre-kirkby"):
        assert "replaced by" not in parts[address]


def test_flagged_groups_are_told_from_rounded_briefs_alone(page):
    parts = listed(page)
    assert "Called under-served: People aged 55 and over" in parts["2026-Q3/3/network"]
    # Its own manifest flags the group, from exact figures; the network's of that edition does not.
    assert "People aged" not in parts["2026-Q3/1/centre-north"]
    assert 'data-groups=""' in parts["2026-Q3/1/centre-north"]


def test_a_late_centre_is_found_by_the_flags_of_the_network_it_stands_beside(tmp_path):
    briefs = [
        Placed("2026-Q3", 1, "network", flagged=True),
        Placed("2026-Q3", 2, "centre-kirkby", centre_name="Kirkby Law Centre"),
    ]
    part = listed(write_index(place(tmp_path, briefs)).read_text("utf-8"))["2026-Q3/2/centre-kirkby"]
    assert 'data-groups="group_code.AGED_55_PLUS"' in part
    assert "Called under-served" not in part


def test_each_centres_brief_says_that_it_is_for_that_centre(page):
    parts = listed(page)
    assert {"for this centre alone" in part for address, part in parts.items() if "centre-" in address} == {True}
    assert not any("for this centre alone" in part for address, part in parts.items() if "centre-" not in address)


def test_links_lead_to_the_files_that_the_manifest_lists(tmp_path):
    root = place(tmp_path, few())
    page = write_index(root).read_text("utf-8")
    links = set(re.findall(r'href="([^"#]+)"', page))
    assert [link for link in links if not (root / link).is_file()] == []
    assert "2026-Q3/2/centre-kirkby/compare.html" in links


def test_its_script_is_the_one_its_policy_allows_and_asks_nobody(page):
    script = re.search(r"<script>(.*?)</script>", page, flags=re.S)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page
    assert "default-src 'none'" in page
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page) == []


def test_the_same_shelf_gives_the_same_bytes(tmp_path):
    root = place(tmp_path, few())
    assert write_index(root).read_bytes() == write_index(root).read_bytes()


def test_an_empty_shelf_says_so(tmp_path):
    page = write_index(tmp_path).read_text(encoding="utf-8")
    assert "Nothing has been released yet" in page
    assert "<script" not in page


def test_names_are_escaped(tmp_path):
    name = 'Tom & Jane\'s <b>"Law" Centre'
    root = place(tmp_path, [Placed("2026-Q3", 1, "centre-x", centre_name=name)], only_manifests=True)
    page = write_index(root).read_text("utf-8")
    assert "<b>" not in page
    assert "Tom &amp; Jane&#39;s &lt;b&gt;" in page


def test_five_hundred_briefs_are_listed_quickly_and_small(tmp_path: Path):
    periods = [f"{year}-Q{quarter}" for year in (2025, 2026) for quarter in (1, 2, 3, 4)]
    briefs = list(many(61, periods))
    assert len(briefs) > 500
    root = place(tmp_path, briefs, only_manifests=True)
    began = time.monotonic()
    page = write_index(root).read_text("utf-8")
    assert time.monotonic() - began < 5
    assert len(listed(page)) == len(briefs)
    without_fonts = re.sub(r"base64,[A-Za-z0-9+/=]+", "", page)
    assert len(without_fonts) < 1_200 * len(briefs)
    assert len(gzip.compress(without_fonts.encode())) < 100 * len(briefs)
