"""The report of a run in a real browser: accessible, quiet, and no wider than the window, good run or failed."""

from __future__ import annotations

from datetime import UTC, datetime
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
from workspaces import Workspace, write_workspace

from pipelines.errors import CaseloadError
from pipelines.run_record import recording

pytestmark = NEEDS_CHROMIUM


@pytest.fixture(scope="module")
def good(published_template: Workspace) -> Path:
    (page,) = (published_template.folder / "outputs/internal").glob("*/report.html")
    return page


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = write_workspace(tmp_path_factory.mktemp("failed") / "workspace")
    now = datetime(2026, 12, 15, 9, 30, tzinfo=UTC)
    with pytest.raises(CaseloadError), recording(workspace.request(), "run", now=now) as record:
        raise CaseloadError("Two things are wrong:\n  - one is <this>\n  - the other is " + "x" * 90)
    return record.folder / "report.html"


@pytest.mark.parametrize("kind", ["good", "failed"])
@pytest.mark.parametrize(("width", "scheme"), VIEWS, ids=NAMES)
def test_it_is_accessible_quiet_and_fits(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str, width: int, scheme: str
) -> None:
    path: Path = request.getfixturevalue(kind)
    with browser_page() as page:
        page.open(path, width=width, scheme=scheme)
        require_quiet(page)
        require_reflow(page)
        if kind == "good":  # the other page ends after fewer links than are tried
            require_keyboard(page)
        page.ask("document.querySelectorAll('details').forEach(fold => fold.open = true)")
        require_accessible(page)
        require_reflow(page)
        keep_picture(page, tmp_path / f"report-{kind}-{width}-{scheme}.png")
