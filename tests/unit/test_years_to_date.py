"""Years to date beside their quarters: they add up, and stand like every edition."""

from __future__ import annotations

import csv

import pytest
from workspaces import Workspace, make_rows

from tests.properties.invented_editions import shelf_of


@pytest.mark.slow
def test_quarters_and_their_year_to_date_add_up(workspace: Workspace) -> None:
    """Published figures of the year to date are the sums of its quarters, although each was published alone."""
    for number, (day, first) in enumerate((("06/02/2026", 101), ("06/05/2026", 201)), start=1):
        workspace.put(f"2026-Q{number}.csv", make_rows(43 + number, first=first, opened=day))
    periods = ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q1_2026-Q3")
    for period in periods:
        workspace.run(period)
    issues = [issues_of(workspace, period) for period in periods]
    assert all(sum(part.get(code, 0) for part in issues[:3]) == n for code, n in issues[3].items())


def issues_of(workspace: Workspace, period: str) -> dict[str, int]:
    path = workspace.folder / f"outputs/release/{period}/1/public/data/by_advice_type.csv"
    rows = csv.DictReader(path.read_text("utf-8").splitlines())
    return {row["advice_type_code"]: int(row["n"]) for row in rows if row["unit"] == "issues"}


@pytest.mark.slow
def test_a_year_to_date_stands_when_it_is_asked_for_again(workspace: Workspace) -> None:
    for number, (day, first) in enumerate((("06/02/2026", 101), ("06/05/2026", 201)), start=1):
        workspace.put(f"2026-Q{number}.csv", make_rows(43 + number, first=first, opened=day))
    for period in ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q1_2026-Q3"):
        workspace.run(period)
    before = shelf_of(workspace)
    for period in ("2026-Q1_2026-Q3", "2026-Q2"):
        (again,) = workspace.run(period).published
        assert not again.is_new
    assert shelf_of(workspace) == before
