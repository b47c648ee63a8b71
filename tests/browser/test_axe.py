"""The accessibility check itself: a page with faults is found out, one without is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser.axe import violations
from browser.chromium import browser_page
from browser.looking import NEEDS_CHROMIUM

pytestmark = NEEDS_CHROMIUM
POLICY = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
PAGE = '<!DOCTYPE html><html lang="en"><head><title>A</title>{policy}</head><body><main><h1>A</h1>{body}</main></body>'


@pytest.mark.parametrize(
    ("body", "rules"),
    [
        ("<p>Words.</p>", []),
        ('<p style="color:#bbb;background:#fff">Pale words.</p>', ["color-contrast"]),
        ("<h3>Too deep</h3><select><option>A</option></select>", ["heading-order", "select-name"]),
    ],
)
def test_faults_are_found_in_spite_of_a_strict_policy(tmp_path: Path, body: str, rules: list[str]) -> None:
    path = tmp_path / "page.html"
    path.write_text(PAGE.format(policy=POLICY, body=body), encoding="utf-8")
    with browser_page() as page:
        page.open(path, width=800)
        assert sorted(found.partition(":")[0] for found in violations(page)) == rules
