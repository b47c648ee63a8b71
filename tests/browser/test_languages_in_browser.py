"""A brief in another language in a real browser: accessible, and no letter of a chart is cut in its own script."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from browser.axe import keep_picture
from browser.chromium import browser_page
from browser.looking import require_accessible
from builders import make_brief, make_facts
from translated import language

from pipelines.publish.release import render

pytestmark = pytest.mark.skipif(
    not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")),
    reason="no Chromium on this machine; .ci/run installs it",
)
OUTSIDE = """
[...document.querySelectorAll('.chart svg')].filter(svg => svg.getClientRects().length).flatMap(svg => {
  const frame = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text')].filter(text => {
    const box = text.getBoundingClientRect();
    return box.left < frame.left - 1 || box.right > frame.right + 1;
  }).map(text => text.textContent);
})
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("languages")
    files = render(make_brief(other_languages=(language("pl"), language("bg"))), make_facts())
    for path in ("brief.html", "brief.pl.html", "brief.bg.html"):
        (made / path).write_bytes(files[path])
    return made


@pytest.mark.sampled(3)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")], ids=["desk", "phone"])
@pytest.mark.parametrize("tag", ["pl", "bg"])
def test_a_page_is_accessible_and_whole(folder: Path, tmp_path: Path, tag: str, width: int, scheme: str) -> None:
    with browser_page() as page:
        page.open(folder / f"brief.{tag}.html", width=width, scheme=scheme)
        page.ask("document.querySelectorAll('details').forEach(fold => fold.open = true)")
        require_accessible(page)
        assert page.ask(OUTSIDE) == []
        assert page.ask("document.documentElement.scrollWidth") <= page.ask("window.innerWidth")
        keep_picture(page, tmp_path / f"brief.{tag}.png")


def test_a_reader_gets_from_one_language_to_another_and_back(folder: Path) -> None:
    with browser_page() as page:
        page.open(folder / "brief.html", width=1280)
        to_polish = page.ask("document.querySelector('.languages a[hreflang=pl]').href")
    assert to_polish.endswith("brief.pl.html")
    with browser_page() as page:
        page.open(Path(to_polish.removeprefix("file://")), width=1280)
        assert page.ask("document.documentElement.lang") == "pl"
        assert page.ask("document.querySelector('.languages a[hreflang=en-GB]').href").endswith("brief.html")
