"""What exports look like in practice: encodings, line ends, quotes, slips of the keyboard, files put back."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest
from workspaces import HARBOUR, RIVERSIDE, Workspace, account, as_text, make_rows, states

from pipelines.errors import ValidationFailed

TEXT = as_text(make_rows(40))
FORMS = {
    "with a byte-order mark and Windows line ends": b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode(),
    "with old Macintosh line ends": TEXT.replace("\n", "\r").encode(),
    "without a last line end": TEXT.removesuffix("\n").encode(),
    "with every cell in quotation marks": "\n".join(
        ",".join(f'"{cell}"' for cell in line.split(",")) for line in TEXT.splitlines()
    ).encode(),
    "with spaces around headings": TEXT.replace("Gender", " Gender ", 1).encode(),
    "with empty columns at the end": TEXT.replace("\n", ",,\n").encode(),
    "with columns in another order": as_text([dict(reversed(row.items())) for row in make_rows(40)]).encode(),
}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("form", FORMS)
def test_the_same_cases_are_read_from_every_form_of_a_file(workspace: Workspace, form: str) -> None:
    workspace.put("2026-Q3.csv", FORMS[form])
    assert states(account(workspace.check(), "2026-Q3.csv")) == {"accepted": 40}


@pytest.mark.parametrize("encoding", ["utf-16", "windows-1252"])
def test_a_declared_encoding_is_read(workspace: Workspace, encoding: str) -> None:
    workspace.edit("profiles/export.toml", "[rows]", f'[file]\nencoding = "{encoding}"\n[rows]')
    workspace.put("2026-Q3.csv", as_text(make_rows(40, notes="Café, 5 £")).encode(encoding))
    assert states(account(workspace.check(), "2026-Q3.csv")) == {"accepted": 40}


def test_characters_that_look_like_line_ends_do_not_shift_row_numbers(workspace: Workspace) -> None:
    workspace.edit("profiles/export.toml", "[rows]", '[rows]\nunknown_values = "quarantine"')
    rows = make_rows(40, notes="a\u2028b\x0bc\x0cd\x85e")
    rows[5]["Gender"] = "Femlae"
    workspace.put("2026-Q3.csv", "Cases \u2028 of the quarter\n" + as_text(rows))
    workspace.store()
    assert workspace.table("core.row_states").filter(state="quarantined")["row_number"].to_list() == [8]


def test_a_very_long_note_near_the_top_is_no_obstacle(workspace: Workspace) -> None:
    workspace.put("2026-Q3.csv", make_rows(40, notes=["x" * 200_000, ""]))
    assert states(account(workspace.check(), "2026-Q3.csv")) == {"accepted": 40}


def test_a_row_over_several_lines_with_too_many_cells_waits(workspace: Workspace) -> None:
    row = 'R-0900,K0900,06/07/2026,,34,Female,Polish,,Benefits,Main,"one, two\nthree",x,y\n'
    workspace.put("2026-Q3.csv", TEXT + row)
    assert account(workspace.check(), "2026-Q3.csv").reasons == {"too_many_cells": 1}


def test_a_quotation_mark_inside_a_cell_is_a_letter_like_any_other(workspace: Workspace) -> None:
    workspace.put("2026-Q3.csv", TEXT + 'R-0900,K0900,06/07/2026,,34,Female,Polish,,Benefits,Main,5" screen\n')
    assert states(account(workspace.check(), "2026-Q3.csv")) == {"accepted": 41}


def test_a_quotation_mark_that_never_closes_holds_up_its_own_row_only(workspace: Workspace) -> None:
    odd = 'R-0900,K0900,06/07/2026,,34,Female,Polish,,Benefits,Main,"see letter\n'
    head, rest = TEXT.split("\n", 1)
    workspace.put("2026-Q3.csv", f"{head}\n{odd}{rest}")
    told = account(workspace.check(), "2026-Q3.csv")
    assert (states(told), told.reasons) == ({"accepted": 40, "quarantined": 1}, {"broken_quoting": 1})


def test_a_slip_in_a_year_is_told_with_its_row(workspace: Workspace) -> None:
    workspace.put("2026-Q3.csv", make_rows(40, opened=["12/08/2026", "06/07/0206", *["12/08/2026"] * 38]))
    with pytest.raises(ValidationFailed, match=r'column "Opened": 1 word in 2026-Q3.csv, row 3\.'):
        workspace.check()


def test_a_case_opened_after_the_day_of_the_run_is_told_with_its_row(workspace: Workspace) -> None:
    workspace.put("2026-Q3.csv", make_rows(40, opened=["12/08/2026", "06/07/2062", *["12/08/2026"] * 38]))
    with pytest.raises(
        ValidationFailed, match=r"not after the day the run speaks of(?s:.*)riverside, 2026-Q3.csv, row 3"
    ):
        workspace.check()


def test_a_source_that_was_removed_from_the_settings_is_told(
    published: Workspace, caseload: Callable[..., object]
) -> None:
    text = (published.folder / "caseload.toml").read_text(encoding="utf-8")
    (published.folder / "caseload.toml").write_text(text.split("[sources.harbour]")[0], encoding="utf-8")
    (published.folder / "inbox/harbour").rename(published.folder / "harbour-old")
    outcome = caseload(published, "run")
    assert outcome.code == 13
    assert "A source that caseload.toml does not name" in outcome.err
    assert "source harbour, 2026-Q3.csv" in outcome.err


def women_seen(workspace: Workspace) -> int:
    """Count the women in the files as they are; those of a published period wait."""
    return workspace.table("core.cases").filter(pl.col("gender_code") == "F").height


@pytest.mark.parametrize(("source", "n"), [pytest.param(RIVERSIDE, 40, marks=pytest.mark.slow), (HARBOUR, 20)])
def test_an_earlier_file_that_is_put_back_counts_again(workspace: Workspace, source: str, n: int) -> None:
    first = make_rows(n, source=source)
    workspace.run()
    women = {RIVERSIDE: "Female", HARBOUR: "Woman"}
    workspace.put("2026-Q3.csv", make_rows(n, source=source, gender=women[source]), source=source)
    changed = workspace.run()
    # Where rows have no reference of their own, a changed file is another set of cases.
    assert changed.published[0].n_waiting >= n // 2
    assert women_seen(workspace) == 30 + n // 2
    workspace.put("2026-Q3.csv", first, source=source)
    report = workspace.run()
    assert report.published[0].n_waiting == 0
    assert women_seen(workspace) == 30
    assert sum(a.accepted for a in report.refreshed.accounts) == 60
    assert workspace.check().refreshed.n_files_read == 0


def test_a_date_that_was_corrected_leaves_no_trace_in_the_quarters(workspace: Workspace) -> None:
    workspace.put("2026-Q2.csv", make_rows(1, opened="06/07/1996"))
    workspace.store()
    assert workspace.counts("by_period", unit="cases") == {"_T": 60, "2026-Q3": 60}


def test_a_gap_between_quarters_is_shown_as_nothing(workspace: Workspace) -> None:
    workspace.put("2026-Q1.csv", make_rows(20, first=101, opened="06/02/2026"))
    workspace.store()
    assert workspace.counts("by_period", unit="cases") == {"_T": 80, "2026-Q1": 20, "2026-Q2": 0, "2026-Q3": 60}


def test_a_cell_of_separators_only_is_a_blank_cell(workspace: Workspace) -> None:
    workspace.put("2026-Q3.csv", make_rows(40, advice_type=[" ; ", *["Benefits"] * 39]))
    workspace.store()
    missing = workspace.table("core.case_advice_types").filter(advice_type_code="not_recorded")
    assert missing.height == 1


def test_a_case_whose_centre_was_left_blank_counts_as_not_known(workspace: Workspace) -> None:
    workspace.edit("caseload.toml", 'centre = "riverside"\n', "")
    workspace.edit("profiles/export.toml", '"Relationship"', '"Relationship"\ncentre = "Office"')
    offices = ["riverside"] * 25 + [""] * 15
    rows = [row | {"Office": office} for row, office in zip(make_rows(40), offices, strict=True)]
    workspace.put("2026-Q3.csv", rows)
    workspace.run()
    assert workspace.counts("by_centre") == {"_T": 60, "riverside": 25, "harbour": 20, "_U": 15}
    assert {row["centre_id"] for row in workspace.released("by_centre")} == {"_T", "riverside", "harbour", "_U"}


def test_hidden_files_and_folders_of_a_file_manager_are_no_exports(workspace: Workspace) -> None:
    for name in (".DS_Store", "riverside/.DS_Store", "riverside/.~lock.2026-Q3.csv#"):
        (workspace.folder / "inbox" / name).write_bytes(b"\x00")
    (workspace.folder / "inbox/.stfolder").mkdir()
    assert workspace.check().refreshed.n_files_read == 2
