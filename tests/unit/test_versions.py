"""Which version of a case, and which case of a client, is the latest: it must depend on neither luck nor the key."""

from __future__ import annotations

from workspaces import RIVERSIDE, Workspace, account, make_rows, states


def test_copies_of_a_download_arrive_after_the_first(workspace: Workspace) -> None:
    workspace.put("2026-Q3.csv", make_rows(40))
    workspace.put("2026-Q3 (2).csv", make_rows(40, gender="Male", age="70"))
    assert states(account(workspace.run(), "2026-Q3.csv")) == {"superseded": 40}
    assert workspace.table("core.cases").filter(source_id=RIVERSIDE)["age_low"].unique().to_list() == [70]


def test_the_latest_of_two_cases_of_one_day_does_not_depend_on_the_key(workspace: Workspace) -> None:
    rows = make_rows(40, client_ref=[f"K{n // 2}" for n in range(40)], opened="06/07/2026", gender=["Female", "Male"])
    workspace.put("2026-Q3.csv", rows)
    workspace.run()
    clients = workspace.table("core.clients").filter(source_id=RIVERSIDE, period="2026-Q3")
    assert clients["gender_code"].to_list() == ["M"] * 20
