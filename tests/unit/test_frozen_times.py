"""The time to an outcome of a published quarter stays as it was published."""

from __future__ import annotations

from frozen import prepare
from workspaces import Workspace, make_rows

from pipelines import freezing, warehouse

QUARTER = "2026-Q2"
TABLE = "by_time_to_outcome"


def test_a_closing_date_that_comes_later_waits_like_any_other_change(workspace: Workspace) -> None:
    """Two editions would tell whose case was closed; of quarters published before times were kept, none is known."""
    rows = make_rows(30, first=501, opened="06/05/2026")
    workspace.put("spring.csv", rows)
    prepare(workspace, frozen=QUARTER)
    workspace.put("closed.csv", [row | {"Closed": "20/05/2026"} for row in rows[:12]])
    prepare(workspace)
    assert workspace.counts(TABLE, QUARTER) == {"_T": 30, "OPEN_28T55": 30}
    assert freezing.waiting_changes(workspace.database)[QUARTER] == 12
    prepare(workspace, revised=[QUARTER])
    assert workspace.counts(TABLE, QUARTER) == {"_T": 30, "OUT_LT28": 12, "OPEN_28T55": 18}
    with warehouse.connect(workspace.database) as connection:
        connection.execute("update raw.published_cases set time_to_outcome_code = null, is_still_open = null")
    prepare(workspace)
    assert workspace.counts(TABLE, QUARTER) == {}
    assert freezing.waiting_changes(workspace.database)[QUARTER] == 0
