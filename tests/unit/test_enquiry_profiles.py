"""What a profile of enquiries may say, and what stops a log."""

from __future__ import annotations

import pytest
from enquiries import enquiry_rows, with_enquiries
from erasures import build_without_publishing
from workspaces import QUARTER, Workspace

from pipelines.errors import IdentifiersFound, ProfileError, ValidationFailed


def counts(workspace: Workspace) -> dict[str, int]:
    return workspace.counts("by_enquiry_response", QUARTER, unit="enquiries")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('enquiry_response = "Response"', "", "enquiry_response: name its column"),
        ('gender = "Gender"', 'outcome = "Gender"', "outcome: it is no field of enquiries"),
        ('records = "enquiries"', "", "enquiry_response: it is no field of cases"),
        ('records = "enquiries"', 'records = "letters"', 'rows.records must be one of "cases", "enquiries"'),
        (
            'records = "enquiries"',
            'records = "enquiries"\none_row_per = "issue"',
            "each row of enquiries is one enquiry",
        ),
    ],
)
def test_a_profile_names_the_fields_of_what_its_rows_are(workspace: Workspace, old: str, new: str, said: str) -> None:
    with_enquiries(workspace, enquiry_rows(3))
    workspace.edit("profiles/desk.toml", old, new)
    with pytest.raises(ProfileError, match=said):
        workspace.check()


def test_everybody_may_have_one_response(workspace: Workspace) -> None:
    """A list of people who were turned away needs no column that says so."""
    rows = [{name: cell for name, cell in row.items() if name != "Response"} for row in enquiry_rows(6)]
    with_enquiries(workspace, rows)
    workspace.edit("profiles/desk.toml", 'enquiry_response = "Response"\n', "")
    workspace.edit("profiles/desk.toml", "[formats]\n", '[stated]\nenquiry_response = "TURNED_AWAY"\n\n[formats]\n')
    build_without_publishing(workspace)
    assert counts(workspace) == {"_T": 6, "TURNED_AWAY": 6}


def test_an_unknown_response_stops_and_names_no_word(workspace: Workspace) -> None:
    with_enquiries(workspace, enquiry_rows(3, enquiry_response="Qwertz"))
    with pytest.raises(ValidationFailed, match="Response") as stop:
        workspace.check()
    assert "Qwertz" not in str(stop.value)


@pytest.mark.slow
def test_an_enquiry_after_the_day_of_the_run_stops(workspace: Workspace) -> None:
    with_enquiries(workspace, enquiry_rows(3, opened="06/07/2031"))
    with pytest.raises(ValidationFailed, match="enquiry_period_is_plausible"):
        workspace.check()


def test_a_log_that_names_people_is_refused(workspace: Workspace) -> None:
    rows = [row | {"Name": name} for row, name in zip(enquiry_rows(2), ("Anna Kowalska", "Jan Nowak"), strict=True)]
    with_enquiries(workspace, rows)
    workspace.edit("profiles/desk.toml", "[formats]\n", '[drop]\ncolumns = ["Telephone"]\n\n[formats]\n')
    with pytest.raises(IdentifiersFound):
        workspace.check()
