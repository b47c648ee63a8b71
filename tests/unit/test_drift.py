"""A source's files change: columns come, go and are renamed, words are new, a field is left empty."""

from __future__ import annotations

import pytest
from workspaces import HARBOUR, Workspace, account, as_text, make_rows, states

from pipelines.errors import ProfileError, ValidationFailed

PROFILE = "profiles/export.toml"


def with_column(name: str, cell: str = "") -> str:
    return as_text([row | {name: cell} for row in make_rows(40)])


def renamed(old: str, new: str) -> str:
    return as_text([{new if name == old else name: cell for name, cell in row.items()} for row in make_rows(40)])


def drifts(workspace: Workspace, **where: str) -> None:
    lines = "".join(f'{key} = "{value}"\n' for key, value in where.items())
    workspace.edit(PROFILE, "[missing]\n", f"[drift]\n{lines}[missing]\n")


def test_a_renamed_column_stops_with_both_names_and_the_way_out(workspace: Workspace) -> None:
    workspace.put("2026-Q3.csv", renamed("Gender", "Genders"))
    with pytest.raises(ProfileError, match=r'"Gender" is missing. Did you mean "Genders"\?.*\[also_called\]'):
        workspace.check()
    workspace.edit(PROFILE, "[drop]\n", '[also_called]\n"Gender" = ["Genders"]\n[drop]\n')
    assert states(account(workspace.check(), "2026-Q3.csv")) == {"accepted": 40}


def test_a_new_column_is_told_when_it_does_not_stop(workspace: Workspace) -> None:
    workspace.put("2026-Q3.csv", with_column("Borough"))
    with pytest.raises(ProfileError, match='"Borough" is new'):
        workspace.check()
    drifts(workspace, new_column="report")
    report = workspace.check()
    assert [(d.kind, d.subject) for d in report.refreshed.drift] == [("new_column", "Borough")]
    assert 'the column "Borough" is new and was not read' in report.as_text()


def test_a_missing_column_reads_as_blank_when_it_does_not_stop(workspace: Workspace) -> None:
    rows = [{k: v for k, v in row.items() if k != "Gender"} for row in make_rows(40)]
    workspace.put("2026-Q3.csv", as_text(rows))
    drifts(workspace, missing_column="report")
    report = workspace.store()
    assert workspace.counts("by_gender")["_U"] == 40
    assert 'the column "Gender" is missing' in report.as_text()


def test_a_dropped_column_may_go(workspace: Workspace) -> None:
    rows = [{k: v for k, v in row.items() if k != "Notes"} for row in make_rows(40)]
    workspace.put("2026-Q3.csv", as_text(rows))
    assert workspace.check().refreshed.drift == ()


def test_headings_are_compared_without_regard_to_capitals_and_spaces(workspace: Workspace) -> None:
    workspace.put("2026-Q3.csv", renamed("Second nationality", " SECOND  Nationality "))
    assert states(account(workspace.check(), "2026-Q3.csv")) == {"accepted": 40}


def test_a_field_that_is_suddenly_left_empty_is_told(workspace: Workspace) -> None:
    workspace.put("2026-Q4.csv", make_rows(40, first=41, gender=["", "", "Female"]))
    report = workspace.check()
    (drift,) = report.refreshed.drift
    assert (drift.file, drift.subject, drift.before) == ("2026-Q4.csv", "gender", 1.0)
    assert "gender is filled in 32% of the records, after 100% in the files before" in report.as_text()


def test_a_word_for_missing_is_as_empty_as_a_blank(workspace: Workspace) -> None:
    workspace.put("2026-Q4.csv", make_rows(40, first=41, nationality="Unknown"))
    assert [d.subject for d in workspace.check().refreshed.drift] == ["nationality"]


def test_a_collapse_stops_the_run_where_the_profile_says_so(workspace: Workspace) -> None:
    drifts(workspace, completeness="stop")
    workspace.store()
    before = workspace.snapshot()
    workspace.put("2026-Q4.csv", make_rows(40, first=41, gender=""))
    with pytest.raises(ValidationFailed, match="gender is filled in 0% of the records, after 100%"):
        workspace.store()
    assert workspace.snapshot() == before


def test_a_small_file_is_no_collapse(workspace: Workspace) -> None:
    workspace.put("2026-Q4.csv", make_rows(10, first=41, gender=""))
    assert workspace.check().refreshed.drift == ()


def test_each_file_may_be_the_whole_caseload(workspace: Workspace) -> None:
    workspace.edit(PROFILE, "[rows]\n", '[rows]\neach_file = "replaces_all"\n')
    workspace.put("2026-Q4.csv", make_rows(30, first=11))
    report = workspace.check()
    earlier = account(report, "2026-Q3.csv")
    assert (states(earlier), earlier.reasons) == ({"superseded": 40}, {"file_replaced": 40})
    assert states(account(report, "2026-Q4.csv")) == {"accepted": 30}


def test_files_without_references_may_add_under_one_name(workspace: Workspace) -> None:
    workspace.store()
    workspace.put("2026-Q3.csv", make_rows(10, source=HARBOUR, gender="Man"), source=HARBOUR)
    by_name = [a for a in workspace.check().refreshed.accounts if a.source == HARBOUR]
    assert [states(a) for a in by_name] == [{"superseded": 20}, {"accepted": 10}]
    workspace.edit("profiles/sheet.toml", "[rows]\n", '[rows]\neach_file = "adds"\n')
    added = [a for a in workspace.check().refreshed.accounts if a.source == HARBOUR]
    assert [states(a).get("accepted") for a in added] == [20, 10]


def test_a_word_nobody_knows_may_be_kept_and_is_listed_and_counted_as_not_known(workspace: Workspace) -> None:
    workspace.edit(PROFILE, "[rows]\n", '[rows]\nunknown_values = "keep"\n')
    workspace.put("2026-Q3.csv", make_rows(40, gender=["Female", "Zorp"], nationality=["Polish", "Atlantean"]))
    report = workspace.store()
    assert states(account(report, "2026-Q3.csv")) == {"accepted": 40}
    assert workspace.counts("by_gender")["_U"] == workspace.counts("by_nationality")["_U"] == 20
    assert "not_recognised" in set(workspace.table("core.cases")["gender_code"])
    assert report.record is not None
    listed = (report.record / "unknown_words.csv").read_text(encoding="utf-8")
    assert "riverside,gender,Zorp,keep,20" in listed
    assert "Zorp" not in report.as_text()
    assert "1 word of gender in 20 records, counted as not known" in report.as_text()


def test_a_date_nobody_can_read_waits_even_where_words_are_kept(workspace: Workspace) -> None:
    workspace.edit(PROFILE, "[rows]\n", '[rows]\nunknown_values = "keep"\n')
    workspace.put("2026-Q3.csv", [*make_rows(39), *make_rows(1, first=40, opened="soon")])
    assert account(workspace.check(), "2026-Q3.csv").reasons == {"unknown_opened": 1}


def test_the_share_of_ages_that_a_band_leaves_open_is_known(workspace: Workspace) -> None:
    workspace.put("2026-Q3.csv", make_rows(40, age=["34", "50-59", "55+", "Adult (18 or over)"]))
    report = workspace.check()
    (bands,) = [b for b in report.refreshed.looked.age_bands if (b.source, b.cut) == ("riverside", 55)]
    assert (bands.known, bands.undetermined) == (40, 20)
    assert "20 of 40 known ones (50.0%) are bands on both sides of 55" in report.as_text()
