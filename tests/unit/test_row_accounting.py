"""Where every row went: files that come twice, under other names, corrected, or with rows that are no records."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import Demo
from workspaces import HARBOUR, RIVERSIDE, Workspace, account, adds_up, as_text, make_rows, states

from pipelines.errors import ValidationFailed
from pipelines.reports import RunReport

BAD_WORD = {"gender": ["Wmoan"]}


def assert_adds_up(report: RunReport) -> None:
    assert [a for a in report.refreshed.accounts if not adds_up(a)] == []


def test_the_same_files_again_change_nothing(published: Workspace) -> None:
    released = {name: d for name, d in published.snapshot().items() if name.startswith("outputs")}
    before = published.table("core.cases").sort("case_key")
    report = published.run()
    assert (report.refreshed.n_files_read, report.refreshed.n_files_known) == (0, 2)
    assert published.table("core.cases").sort("case_key").equals(before)
    assert {name: d for name, d in published.snapshot().items() if name.startswith("outputs")} == released
    assert [(p.edition, p.is_new) for p in report.published] == [(1, False)]


@pytest.mark.sampled(2)
@pytest.mark.parametrize("source", [RIVERSIDE, HARBOUR])
def test_the_same_file_under_another_name_is_all_duplicates(published: Workspace, source: str) -> None:
    content = (published.folder / "inbox" / source / "2026-Q3.csv").read_bytes()
    published.put("copy of 2026-Q3.csv", content, source=source)
    n = {RIVERSIDE: 40, HARBOUR: 20}
    report = published.run()
    copy = account(report, "copy of 2026-Q3.csv", source=source)
    assert (states(copy), copy.reasons) == ({"duplicate": n[source]}, {"equal_copy": n[source]})
    assert states(account(report, "2026-Q3.csv", source=source)) == {"accepted": n[source]}
    assert not report.published[0].is_new


def test_a_later_version_of_a_case_takes_the_place_of_the_earlier(workspace: Workspace) -> None:
    workspace.put("2026-Q4.csv", make_rows(2, first=39, gender="Male", closed="30/10/2026"))
    report = workspace.check()
    earlier, later = account(report, "2026-Q3.csv"), account(report, "2026-Q4.csv")
    assert (states(earlier), earlier.reasons) == ({"accepted": 38, "superseded": 2}, {"later_version": 2})
    assert states(later) == {"accepted": 2}
    assert_adds_up(report)


def test_an_unchanged_case_that_is_sent_again_is_a_duplicate_and_the_first_counts(workspace: Workspace) -> None:
    workspace.put("2026-Q4.csv", [*make_rows(40), *make_rows(5, first=41)])
    report = workspace.check()
    assert states(account(report, "2026-Q3.csv")) == {"accepted": 40}
    assert states(account(report, "2026-Q4.csv")) == {"accepted": 5, "duplicate": 40}


def test_a_case_written_back_to_its_first_version_counts_once(workspace: Workspace) -> None:
    workspace.put("2026-Q4.csv", make_rows(1, gender="Male"))
    workspace.put("2027-Q1.csv", make_rows(1))
    report = workspace.check()
    assert report.as_json()["totals"] | {"rows_read": 0} == {
        "rows_read": 0, "accepted": 60, "quarantined": 0, "superseded": 1, "duplicate": 1, "ignored": 0,
    }  # fmt: skip
    assert_adds_up(report)


def test_the_share_in_quarantine_is_not_diluted_by_rows_that_do_not_count(workspace: Workspace) -> None:
    rows = [*make_rows(20, source=HARBOUR), *make_rows(2, source=HARBOUR, first=70, **BAD_WORD)]
    workspace.put("2026-Q3.csv", as_text(rows, source=HARBOUR) + "\n" * 400, source=HARBOUR)
    with pytest.raises(ValidationFailed, match=r"9\.1 % of its rows \(2 of 22\)"):
        workspace.check()


def test_rows_of_one_file_that_share_a_reference_and_differ_wait(workspace: Workspace) -> None:
    """Such as one row per issue: keeping only one of them would lose the others without a word."""
    workspace.put("2026-Q3.csv", [*make_rows(45), *make_rows(1, advice_type="Housing", age="70")])
    told = account(workspace.store(), "2026-Q3.csv")
    assert (states(told), told.reasons) == ({"accepted": 44, "quarantined": 2}, {"case_ref_repeated": 2})
    assert workspace.counts("by_source")[RIVERSIDE] == 44


def test_a_row_set_aside_comes_back_once_the_profile_explains_its_word(workspace: Workspace) -> None:
    workspace.put(
        "2026-Q3.csv", [*make_rows(39, source=HARBOUR), *make_rows(1, source=HARBOUR, **BAD_WORD)], source=HARBOUR
    )
    report = workspace.store()
    waiting = account(report, "2026-Q3.csv", source=HARBOUR)
    assert (states(waiting), waiting.reasons) == ({"accepted": 39, "quarantined": 1}, {"unknown_gender": 1})
    workspace.edit("profiles/sheet.toml", '"Man" = "M"', '"Man" = "M"\n"Wmoan" = "F"')
    assert states(account(workspace.check(), "2026-Q3.csv", source=HARBOUR)) == {"accepted": 40}


def test_a_row_set_aside_comes_back_once_the_file_is_corrected(workspace: Workspace) -> None:
    workspace.edit("profiles/export.toml", "[rows]", '[rows]\nunknown_values = "quarantine"')
    workspace.put("2026-Q3.csv", [*make_rows(39), *make_rows(1, first=40, gender="Femlae")])
    assert states(account(workspace.store(), "2026-Q3.csv")) == {"accepted": 39, "quarantined": 1}
    workspace.put("2026-Q3.csv", make_rows(40))
    report = workspace.check()
    first, corrected = [a for a in report.refreshed.accounts if a.source == RIVERSIDE]
    assert states(first) == {"accepted": 39, "superseded": 1}
    assert states(corrected) == {"accepted": 1, "duplicate": 39}


def test_a_good_row_is_not_displaced_by_a_later_one_that_cannot_be_counted(workspace: Workspace) -> None:
    workspace.edit("profiles/export.toml", "[rows]", '[rows]\nunknown_values = "quarantine"')
    workspace.put("2026-Q4.csv", make_rows(1, gender="Femlae"))
    report = workspace.check()
    assert states(account(report, "2026-Q3.csv")) == {"accepted": 40}
    assert states(account(report, "2026-Q4.csv")) == {"quarantined": 1}


@pytest.mark.parametrize(
    ("cells", "reason"), [("R-0900,K0900,06/07/2026", "too_few_cells"), (",".join("x" * 14), "too_many_cells")]
)
def test_a_row_with_the_wrong_number_of_cells_waits_under_its_row_number(
    workspace: Workspace, cells: str, reason: str
) -> None:
    lines = as_text(make_rows(40)).splitlines()
    workspace.put("2026-Q3.csv", "\n".join([*lines[:7], cells, *lines[7:]]) + "\n")
    report = workspace.store()
    assert account(report, "2026-Q3.csv").reasons == {reason: 1}
    assert_adds_up(report)
    rows = workspace.table("core.row_states").filter(state="quarantined")
    assert rows.select("row_number", "reason").rows() == [(8, reason)]
    assert workspace.counts("by_source")[RIVERSIDE] == 40


def test_a_cell_over_several_lines_is_one_row(workspace: Workspace) -> None:
    rows = make_rows(40)
    rows[0]["Notes"] = "first line\nsecond, with a comma\n\nlast"
    rows[4]["Gender"] = "Femlae"
    workspace.edit("profiles/export.toml", "[rows]", '[rows]\nunknown_values = "quarantine"')
    workspace.put("2026-Q3.csv", rows)
    report = workspace.store()
    assert account(report, "2026-Q3.csv").rows_read == 40
    assert workspace.table("core.row_states").filter(state="quarantined")["row_number"].to_list() == [6]


def test_blank_title_total_and_footer_rows_are_ignored_with_their_reasons(workspace: Workspace) -> None:
    headings, *lines = as_text(make_rows(40)).splitlines()
    empty, total, footer = "," * 10, "Total,40" + "," * 9, "Report run by the office" + "," * 10
    workspace.put("2026-Q3.csv", "\n".join(["Cases opened", "", headings, *lines, "", empty, total, footer]))
    found = account(workspace.check(), "2026-Q3.csv")
    assert states(found) == {"accepted": 40, "ignored": 6}
    assert found.reasons == {"above_headings": 2, "blank": 2, "title_total_or_footer": 2}


def test_a_short_title_or_total_row_is_ignored_too(workspace: Workspace) -> None:
    """Spreadsheets leave trailing commas out or put them in; either way the row is no record and no cut-off one."""
    workspace.put("2026-Q3.csv", as_text(make_rows(40)) + "\n\nTotal,40")
    assert states(account(workspace.check(), "2026-Q3.csv")) == {"accepted": 40, "ignored": 2 + 1}


def test_a_case_without_its_reference_waits(workspace: Workspace) -> None:
    workspace.put("2026-Q3.csv", [*make_rows(39), *make_rows(1, case_ref=" ")])
    assert account(workspace.check(), "2026-Q3.csv").reasons == {"missing_case_ref": 1}


def test_a_case_closed_before_it_was_opened_waits(workspace: Workspace) -> None:
    workspace.put("2026-Q3.csv", [*make_rows(39), *make_rows(1, first=40, opened="06/07/2026", closed="05/07/2026")])
    assert account(workspace.check(), "2026-Q3.csv").reasons == {"closed_before_opened": 1}


def test_references_that_a_spreadsheet_rounded_wait(workspace: Workspace) -> None:
    workspace.put("2026-Q3.csv", [*make_rows(38), *make_rows(2, case_ref=["2.0261E+11", "2.0262E+11"])])
    assert account(workspace.check(), "2026-Q3.csv").reasons == {"case_ref_rounded": 2}


def test_without_references_a_file_that_comes_again_replaces_the_earlier_one(workspace: Workspace) -> None:
    workspace.store()
    workspace.put("2026-Q3.csv", make_rows(23, source=HARBOUR), source=HARBOUR)
    report = workspace.check()
    earlier, later = [a for a in report.refreshed.accounts if a.source == HARBOUR]
    assert (states(earlier), earlier.reasons) == ({"superseded": 20}, {"file_replaced": 20})
    assert states(later) == {"accepted": 23}


def test_a_replaced_file_leaves_nothing_in_quarantine(workspace: Workspace) -> None:
    text = as_text(make_rows(25, source=HARBOUR), source=HARBOUR)
    workspace.put("2026-Q3.csv", text + "2026 Q3;25-34\n\n", source=HARBOUR)
    assert account(workspace.store(), "2026-Q3.csv", source=HARBOUR).reasons == {"too_few_cells": 1, "blank": 1}
    workspace.put("2026-Q3.csv", make_rows(26, source=HARBOUR), source=HARBOUR)
    earlier, later = [a for a in workspace.check().refreshed.accounts if a.source == HARBOUR]
    assert states(earlier) == {"superseded": 26, "ignored": 1}
    assert states(later) == {"accepted": 26}


def test_without_references_equal_rows_of_one_file_are_cases_of_their_own(workspace: Workspace) -> None:
    same = make_rows(20, source=HARBOUR, gender="Woman", age="25-34", nationality="Polish", advice_type="Housing")
    workspace.put("2026-Q3.csv", same, source=HARBOUR)
    workspace.store()
    assert workspace.counts("by_centre")["harbour"] == 20


def test_a_changed_profile_reads_known_files_again(workspace: Workspace) -> None:
    workspace.store()
    workspace.edit("profiles/export.toml", '"Main" = "MAIN"', '"Main" = "FAMILY"')
    with_change = workspace.check().refreshed
    assert (with_change.n_files_read, with_change.n_files_known) == (1, 1)
    assert [states(a) for a in with_change.accounts] == [{"accepted": 40}, {"accepted": 20}]


def test_several_clients_of_one_person_are_counted_once(workspace: Workspace) -> None:
    workspace.put("2026-Q3.csv", make_rows(40, client_ref=[f"K{i}" for i in range(20)]))
    workspace.store()
    assert workspace.counts("by_source") == {"_T": 40, RIVERSIDE: 20, HARBOUR: 20}
    assert workspace.counts("by_period", unit="cases")["_T"] == 60


def test_the_record_of_a_run_holds_the_accounting_and_only_its_owner_may_look(published: Workspace) -> None:
    internal = published.folder / "outputs/internal"
    (record,) = internal.glob("*/accounting.json")
    assert '"rows_read": 40' in record.read_text(encoding="utf-8")
    assert [path.stat().st_mode & 0o777 for path in (internal, record.parent)] == [0o700, 0o700]


@pytest.mark.slow
def test_the_demonstration_accounts_for_every_row_as_it_was_made(demo_workspace: Demo) -> None:
    """The generator says how many rows of each kind it wrote; the accounting must find the same."""
    planted = {(row["source_id"], row["file"].split("/")[-1]): row for row in demo_workspace.truth["files"]}
    accounts = demo_workspace.report.refreshed.accounts
    assert len(accounts) == len(planted) > 50
    for found in accounts:
        said = planted[found.source, found.file]
        assert adds_up(found)
        assert found.rows_read == said["rows"]
        assert found.ignored == said["blank"] + said.get("total", 0) + said.get("title", 0)
        assert found.duplicate == said["duplicate"]
        assert found.superseded == said["corrected_later"]
        assert found.quarantined == said["unknown_word"] + said["closed_before_opened"]


def test_a_file_without_records_says_which_source_and_file(
    workspace: Workspace, caseload: Callable[..., object]
) -> None:
    workspace.put("2026-Q4.csv", make_rows(2, source=HARBOUR, gender="Wmoan"), source=HARBOUR)
    outcome = caseload(workspace, "check")
    assert outcome.code == 13
    assert "harbour" in outcome.err
