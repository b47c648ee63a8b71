"""Published editions stand when a person is erased, and later ones are made without the person."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date

import pytest
from erasures import (
    NAME,
    REFERENCE,
    Erasing,
    build_without_publishing,
    client_of,
    tables_that_hold,
    with_a_rare_person,
)
from workspaces import QUARTER, Workspace, account, make_rows, states

from pipelines import freezing


@pytest.mark.slow
def test_published_editions_stand_and_a_run_says_why(known: Workspace, erase: Erasing) -> None:
    shelf = {name: digest for name, digest in known.snapshot().items() if "release" in name}
    erase(known, REFERENCE)
    report = known.run()
    (edition,) = report.published
    assert (edition.edition, edition.is_new, edition.is_kept, edition.n_waiting) == (1, False, True, 1)
    # The index says when releases were listed, and nothing else may differ.
    assert {name: digest for name, digest in known.snapshot().items() if "release" in name} == shelf
    assert states(account(report, NAME)) == {"accepted": 39, "ignored": 1}
    assert account(report, NAME).reasons == {"erased": 1}
    assert "edition 1 stands" in report.as_text()


@pytest.mark.slow
def test_new_words_make_no_new_edition_of_a_period_with_an_erased_person(known: Workspace, erase: Erasing) -> None:
    """It would be made without the person, and differ from the one that stands by nobody else."""
    erase(known, REFERENCE)
    known.edit("caseload.toml", 'title = "', 'title = "Anew: ')
    assert not known.run().published[0].is_new


@pytest.mark.slow
def test_a_later_edition_is_that_of_a_caseload_without_the_person(
    make_workspace: Callable[..., Workspace], erase: Erasing
) -> None:
    """Erased before anything was published, every published file is the same as if the row had never been there."""
    known, without = with_a_rare_person(make_workspace("known")), make_workspace("without")
    without.put(NAME, make_rows(39))
    build_without_publishing(known)
    assert erase(known, REFERENCE).code == 0
    reports = [workspace.run(audiences=("network", "public", "centre-riverside")) for workspace in (known, without)]
    assert [report.published[0].audiences for report in reports] == [("network", "public", "centre-riverside")] * 2
    files = [released_files(workspace) for workspace in (known, without)]
    assert len(files[0]) > 100
    assert files[0] == files[1]


def released_files(workspace: Workspace) -> dict[str, bytes]:
    """Give every file of the edition; manifests without what counts rows of files."""
    root = workspace.folder / "outputs/release" / QUARTER
    found = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    for name in (name for name in found if name.endswith("manifest.json")):
        told = json.loads(found[name])
        kept = {key: value for key, value in told.items() if key not in ("accounting", "inputs")}
        found[name] = json.dumps(kept, sort_keys=True).encode()
    return found


@pytest.mark.slow
def test_an_erased_case_waits_like_any_other_change(known: Workspace, erase: Erasing) -> None:
    """49 changes are too few for a revision; the one that is made of more counts nobody who was erased."""
    client, _ = client_of(known, 8)
    erase(known, "K0007")
    known.put("late.csv", make_rows(48, first=141))
    build_without_publishing(known)
    assert freezing.waiting_changes(known.database)[QUARTER] == 49
    assert freezing.thinned_quarters(known.database) == {QUARTER}
    assert not known.rehearse().published[0].is_new
    known.put("late.csv", make_rows(54, first=141))
    (edition,) = known.run().published
    assert (edition.edition, edition.is_new) == (2, True)
    assert known.counts("by_gender")["_T"] == 59 + 54
    assert tables_that_hold(known, client) == []
    assert freezing.thinned_quarters(known.database) == frozenset()
    assert not known.run().published[0].is_new


@pytest.mark.slow
def test_the_next_quarter_repeats_what_was_published_and_counts_nobody_who_was_erased(
    known: Workspace, erase: Erasing
) -> None:
    """The network's figure of the earlier quarter keeps its value; a centre's exact one is left out of its brief."""
    everybody = ("network", "public", "centre-riverside")
    told = known.released("by_period")
    assert known.run(audiences=("centre-riverside",)).published[0].audiences == ("centre-riverside",)
    known.put(
        "2026-Q4.csv", [*make_rows(59, first=401, opened="06/10/2026"), *make_rows(1, first=40, opened="06/11/2026")]
    )
    erase(known, REFERENCE)
    (edition,) = known.run("2026-Q4", as_of=date(2027, 1, 15), audiences=everybody).published
    assert (edition.is_new, edition.audiences) == (True, everybody)
    assert known.counts("by_period", "2026-Q4", unit="cases") == {"_T": 118, QUARTER: 59, "2026-Q4": 59}
    tables = {audience: edition.folder / audience / "data" for audience in everybody}
    rows = list(csv.DictReader((tables["public"] / "by_period.csv").read_text("utf-8").splitlines()))
    earlier = [row["n"] for row in told if row["quarter"] == QUARTER]
    assert [row["n"] for row in rows if row["quarter"] == QUARTER] == earlier == ["60"]
    assert not (tables["centre-riverside"] / "by_period.csv").exists()
    assert (tables["centre-riverside"] / "by_gender.csv").exists()
