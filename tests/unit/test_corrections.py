"""Known errors that a person wrote down: applied, counted, and noticed when they correct nothing."""

from __future__ import annotations

import polars as pl
import pytest
from workspaces import Workspace, account, make_rows, states

from pipelines.errors import SettingsError

SAID = 'why = "Checked."\nsaid_by = "Supervisor"\n'


def correct(workspace: Workspace, *entries: str) -> None:
    text = "\n".join(f"[[corrections]]\n{entry}\n{SAID}" for entry in entries)
    (workspace.folder / "corrections.toml").write_text(text, encoding="utf-8")


def test_a_corrected_word_counts_and_the_raw_one_stays(workspace: Workspace) -> None:
    correct(
        workspace,
        'source = "riverside"\nwhere = { case_ref = "R-0003" }\nfield = "gender"\nwas = "Female"\nis = "Male"',
        'source = "riverside"\nfield = "nationality"\nwas = "Romanian\\u001F"\nis = "Bulgarian"',
    )
    report = workspace.store()
    genders, nationalities = workspace.counts("by_gender"), workspace.counts("by_nationality")
    assert (genders["F"], genders["M"]) == (19 + 10, 21 + 10)
    assert (nationalities["BG"], nationalities["RO"]) == (13, 10)
    raw = workspace.table("raw.records").filter(pl.col("source_id") == "riverside")
    assert raw.filter(pl.col("gender") == "Female").height == 20
    assert report.refreshed.looked.corrections == {1: 1, 2: 13}
    assert "Correction 2 concerns 13 records." in report.as_text()


def test_a_row_that_is_no_case_is_ignored_with_its_reason(workspace: Workspace) -> None:
    correct(workspace, 'source = "riverside"\nwhere = { file = "2026-Q3.csv", row = 2 }\nexclude = true')
    told = account(workspace.check(), "2026-Q3.csv")
    assert (states(told), told.reasons) == ({"accepted": 39, "ignored": 1}, {"excluded_by_correction": 1})


def test_a_correction_brings_a_waiting_row_back(workspace: Workspace) -> None:
    workspace.edit("profiles/export.toml", "[rows]\n", '[rows]\nunknown_values = "quarantine"\n')
    workspace.put("2026-Q3.csv", [*make_rows(39), *make_rows(1, first=40, gender="Wmoan")])
    assert account(workspace.check(), "2026-Q3.csv").reasons == {"unknown_gender": 1}
    correct(workspace, 'source = "riverside"\nfield = "gender"\nwas = "Wmoan"\nis = "Female"')
    assert states(account(workspace.check(), "2026-Q3.csv")) == {"accepted": 40}


def test_a_correction_that_the_source_has_made_stops_the_run(workspace: Workspace) -> None:
    correct(
        workspace,
        'source = "riverside"\nwhere = { case_ref = "R-0003" }\nfield = "gender"\nwas = "Female"\nis = "Male"',
    )
    workspace.store()
    before = workspace.snapshot()
    workspace.put("2026-Q3.csv", make_rows(40, gender="Male"))
    workspace.edit("profiles/export.toml", "[rows]\n", '[rows]\neach_file = "replaces_its_name"\n')
    # The first file still stands in the raw layer, so only a value that was nowhere matches nothing.
    correct(
        workspace,
        'source = "riverside"\nwhere = { case_ref = "R-9999" }\nfield = "gender"\nwas = "Female"\nis = "Male"',
    )
    with pytest.raises(SettingsError, match="correction 1 matches no record") as told:
        workspace.store()
    assert "R-9999" not in str(told.value)
    assert workspace.snapshot() == before


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ('source = "nowhere"\nfield = "gender"\nwas = "a"\nis = "b"', "there is no such source"),
        ('source = "riverside"\nfield = "gendre"\nwas = "a"\nis = "b"', 'Did you mean "gender"'),
        ('source = "riverside"\nfield = "case_ref"\nwas = "a"\nis = "b"', "cannot be corrected"),
        ('source = "riverside"\nfield = "gender"\nis = "b"', 'say with "was"'),
        ('source = "riverside"\nexclude = true', "name the row or the case"),
        ('source = "riverside"\nwhere = { row = 3 }\nexclude = true', "a row needs its file"),
        ('source = "riverside"\nfield = "gender"\nwas = "a"\nis = "b"\nbecause = "c"', "because is not a setting"),
    ],
)
def test_an_entry_that_makes_no_sense_is_refused(workspace: Workspace, entry: str, says: str) -> None:
    correct(workspace, entry)
    with pytest.raises(SettingsError, match=says):
        workspace.check()


def test_every_entry_says_why_and_who(workspace: Workspace) -> None:
    (workspace.folder / "corrections.toml").write_text(
        '[[corrections]]\nsource = "riverside"\nwhere = { case_ref = "R-0001" }\nexclude = true\n', encoding="utf-8"
    )
    with pytest.raises(SettingsError, match=r"(?s)why is missing.*said_by is missing"):
        workspace.check()
