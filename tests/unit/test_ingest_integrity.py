"""Rows that could be lost, counted twice or given to the wrong case, and stay where they belong."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from workspaces import HARBOUR, Workspace, account, adds_up, as_text, make_rows, states

from pipelines.errors import SettingsError
from pipelines.ingest.reading import delimited

PROFILE = "profiles/export.toml"
NAME = "2026-Q3.csv"
SAID = 'why = "Checked."\nsaid_by = "Supervisor"\n'


def rows_are(workspace: Workspace, grain: str, more: str = "") -> None:
    workspace.edit(PROFILE, "[rows]\n", f'[rows]\none_row_per = "{grain}"\n{more}')


def cases(workspace: Workspace, source: str = "riverside") -> pl.DataFrame:
    return workspace.table("core.cases").filter(pl.col("source_id") == source)


def tell(workspace: Workspace, *entries: str) -> None:
    text = "\n".join(f'[[corrections]]\nsource = "riverside"\n{entry}\n{SAID}' for entry in entries)
    (workspace.folder / "corrections.toml").write_text(text, encoding="utf-8")


def reports(workspace: Workspace, *between: dict[str, str]) -> dict[str, Any]:
    """Read a printed report: one case on two pages, with rows between its two issues."""
    rows_are(workspace, "issue", 'fill_down = ["Case no"]\n')
    workspace.edit(PROFILE, 'starting_with = ["Total", "Report run by"]', 'starting_with = ["Total", "Page"]')
    first = make_rows(1)[0]
    second = first | {"Case no": "", "Issues": "Housing"}
    blank = dict.fromkeys(first, "")
    workspace.put(NAME, [*make_rows(30, first=50), first, *(blank | row for row in between), second])
    report = workspace.store()
    told = account(report, NAME)
    assert adds_up(told)
    return {"cases": cases(workspace).height, "reasons": dict(told.reasons), "states": states(told)}


@pytest.mark.parametrize(
    "between", [{"Case no": "Page 2"}, {heading: heading for heading in make_rows(1)[0]}, {"Client no": "Total"}]
)
def test_a_case_goes_on_below_a_page_break(workspace: Workspace, between: dict[str, str]) -> None:
    found = reports(workspace, between)
    assert (found["cases"], found["states"]) == (31, {"accepted": 32, "ignored": 1})


def test_a_row_below_what_may_be_a_total_waits(workspace: Workspace) -> None:
    found = reports(workspace, {"Case no": "Total", "Age": "12"})
    assert found["reasons"] == {"title_total_or_footer": 1, "nothing_above": 1}


def test_a_row_below_one_that_cannot_be_read_is_not_given_to_the_case_above_it(workspace: Workspace) -> None:
    rows_are(workspace, "issue", 'fill_down = ["Relationship"]\n')
    good = as_text(make_rows(40))
    below = as_text(make_rows(1, first=99, client_role="")).split("\n", 1)[1]
    workspace.put(NAME, good + "R-0098,K0098,06/07/2026\n" + below)
    told = account(workspace.check(), NAME)
    assert told.reasons == {"too_few_cells": 1, "nothing_above": 1}


def test_what_follows_a_total_is_a_total(workspace: Workspace) -> None:
    rows_are(workspace, "issue", 'fill_down = ["Case no"]\nignore = { "Case no" = ["All"] }\n')
    totals = make_rows(2, case_ref=["All", ""])
    workspace.put(NAME, [*make_rows(30), *totals, *make_rows(5, first=60)])
    told = account(workspace.check(), NAME)
    assert (states(told), told.reasons) == ({"accepted": 35, "ignored": 2}, {"total": 2})


def test_blanks_are_filled_across_chunks_of_different_width(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(delimited.read_delimited.__wrapped__.__kwdefaults__, "block_bytes", 4000)  # type: ignore[attr-defined]
    monkeypatch.setattr(delimited, "BLOCK_BYTES", 4000)
    workspace.edit(PROFILE, "[rows]\n", '[rows]\nshort_rows = "pad"\nfill_down = ["Result"]\n')
    workspace.edit(PROFILE, '"outcome", ', "")
    workspace.edit(PROFILE, "[columns]\n", '[rows.ignore]\nResult = ["All"]\n[columns]\noutcome = "Result"\n')
    lines = as_text([row | {"Result": ""} for row in make_rows(300)]).replace("Main,,\n", "Main,,WON\n", 1).split("\n")
    whole, short = lines[:80], [line.removesuffix(",,") for line in lines[80:]]
    workspace.edit(PROFILE, "[values.gender]", '[values.outcome]\n"WON" = "APPEAL_WON"\n[values.gender]')
    workspace.put(NAME, "\n".join([*whole, *short]))
    assert states(account(workspace.store(), NAME)) == {"accepted": 300}
    assert set(cases(workspace)["outcome_code"]) == {"APPEAL_WON"}


def test_persons_of_different_cases_are_no_family_because_their_office_is_the_same(workspace: Workspace) -> None:
    rows_are(workspace, "person")
    workspace.edit(PROFILE, 'case_ref = "Case no"', 'case_ref = ["Office", "Case no"]')
    rows = [row | {"Office": "North"} for row in make_rows(20, client_role="Unknown")]
    workspace.put(NAME, as_text(rows))
    workspace.store()
    assert set(cases(workspace)["family_evidence_code"]) == {"NONE"}


def test_persons_of_a_case_without_references_are_not_taken_for_one(workspace: Workspace) -> None:
    rows_are(workspace, "person")
    workspace.put(
        NAME,
        [
            *make_rows(40),
            *make_rows(
                2,
                case_ref="R-0001",
                client_ref="",
                age="9",
                gender="Male",
                opened="06/07/2026",
                nationality="Polish",
                advice_type="Housing",
            ),
        ],
    )
    told = account(workspace.check(), NAME)
    assert (states(told), told.reasons) == ({"accepted": 40, "quarantined": 2}, {"missing_client_ref": 2})


def test_a_word_for_missing_is_nobodys_reference(workspace: Workspace) -> None:
    """Forty clients called "Unknown" are not one client, and two cases called so are not two versions of one."""
    unknown = make_rows(1, first=90, case_ref="unknown ")
    workspace.put(NAME, [*make_rows(40, client_ref=["Unknown", " UNKNOWN"]), *unknown])
    workspace.put("2026-Q4.csv", [*make_rows(20, first=60), *make_rows(1, case_ref="Unknown", age="50")])
    report = workspace.store()
    assert workspace.counts("by_source")["riverside"] == 60
    assert account(report, NAME).reasons == account(report, "2026-Q4.csv").reasons == {"missing_case_ref": 1}


def test_marks_that_nobody_sees_make_no_second_case(workspace: Workspace) -> None:
    workspace.put(NAME, make_rows(40))
    workspace.put("2026-Q4.csv", make_rows(3, case_ref=["\ufeffR-0001", "R-0002\u200b", "R-0003\u200e"], age="50"))
    report = workspace.store()
    assert account(report, NAME).reasons == {"later_version": 3}


def test_the_parts_of_a_reference_do_not_run_into_each_other(workspace: Workspace) -> None:
    workspace.edit(PROFILE, 'case_ref = "Case no"', 'case_ref = ["Case no", "Office"]')
    rows = [row | {"Office": "x"} for row in make_rows(20)]
    rows[0] |= {"Case no": "a\x1fb", "Office": "c"}
    rows[1] |= {"Case no": "a", "Office": "b\x1fc"}
    workspace.put(NAME, as_text(rows))
    assert states(account(workspace.check(), NAME)) == {"accepted": 20}


def test_a_case_that_moves_unchanged_counts_where_it_is_now(workspace: Workspace) -> None:
    workspace.edit("caseload.toml", 'profile = "sheet"', 'profile = "export"\ncase_register = "crm"')
    workspace.edit("caseload.toml", 'name = "Riverside, case export"', 'name = "Riverside"\ncase_register = "crm"')
    (workspace.folder / "inbox/harbour" / NAME).unlink()
    workspace.put(NAME, as_text(make_rows(5)).encode(), source=HARBOUR)
    report = workspace.store()
    assert (cases(workspace).height, cases(workspace, HARBOUR).height) == (35, 5)
    assert report.refreshed.looked.links["cases_moved"] == 5


def test_a_link_that_comes_later_is_not_taken_for_a_copy(workspace: Workspace) -> None:
    workspace.edit(PROFILE, 'client_role = "Relationship"\n', 'linked_case_ref = "Relationship"\n')
    workspace.edit(PROFILE, 'fields = ["barrier"', 'fields = ["client_role", "barrier"')
    workspace.edit(PROFILE, '[values.client_role]\n"Main" = "MAIN"\n"Family" = "FAMILY"\n', "")
    workspace.put(NAME, make_rows(40, client_role=["", "Unknown"]))
    workspace.put("2026-Q4.csv", make_rows(10, client_role="R-9999"))
    workspace.store()
    assert dict(cases(workspace).group_by("family_evidence_code").len().iter_rows()) == {"NONE": 30, "LINKED_CASE": 10}


@pytest.mark.parametrize("file", [NAME, "2026-Q4.csv"])
def test_a_correction_holds_when_the_row_comes_again(workspace: Workspace, file: str) -> None:
    workspace.put("2026-Q4.csv", make_rows(40))
    where = f'where = {{ file = "{file}", row = 2 }}\n'
    tell(workspace, f'{where}field = "gender"\nwas = "Female"\nis = "Male"')
    workspace.store()
    assert dict(cases(workspace).group_by("gender_code").len().iter_rows()) == {"F": 19, "M": 21}


def test_a_row_that_is_no_case_stays_none_when_it_comes_again(workspace: Workspace) -> None:
    workspace.put("2026-Q4.csv", make_rows(40))
    tell(
        workspace,
        f'where = {{ file = "{NAME}", row = 2 }}\nexclude = true',
        'where = { case_ref = "R-0001" }\nexclude = true',
    )
    report = workspace.store()
    assert cases(workspace).height == 39
    assert all(adds_up(account(report, name)) for name in (NAME, "2026-Q4.csv"))


def test_excluding_one_of_two_equal_rows_leaves_the_other(workspace: Workspace) -> None:
    workspace.put(NAME, [*make_rows(40), *make_rows(1)])
    tell(workspace, f'where = {{ file = "{NAME}", row = 42 }}\nexclude = true')
    assert states(account(workspace.check(), NAME)) == {"accepted": 40, "ignored": 1}


def test_excluding_one_of_two_rows_that_differ_brings_the_other_back(workspace: Workspace) -> None:
    workspace.put(NAME, [*make_rows(40), *make_rows(1, age="71")])
    tell(workspace, f'where = {{ file = "{NAME}", row = 42 }}\nexclude = true')
    assert states(account(workspace.check(), NAME)) == {"accepted": 40, "ignored": 1}


def test_a_word_is_corrected_as_it_is_seen_though_a_second_column_is_blank(workspace: Workspace) -> None:
    tell(workspace, 'field = "nationality"\nwas = "Romanian"\nis = "Bulgarian"')
    workspace.store()
    assert workspace.counts("by_nationality")["BG"] == 13


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ('field = "outcome"\nwas = ""\nis = "Won"', "correction 1: outcome has no column at source riverside"),
        ('where = { row = -2, file = "x" }\nexclude = true', "correction 1 matches no record"),
    ],
)
def test_a_correction_without_effect_is_refused(workspace: Workspace, entry: str, says: str) -> None:
    tell(workspace, entry)
    with pytest.raises(SettingsError, match=says):
        workspace.check()


def test_a_file_whose_rows_all_wait_is_accounted_for(workspace: Workspace) -> None:
    workspace.put("2026-Q4.csv", make_rows(1, case_ref="2.02E+11"))
    told = account(workspace.check(), "2026-Q4.csv")
    assert (states(told), told.reasons) == ({"quarantined": 1}, {"case_ref_rounded": 1})
