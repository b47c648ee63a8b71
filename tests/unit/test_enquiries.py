"""Enquiries: accepted as what they are, in no table of cases, corrected, erased, kept and frozen as cases are."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest
from enquiries import DESK, FILE, enquiry_rows, with_enquiries
from erasures import Erasing, build_without_publishing, files_that_hold, tables_that_hold
from frozen import prepare
from workspaces import QUARTER, Workspace, account, adds_up, states

from pipelines import freezing
from pipelines.analysis.breakdowns import table_definitions
from pipelines.errors import SettingsError
from pipelines.periods import Period
from pipelines.publication import read_centre_counts, read_counts

RESPONSES, GROUPS = "by_enquiry_response", "by_group_of_interest_response"
OF_ENQUIRIES = {each.table_id for each in table_definitions() if each.counts_enquiries}


def counts(workspace: Workspace, period: str = QUARTER) -> dict[str, int]:
    return workspace.counts(RESPONSES, period, unit="enquiries")


def of_group(workspace: Workspace, group: str, period: str = QUARTER) -> dict[tuple[str, str], int]:
    frame = workspace.table(f"marts.{GROUPS}").filter(group_code=group, period=period)
    return {(side, told): n for side, told, n in frame.select("membership_code", "turned_away_code", "n").iter_rows()}


# What is accepted, and where it counts


def test_every_row_has_a_state_and_enquiries_are_no_cases(workspace: Workspace) -> None:
    """References of cases and of enquiries are alike here, and yet none stands for the other."""
    waits = enquiry_rows(1, first=31, opened="soon") + enquiry_rows(1, first=1)
    workspace.edit("profiles/export.toml", "[rows]\n", '[rows]\nunknown_values = "quarantine"\n')
    with_enquiries(workspace, [*enquiry_rows(30), *waits])
    workspace.edit("profiles/desk.toml", "[rows]\n", '[rows]\nunknown_values = "quarantine"\n')
    report = workspace.store()
    told = account(report, FILE, source=DESK)
    assert adds_up(told)
    assert states(told) == {"accepted": 30, "duplicate": 1, "quarantined": 1}
    assert told.reasons == {"equal_copy": 1, "unknown_opened": 1}
    assert workspace.table("core.enquiries").height == 30
    assert set(workspace.table("core.cases")["source_id"]) == {"riverside", "harbour"}
    keys = set(workspace.table("core.cases")["case_key"]), set(workspace.table("core.enquiries")["enquiry_key"])
    assert keys[0].isdisjoint(keys[1])


def test_tables_of_people_are_the_same_with_and_without_enquiries(make_workspace: Callable[..., Workspace]) -> None:
    """Every mart of cases, and the true counts that briefs are made from, with the same clients enquiring as well."""
    without = build_without_publishing(make_workspace("without"))
    who = {"age": ("17", "71", "40"), "nationality": ("Maltese", "Polish"), "client_role": ("Main", "Family")}
    rows = enquiry_rows(60, **who)
    beside = build_without_publishing(with_enquiries(make_workspace("with"), rows))
    assert beside.table("core.enquiries").height == 60
    internal = ("case_totals", "reporting_sources", "project_rates", "recording_quality", "linkage")
    for name in ("core.cases", "core.case_nationalities", "core.case_advice_types", *(f"marts.{n}" for n in internal)):
        assert without.table(name).sort(pl.all()).rows() == beside.table(name).sort(pl.all()).rows(), name
    for name in (f"marts.{each.table_id}" for each in table_definitions() if not each.counts_enquiries):
        assert without.table(name).rows() == beside.table(name).rows(), name
    one, other = (read_counts(each.settings, each.database, Period.parse(QUARTER)) for each in (without, beside))
    told = [each for each in other.breakdowns if not each.definition.counts_enquiries]
    assert [each.definition.table_id for each in one.breakdowns] == [each.definition.table_id for each in told]
    for mine, theirs in zip(one.breakdowns, told, strict=True):
        assert mine.frame.equals(theirs.frame), mine.definition.table_id
    # The log is a source of the network, and has no row among the sources of cases.
    frames = {each.definition.table_id: each.frame for each in other.breakdowns}
    assert set(frames["by_source"]["source_id"]) == {"_T", "riverside", "harbour", "_U"}
    assert {name for name in frames if name in OF_ENQUIRIES} == OF_ENQUIRIES


def test_enquiries_count_by_response_and_once_for_each_time_somebody_asks(workspace: Workspace) -> None:
    again = enquiry_rows(5, first=51, client_ref="K0001", enquiry_response="No capacity")
    build_without_publishing(with_enquiries(workspace, [*enquiry_rows(20), *again]))
    assert counts(workspace) == {"_T": 25, "TAKEN_ON": 4, "SIGNPOSTED": 4, "TURNED_AWAY": 9, "WAITING": 4, "_U": 4}


def test_members_of_a_group_are_those_that_cases_would_make(workspace: Workspace) -> None:
    rows = [
        *enquiry_rows(4, age="55", enquiry_response="No capacity"),
        *enquiry_rows(3, first=11, age="54", enquiry_response="Waiting list", client_role="Family"),
        *enquiry_rows(2, first=21, age="Unknown", nationality_2="Brazilian", enquiry_response="Unknown"),
    ]
    build_without_publishing(with_enquiries(workspace, rows))
    assert of_group(workspace, "AGED_55_PLUS") == {
        ("_T", "_T"): 9, ("_T", "Y"): 4, ("_T", "N"): 3, ("_T", "_U"): 2, ("Y", "_T"): 4, ("Y", "Y"): 4,
        ("N", "_T"): 3, ("N", "N"): 3, ("_U", "_T"): 2, ("_U", "_U"): 2,
    }  # fmt: skip
    assert of_group(workspace, "FAMILY_MEMBER")["Y", "N"] == 3
    assert of_group(workspace, "DUAL_NATIONAL")["Y", "_U"] == 2


def test_a_centre_with_a_log_and_no_client_knows_its_own_enquiries(workspace: Workspace) -> None:
    """Figures are attacked with what each centre knows; one that has enquiries alone is among them."""
    with_enquiries(workspace, enquiry_rows(9))
    workspace.edit("caseload.toml", 'harbour = "Harbour Law Centre"\n', 'harbour = "Harbour"\nhill = "Hill"\n')
    text = (workspace.folder / "caseload.toml").read_text("utf-8")
    before, desk = text.split("[sources.desk]")
    (workspace.folder / "caseload.toml").write_text(
        f"{before}[sources.desk]{desk.replace('riverside', 'hill', 2)}", encoding="utf-8"
    )
    build_without_publishing(workspace)
    centres = read_centre_counts(workspace.settings, workspace.database, Period.parse(QUARTER))
    of = {name: sum(each.of_enquiries.profiles["n"]) for name, each in centres.items()}
    assert of == {"riverside": 0, "harbour": 0, "hill": 9}
    assert centres["hill"].profiles.is_empty()


def test_the_four_kinds_of_missing_are_kept_apart(workspace: Workspace) -> None:
    words = ("Prefer not to say", "Unknown", "")
    build_without_publishing(with_enquiries(workspace, enquiry_rows(3, enquiry_response=words)))
    found = workspace.table("core.enquiries")["enquiry_response_code"].sort().to_list()
    assert found == ["not_recorded", "not_recorded", "refused"]
    assert counts(workspace) == {"_T": 3, "_U": 3}


# Corrected, erased, past its time


def correct(workspace: Workspace, entry: str) -> None:
    text = f'[[corrections]]\nsource = "{DESK}"\n{entry}\nwhy = "Checked."\nsaid_by = "Supervisor"\n'
    (workspace.folder / "corrections.toml").write_text(text, encoding="utf-8")


def test_an_enquiry_is_corrected_and_taken_out_like_a_case(workspace: Workspace) -> None:
    """The reference is that of an enquiry: the case of the same reference stays."""
    with_enquiries(workspace, enquiry_rows(6, enquiry_response="No capacity"))
    place = 'where = { case_ref = "R-0003" }'
    correct(workspace, f'{place}\nfield = "enquiry_response"\nwas = "No capacity"\nis = "Leaflet"')
    assert build_without_publishing(workspace).table("core.cases").height == 60
    assert counts(workspace) == {"_T": 6, "TURNED_AWAY": 5, "SIGNPOSTED": 1}
    correct(workspace, f"{place}\nexclude = true")
    build_without_publishing(workspace)
    assert (workspace.table("core.cases").height, counts(workspace)) == (60, {"_T": 5, "TURNED_AWAY": 5})
    correct(workspace, 'where = { case_ref = "R-0040" }\nexclude = true')
    with pytest.raises(SettingsError, match="correction 1 matches no record"):
        build_without_publishing(workspace)


def test_a_person_who_is_erased_is_erased_from_enquiries_too(workspace: Workspace, erase: Erasing) -> None:
    rows = [*enquiry_rows(12), *enquiry_rows(1, first=13, client_ref="K0001", nationality="Maltese")]
    prepare(with_enquiries(workspace, rows), frozen=QUARTER)
    assert workspace.table("raw.published_enquiries").height == 13
    assert erase(workspace, "K0001").code == 0
    for name in ("raw.published_enquiries", "core.enquiries", "core.counted_enquiries"):
        assert workspace.table(name).height == 11, name
    assert tables_that_hold(workspace, "Maltese") == files_that_hold(workspace.folder / "warehouse", "Maltese") == []
    assert freezing.thinned_quarters(workspace.database) == freezing.thinned_enquiries(workspace.database) == {QUARTER}
    # One case and two enquiries are gone, and neither is counted among the changes of the other.
    assert freezing.waiting_changes(workspace.database)[QUARTER] == 1
    assert freezing.waiting_enquiries(workspace.database) == {QUARTER: 2}
    assert workspace.table("raw.set_aside").filter(reason="erased").height == 3


@pytest.mark.slow
def test_somebody_who_only_enquired_is_erased_by_the_reference_of_the_enquiry(
    workspace: Workspace, erase: Erasing
) -> None:
    rows = enquiry_rows(12, first=901)
    build_without_publishing(with_enquiries(workspace, rows))
    assert erase(workspace, "R-0905", "--case", source=DESK).code == 0
    assert workspace.table("core.enquiries").height == 11
    assert workspace.table("core.cases").height == 60


@pytest.mark.slow
def test_old_enquiries_go_with_the_years_that_a_network_keeps(workspace: Workspace) -> None:
    limits = "[retention]\nrecords_years = 2\n[centres]"
    workspace.edit("caseload.toml", "[centres]", limits)
    with_enquiries(workspace, [*enquiry_rows(4), *enquiry_rows(3, first=501, opened="06/05/2023")])
    told = account(workspace.check(), FILE, source=DESK)
    assert adds_up(told)
    assert (states(told), told.reasons) == ({"accepted": 4, "ignored": 3}, {"past_retention": 3})


# A published quarter


def test_the_enquiries_of_a_published_quarter_stay_as_they_were_published(workspace: Workspace) -> None:
    """Somebody who waited is turned away later, one comes late, one is of another quarter now: all three wait."""
    rows = enquiry_rows(20, enquiry_response="Waiting list")
    prepare(with_enquiries(workspace, rows), frozen=QUARTER)
    changed = [{**row} for row in rows]
    changed[0]["Response"] = "No capacity"
    changed[1]["Date of enquiry"] = "06/04/2026"
    late = enquiry_rows(1, first=900)
    with_enquiries(workspace, [*changed[:2], *late], "later.csv")
    prepare(workspace)
    assert counts(workspace) == {"_T": 20, "WAITING": 20}
    assert counts(workspace, "2026-Q2") == {}
    assert freezing.waiting_enquiries(workspace.database) == {QUARTER: 3}
    assert freezing.waiting_changes(workspace.database)[QUARTER] == 0
    prepare(workspace, revised=[QUARTER])
    assert counts(workspace) == {"_T": 20, "WAITING": 18, "TURNED_AWAY": 1, "TAKEN_ON": 1}
    assert counts(workspace, "2026-Q2") == {"_T": 1, "WAITING": 1}


@pytest.mark.slow
def test_of_a_quarter_published_before_there_was_a_log_nothing_is_told(workspace: Workspace) -> None:
    prepare(workspace, frozen=QUARTER)
    prepare(with_enquiries(workspace, enquiry_rows(20)))
    assert counts(workspace) == {}
    assert freezing.waiting_enquiries(workspace.database) == {QUARTER: 20}


def test_a_quarter_with_enquiries_alone_is_frozen_with_what_is_published_after_it(workspace: Workspace) -> None:
    """Otherwise the year to date would tell of it what may still move."""
    prepare(with_enquiries(workspace, enquiry_rows(9, opened="06/05/2026")), frozen=QUARTER)
    assert set(workspace.table("raw.published_quarters")["quarter"]) == {"2026-Q2", QUARTER}
    assert counts(workspace, "2026-Q2_2026-Q3") == counts(workspace, "2026-Q2")
