"""First contacts, channels and why cases are open: what is read, counted, noted, kept and released."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from contacts import COLUMNS, contact_rows, recording
from frozen import prepare
from workspaces import Workspace, account, write_workspace

from pipelines import freezing
from pipelines.audit import audit_folder

JULY = "06/07/2026"
TABLES = ("by_time_to_opening", "by_group_of_interest_opening", "by_stall_reason", "by_channel")


@pytest.fixture
def made(workspace: Workspace) -> Workspace:
    return recording(workspace)


def test_days_to_opening_are_counted_in_bands(made: Workspace) -> None:
    days = {
        JULY: "LE7",
        "29/06/2026": "LE7",
        "28/06/2026": "8T28",
        "08/06/2026": "8T28",
        "07/06/2026": "GT28",
        "": "_U",
    }
    made.put("2026-Q3.csv", contact_rows(12, first_contact=list(days)))
    prepare(made)
    counts = made.counts("by_time_to_opening")
    # Twenty clients are of a source that does not record it.
    assert counts == {"_T": 32, "OPENED_LE7": 4, "OPENED_8T28": 4, "OPENED_GT28": 2, "_U": 22}


def test_a_first_contact_after_the_opening_is_noted_and_not_put_right(made: Workspace) -> None:
    made.put("2026-Q3.csv", contact_rows(12, first_contact=["07/07/2026", *[JULY] * 11]))
    made.store()
    assert made.counts("by_time_to_opening") == {"_T": 32, "OPENED_LE7": 11, "_U": 21}
    (note,) = made.table("reference.quality_notes")["note"].to_list()
    assert "dated after the opening of the case" in note
    assert not any(letter.isdigit() for letter in note)


@pytest.mark.slow
def test_no_rule_about_first_contacts_is_run_where_nobody_records_them(workspace: Workspace) -> None:
    rules = {rule.rule for rule in workspace.check().refreshed.rules}
    assert "first_contact_is_not_after_opening" not in rules
    assert "case_keys_are_unique" in rules


def test_reasons_are_counted_of_cases_open_at_the_end_of_their_quarter(made: Workspace) -> None:
    rows = contact_rows(8, stall_reason=["Home Office; Papers", "Home Office", "", "Staff"])
    rows[1]["Closed"] = "30/09/2026"  # open no longer: its reason counts nowhere
    rows[3]["Closed"] = "01/10/2026"  # closed after its quarter: open as far as it is told
    made.put("2026-Q3.csv", rows)
    prepare(made)
    told = {"_T": 7, "DECISION": 3, "EVIDENCE": 2, "STAFF": 2, "_U": 2}
    assert made.counts("by_stall_reason") == told
    assert made.counts("by_time_to_outcome")["OUT_NOT56"] == 8


def test_a_word_that_nobody_explained_waits_and_is_never_told(made: Workspace) -> None:
    made.edit("profiles/export.toml", "[rows]\n", '[rows]\nunknown_values = "quarantine"\n')
    rows = contact_rows(100, channel="Phone", stall_reason="Home Office", first_contact=JULY)
    for row, heading in zip(rows, COLUMNS.values(), strict=False):
        row[heading] = "the moon"
    made.put("2026-Q3.csv", rows)
    found = account(made.check(), "2026-Q3.csv")
    assert found.reasons == {"unknown_first_contact": 1, "unknown_channel": 1, "unknown_stall_reason": 1}


@pytest.mark.slow
def test_a_date_that_nobody_can_read_may_be_kept_as_not_known(made: Workspace) -> None:
    made.edit("profiles/export.toml", "[rows]\n", '[rows.unknown_values_for]\nfirst_contact = "keep"\n[rows]\n')
    made.put("2026-Q3.csv", contact_rows(12, first_contact=["last spring", JULY]))
    prepare(made)
    assert made.counts("by_time_to_opening") == {"_T": 32, "OPENED_LE7": 6, "_U": 26}


@pytest.mark.slow
def test_a_profile_that_names_none_of_the_fields_stays_valid_and_has_no_table(workspace: Workspace) -> None:
    prepare(workspace)
    assert set(workspace.table("core.case_contacts")["channel_code"]) == {"not_collected"}
    assert set(workspace.table("core.case_contacts")["time_to_opening_code"]) == {"not_collected"}
    assert set(workspace.table("core.case_stall_reasons")["stall_reason_code"]) == {"not_collected"}
    assert all(workspace.table(f"marts.{name}").is_empty() for name in TABLES)


def test_a_correction_of_any_of_the_fields_counts(made: Workspace) -> None:
    made.put("2026-Q3.csv", contact_rows(12, channel="Phone", first_contact="06/06/2026", stall_reason="Staff"))
    words = {
        "channel": ("Phone", "Office"),
        "first_contact": ("06/06/2026", "05/07/2026"),
        "stall_reason": ("Staff", "Papers"),
    }
    entries = "".join(
        f'[[corrections]]\nsource = "riverside"\nwhere = {{ case_ref = "R-0001" }}\nfield = "{field}"\n'
        f'was = "{was}"\nis = "{reads}"\n'
        'why = "read again"\nsaid_by = "the centre"\nsaid_on = 2026-10-01\n'
        for field, (was, reads) in words.items()
    )
    (made.folder / "corrections.toml").write_text(entries, encoding="utf-8")
    prepare(made)
    assert made.counts("by_channel") == {"_T": 32, "PHONE": 11, "IN_PERSON": 1, "_U": 20}
    assert made.counts("by_time_to_opening") == {"_T": 32, "OPENED_LE7": 1, "OPENED_GT28": 11, "_U": 20}
    assert made.counts("by_stall_reason") == {"_T": 12, "STAFF": 11, "EVIDENCE": 1}


# What a published quarter keeps


def test_a_published_channel_and_first_contact_stay_and_a_change_waits(made: Workspace) -> None:
    rows = contact_rows(20, channel="Phone", first_contact=JULY)
    made.put("2026-Q3.csv", rows)
    prepare(made, frozen="2026-Q3")
    before = {name: made.table(f"marts.{name}") for name in TABLES}
    changed = [row | {"Seen": "Office"} for row in rows[:2]] + [
        row | {"First contact": "01/05/2026"} for row in rows[2:5]
    ]
    made.put("later.csv", changed)
    prepare(made)
    assert all(made.table(f"marts.{name}").equals(table) for name, table in before.items())
    assert freezing.waiting_changes(made.database)["2026-Q3"] == 5
    prepare(made, revised=["2026-Q3"])
    assert made.counts("by_channel") == {"_T": 40, "PHONE": 18, "IN_PERSON": 2, "_U": 20}


def test_a_published_reason_stays_when_the_case_goes_on_even_in_a_revision(made: Workspace) -> None:
    """A later file tells of a later day; the case was open, and why, at the end of its quarter."""
    rows = contact_rows(20, stall_reason="Home Office")
    made.put("2026-Q3.csv", rows)
    prepare(made, frozen="2026-Q3")
    made.put("later.csv", [row | {"Held up by": "", "Closed": "02/11/2026"} for row in rows])
    prepare(made)
    assert freezing.waiting_changes(made.database)["2026-Q3"] == 0
    prepare(made, revised=["2026-Q3"])
    assert made.counts("by_stall_reason") == {"_T": 20, "DECISION": 20}


# What is released


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = recording(write_workspace(tmp_path_factory.mktemp("contacts") / "workspace"))
    words = {"channel": ["Phone", "Phone", "Office"], "stall_reason": ["Home Office", "", "Home Office; Papers"]}
    made.put("2026-Q3.csv", contact_rows(120, first_contact=["01/07/2026", "01/06/2026", JULY], **words))
    made.run()
    return made.folder / "outputs/release"


def test_the_four_tables_are_released_rounded_and_pass_the_audit(release: Path) -> None:
    assert audit_folder(release).problems == ()
    manifest = json.loads((release / "2026-Q3/1/public/manifest.json").read_bytes())
    assert set(TABLES) <= {table["table_id"] for table in manifest["tables"]}
    assert manifest["structure"]["adds_up"]["by_stall_reason"] == {"clients": []}
    assert manifest["opening"][0]["group"] == "_T"


def test_figures_that_were_changed_are_found(release: Path, tmp_path: Path) -> None:
    copy = tmp_path / "release"
    shutil.copytree(release, copy)
    for table in TABLES:
        path = copy / f"2026-Q3/1/public/data/{table}.csv"
        *before, last = path.read_text("utf-8").splitlines()
        # The last row is of those of whom it is not known; its count is moved by one step of rounding.
        cells = last.split(",")
        cells[-4] = str(int(cells[-4]) + 5)
        path.write_text("\n".join([*before, ",".join(cells), ""]), "utf-8")
    problems = "\n".join(audit_folder(copy).problems)
    assert [table for table in TABLES if table not in problems] == []
