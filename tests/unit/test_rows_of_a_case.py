"""Cases that take several rows of a file, and references that several sources share."""

from __future__ import annotations

import polars as pl
import pytest
from workspaces import HARBOUR, Workspace, account, adds_up, as_text, make_rows, states

from pipelines.errors import ProfileError

PROFILE = "profiles/export.toml"


def rows_are(workspace: Workspace, grain: str, more: str = "") -> None:
    workspace.edit(PROFILE, "[rows]\n", f'[rows]\none_row_per = "{grain}"\n{more}')


def of_riverside(workspace: Workspace, table: str) -> pl.DataFrame:
    return workspace.table(table).filter(pl.col("source_id") == "riverside")


def holds(workspace: Workspace, text: str) -> bool:
    return text.encode() in workspace.database.read_bytes()


def test_the_issues_of_a_case_unite_and_every_row_is_accounted_for(workspace: Workspace) -> None:
    rows_are(workspace, "issue")
    issues = [make_rows(30), make_rows(30, advice_type="Housing"), make_rows(10, advice_type="Benefits; Housing")]
    workspace.put("2026-Q3.csv", [row for part in issues for row in part])
    report = workspace.store()
    told = account(report, "2026-Q3.csv")
    assert (states(told), adds_up(told)) == ({"accepted": 70}, True)
    cases = of_riverside(workspace, "core.cases")
    types = workspace.table("core.case_advice_types").join(cases, on="case_key", how="semi")
    assert cases.height == 30
    first = types.group_by("case_key").agg(pl.col("advice_type_code").sort())["advice_type_code"].to_list()
    # Of the default words "Settled status" and "Benefits; Housing" every second case has the first.
    assert sorted(map(tuple, first)).count(("BEN", "HOU")) == 15
    assert sorted(map(tuple, first)).count(("EUSS_SETTLED", "HOU")) == 10
    assert sorted(map(tuple, first)).count(("BEN", "EUSS_SETTLED", "HOU")) == 5


def test_rows_of_one_case_that_contradict_each_other_wait_together(workspace: Workspace) -> None:
    rows_are(workspace, "issue")
    odd = make_rows(1, gender="Male", advice_type="Housing")
    workspace.put("2026-Q3.csv", [*make_rows(40, gender="Female"), *odd])
    told = account(workspace.check(), "2026-Q3.csv")
    assert (states(told), told.reasons) == ({"accepted": 39, "quarantined": 2}, {"case_rows_differ": 2})


def test_a_blank_cell_contradicts_nothing(workspace: Workspace) -> None:
    rows_are(workspace, "issue")
    workspace.put(
        "2026-Q3.csv", [*make_rows(40), *make_rows(40, gender="", age="", client_ref="", advice_type="Housing")]
    )
    report = workspace.store()
    assert states(account(report, "2026-Q3.csv")) == {"accepted": 80}
    assert set(of_riverside(workspace, "core.cases")["gender_code"]) == {"F", "M"}


def test_the_last_event_of_a_case_decides_what_the_profile_says_it_decides(workspace: Workspace) -> None:
    rows_are(workspace, "event", 'last_of = ["closed"]\nfirst_of = ["opened"]\n')
    events = [
        make_rows(20, opened="06/07/2026"),
        make_rows(20, opened="01/08/2026", closed="02/08/2026"),
        make_rows(20, opened="09/09/2026", closed=""),
    ]
    workspace.put("2026-Q3.csv", [row for part in events for row in part])
    report = workspace.store()
    assert states(account(report, "2026-Q3.csv")) == {"accepted": 60}
    cases = of_riverside(workspace, "core.cases")
    assert {(str(row["opened_on"]), str(row["closed_on"])) for row in cases.iter_rows(named=True)} == {
        ("2026-07-06", "2026-08-02")
    }


def test_a_case_of_several_rows_that_comes_again_is_a_duplicate_row_by_row(workspace: Workspace) -> None:
    rows_are(workspace, "issue")
    rows = [*make_rows(20), *make_rows(20, advice_type="Housing")]
    workspace.put("2026-Q3.csv", rows)
    workspace.put("2026-Q4.csv", list(reversed(rows)))
    report = workspace.check()
    assert states(account(report, "2026-Q3.csv")) == {"accepted": 40}
    assert adds_up(account(report, "2026-Q4.csv"))
    assert set(states(account(report, "2026-Q4.csv"))) <= {"duplicate", "superseded"}


def test_dependants_are_clients_of_their_own_and_linked_to_the_main_client(workspace: Workspace) -> None:
    rows_are(workspace, "person")
    workspace.edit(PROFILE, 'client_role = "Relationship"\n', "")
    workspace.edit(PROFILE, 'fields = ["barrier"', 'fields = ["client_role", "barrier"')
    workspace.edit(PROFILE, 'columns = ["Notes"]', 'columns = ["Notes", "Relationship"]')
    workspace.edit(PROFILE, '[values.client_role]\n"Main" = "MAIN"\n"Family" = "FAMILY"\n', "")
    family = make_rows(20, client_ref=[f"D{n}" for n in range(20)], age="9", nationality="Brazilian")
    workspace.put("2026-Q3.csv", [*make_rows(20), *family])
    report = workspace.store()
    assert states(account(report, "2026-Q3.csv")) == {"accepted": 40}
    cases = of_riverside(workspace, "core.cases")
    assert cases["case_key"].n_unique() == cases["client_key"].n_unique() == 40
    assert dict(cases.group_by("family_evidence_code").len().iter_rows()) == {"NONE": 20, "LINKED_CASE": 20}


def test_a_reference_to_a_main_clients_case_is_evidence_and_is_not_stored(workspace: Workspace) -> None:
    workspace.edit(PROFILE, 'client_role = "Relationship"\n', 'linked_case_ref = "Relationship"\n')
    workspace.edit(PROFILE, 'fields = ["barrier"', 'fields = ["client_role", "barrier"')
    workspace.edit(PROFILE, '[values.client_role]\n"Main" = "MAIN"\n"Family" = "FAMILY"\n', "")
    workspace.put("2026-Q3.csv", make_rows(40, client_role=["", "R-0001"], nationality="Polish"))
    workspace.store()
    evidence = of_riverside(workspace, "core.cases").group_by("family_evidence_code").len()
    assert dict(evidence.iter_rows()) == {"NONE": 20, "LINKED_CASE": 20}
    assert not holds(workspace, "R-0001")


def test_a_case_is_known_by_several_columns_together(workspace: Workspace) -> None:
    workspace.edit(PROFILE, 'case_ref = "Case no"', 'case_ref = ["Case no", "Opened"]')
    workspace.edit(PROFILE, 'opened = "Opened"', 'opened = "Start"')
    rows = [row | {"Start": row["Opened"]} for day in ("06/07/2026", "07/07/2026") for row in make_rows(20, opened=day)]
    workspace.put("2026-Q3.csv", as_text(rows))
    assert states(account(workspace.check(), "2026-Q3.csv")) == {"accepted": 40}


def test_zeros_that_a_spreadsheet_ate_do_not_make_a_new_case(workspace: Workspace) -> None:
    workspace.edit(PROFILE, "[formats]\n", "[formats]\nreferences = { strip_leading_zeros = true }\n")
    workspace.put("2026-Q3.csv", make_rows(20, case_ref=[f"{n:05}" for n in range(1, 21)]))
    workspace.put("2026-Q4.csv", make_rows(20, case_ref=[f"{n}" for n in range(1, 21)], gender="Male"))
    report = workspace.check()
    assert sum(states(account(report, name)).get("accepted", 0) for name in ("2026-Q3.csv", "2026-Q4.csv")) == 20


def test_no_reference_stands_in_the_warehouse_as_it_arrived(workspace: Workspace) -> None:
    workspace.put("2026-Q3.csv", make_rows(40, case_ref=[f"ZEBRA{n}" for n in range(40)], client_ref="OKAPI7"))
    workspace.store()
    assert not holds(workspace, "ZEBRA")
    assert not holds(workspace, "OKAPI")


def shared_sources(workspace: Workspace, register: str) -> None:
    """Let harbour send files of riverside's kind, with references of the same register."""
    workspace.edit("caseload.toml", 'profile = "sheet"', f'profile = "export"\n{register} = "crm"')
    workspace.edit("caseload.toml", 'name = "Riverside, case export"', f'name = "Riverside"\n{register} = "crm"')
    (workspace.folder / "inbox/harbour/2026-Q3.csv").unlink()


def test_a_client_at_two_centres_counts_once_when_the_centres_share_references(workspace: Workspace) -> None:
    shared_sources(workspace, "client_register")
    workspace.put(
        "2026-Q3.csv",
        as_text(make_rows(20, first=101, client_ref=[f"K{n:04}" for n in range(1, 21)])).encode(),
        source=HARBOUR,
    )
    report = workspace.store()
    assert workspace.counts("by_source")["_T"] == 40
    assert report.refreshed.looked.links["clients_at_several_centres"] == 20
    assert "Clients seen at several centres" in report.as_text()


@pytest.mark.slow
def test_a_centre_whose_clients_went_on_to_another_may_have_more_cases_than_issues(workspace: Workspace) -> None:
    """Once, the audit took this for a contradiction: clients take their issues along, and their cases stay."""
    shared_sources(workspace, "client_register")
    workspace.put("2026-Q3.csv", make_rows(120, opened="06/07/2026", advice_type="Housing"))
    moved = make_rows(80, first=301, client_ref=[f"K{n:04}" for n in range(1, 81)], opened="06/08/2026")
    workspace.put("2026-Q3.csv", as_text(moved).encode(), source=HARBOUR)
    report = workspace.run(audiences=("network", "centres"))
    assert [published.edition for published in report.published] == [1]
    opened = workspace.table("marts.cases_by_centre").filter(centre_id="riverside", quarter="2026-Q3")
    assert opened["n"].to_list() == [120]
    assert workspace.counts("by_centre")["riverside"] == 40


def test_without_a_common_register_nobody_is_matched_across_sources(workspace: Workspace) -> None:
    workspace.edit("caseload.toml", 'profile = "sheet"', 'profile = "export"')
    (workspace.folder / "inbox/harbour/2026-Q3.csv").unlink()
    workspace.put("2026-Q3.csv", as_text(make_rows(20)).encode(), source=HARBOUR)
    report = workspace.store()
    assert workspace.counts("by_source")["_T"] == 60
    assert report.refreshed.looked.links["clients_at_several_centres"] == 0


def test_a_case_that_moves_to_another_centre_counts_where_it_is_now(workspace: Workspace) -> None:
    shared_sources(workspace, "case_register")
    workspace.put("2026-Q3.csv", as_text(make_rows(5, closed="30/09/2026")).encode(), source=HARBOUR)
    report = workspace.store()
    assert {name: n for name, n in workspace.counts("by_centre").items() if name != "_T"} == {
        "riverside": 35,
        "harbour": 5,
    }
    assert report.refreshed.looked.links["cases_moved"] == 5
    assert account(report, "2026-Q3.csv").reasons == {"later_version": 5}


@pytest.mark.parametrize(
    ("grain", "more", "says"),
    [
        ("event", "", "one of them is needed"),
        ("issue", 'last_of = ["closed"]\n', "belong to one_row_per"),
        ("household", "", 'must be one of "case", "issue", "event", "person"'),
    ],
)
def test_a_grain_that_makes_no_sense_is_refused(workspace: Workspace, grain: str, more: str, says: str) -> None:
    rows_are(workspace, grain, more)
    with pytest.raises(ProfileError, match=says):
        workspace.check()
