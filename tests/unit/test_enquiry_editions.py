"""Enquiries of a published quarter in a revision: their figures stay unless enough of them changed as well."""

from __future__ import annotations

import pytest
from enquiries import enquiry_rows, with_enquiries
from erasures import Erasing
from workspaces import QUARTER, Workspace, make_rows

RESPONSES = "by_enquiry_response"
SETTLED = ("Opened a case", "No capacity")


def published(workspace: Workspace) -> Workspace:
    with_enquiries(workspace, enquiry_rows(120, enquiry_response="Waiting list"))
    (edition,) = workspace.run().published
    assert edition.is_new
    return workspace


@pytest.mark.slow
def test_a_revision_for_its_cases_leaves_the_figures_of_enquiries_alone(workspace: Workspace, erase: Erasing) -> None:
    """One enquiry is answered and one person erased: a new figure would tell of these two."""
    published(workspace)
    told = workspace.released(RESPONSES)
    workspace.put("late.csv", make_rows(60, first=501))
    with_enquiries(workspace, enquiry_rows(1, enquiry_response="No capacity"), "later.csv")
    assert erase(workspace, "K0100").code == 0
    (edition,) = workspace.run().published
    assert (edition.edition, edition.is_new) == (2, True)
    assert workspace.released(RESPONSES, edition=2) == told
    assert workspace.released("by_gender", edition=2) != workspace.released("by_gender")
    assert workspace.table("raw.published_enquiries")["enquiry_response_code"].unique().to_list() == ["WAITING"]


@pytest.mark.slow
def test_enough_answers_are_let_in_with_a_revision(workspace: Workspace) -> None:
    published(workspace)
    workspace.put("late.csv", make_rows(60, first=501))
    with_enquiries(workspace, enquiry_rows(80, enquiry_response=SETTLED), "later.csv")
    (edition,) = workspace.run().published
    assert (edition.edition, edition.is_new) == (2, True)
    counts = {row["enquiry_response_code"]: row["n"] for row in workspace.released(RESPONSES, edition=2)}
    assert (counts["_T"], counts["WAITING"], counts["TAKEN_ON"], counts["TURNED_AWAY"]) == ("120", "40", "40", "40")
    assert workspace.table("raw.published_enquiries").filter(enquiry_response_code="TAKEN_ON").height == 40


@pytest.mark.slow
def test_answers_alone_make_no_new_edition(workspace: Workspace) -> None:
    published(workspace)
    with_enquiries(workspace, enquiry_rows(80, enquiry_response=SETTLED), "later.csv")
    (edition,) = workspace.run().published
    assert not edition.is_new
    counts = {row["enquiry_response_code"]: row["n"] for row in workspace.released(RESPONSES)}
    assert counts["WAITING"] == "120"
    assert QUARTER in workspace.table("core.changed_enquiries")["quarter"].to_list()
