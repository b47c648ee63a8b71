"""Editions over time, from real runs: whoever keeps them all learns no more than from one of them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linprog
from workspaces import QUARTER, Workspace, make_rows, write_workspace

from pipelines.audit import audit, audit_folder
from pipelines.errors import DisclosureError
from pipelines.periods import Period
from pipelines.publication import read_centre_counts
from tests.properties.invented_editions import (
    REACH,
    SHORT,
    YEARS,
    Call,
    invented,
    publish_all,
    require_safe_over_time,
    shelf_of,
)


@pytest.fixture(scope="module")
def year_so_far(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Give a workspace whose last year to date is still to be published."""
    made = write_workspace(tmp_path_factory.mktemp("year") / "workspace")
    publish_all(made, SHORT[:-1], n=90)
    return made


@pytest.fixture
def copied(year_so_far: Workspace, tmp_path: Path) -> Workspace:
    """Give a copy of it to work on."""
    shutil.copytree(year_so_far.folder, tmp_path / "copied")
    return Workspace(tmp_path / "copied", year_so_far.variables)


@pytest.mark.slow
def test_quarters_and_years_to_date_are_safe_together(copied: Workspace) -> None:
    publish_all(copied, SHORT[-1:], n=90)
    require_safe_over_time(copied, SHORT)


@pytest.mark.slow
def test_eight_quarters_with_years_to_date_and_years_are_safe_together(tmp_path: Path) -> None:
    workspace = write_workspace(tmp_path / "workspace")
    publish_all(workspace, YEARS, n=120)
    require_safe_over_time(workspace, YEARS)


@pytest.mark.slow
def test_a_changed_figure_on_the_shelf_keeps_the_year_to_date_from_being_released(
    copied: Workspace, caseload: Call
) -> None:
    """No counts fit both: the quarter shows more than the longer period that holds it."""
    for audience in ("network", "public"):
        path = copied.folder / f"outputs/release/2026-Q1/1/{audience}/data/by_gender.csv"
        path.write_text(path.read_text(encoding="utf-8").replace("F,clients,", "F,clients,1"), encoding="utf-8")
    before = shelf_of(copied)
    outcome = caseload(copied, "run", "--period", SHORT[-1])
    assert outcome.code == DisclosureError.exit_code
    assert f"The audit of {SHORT[-1]} failed, so nothing was released" in outcome.err
    assert shelf_of(copied) == before


# Late cases

LATE = [
    ("Male", "17", "Irish"),
    ("Female", "70", "French"),
    ("Male", "22", "Bulgarian"),
    ("Female", "48", "Irish"),
    ("Male", "70", "Bulgarian"),
]


@pytest.fixture(scope="module")
def revised(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Give a quarter that was published, and published again with 5 late cases of known profiles among 60."""
    made = write_workspace(tmp_path_factory.mktemp("revised") / "workspace")
    made.put("2026-Q3.csv", invented(QUARTER, 120, seed=1))
    made.run()
    for number, (gender, age, nationality) in enumerate(LATE):
        row = make_rows(1, first=9000 + number, gender=gender, age=age, nationality=nationality)
        made.put(f"late-{number}.csv", row)
    (waiting,) = made.run().published
    assert (waiting.edition, waiting.is_new, waiting.n_waiting) == (1, False, len(LATE))
    made.put("2026-Q4.csv", invented(QUARTER, 55, seed=2))
    (second,) = made.run().published
    assert (second.edition, second.is_new) == (2, True)
    return made


def test_both_editions_of_a_revised_quarter_pass_the_audit(revised: Workspace) -> None:
    root = revised.folder / "outputs/release"
    assert audit_folder(root).problems == ()


def test_a_table_that_gave_way_to_a_revision_stays_out_and_is_named(revised: Workspace) -> None:
    (again,) = revised.run().published
    assert (again.edition, again.is_new) == (2, False)
    folders = [revised.folder / f"outputs/release/{QUARTER}/{number}/network" for number in (1, 2)]
    told = [json.loads((folder / "manifest.json").read_bytes())["too_fine"] for folder in folders]
    assert told == [[], ["by_group_of_interest_time"]]


GENDERS = {"Female": "F", "Male": "M"}
AGES = {"17": "Y_LT18", "22": "Y18T24", "48": "Y45T54", "70": "Y_GE65"}
CLASSES = {"Irish": "IE", "French": "EU14", "Bulgarian": "EU2"}
PROFILE = ("gender_code", "age_group_code", "nationality_class_code")
TABLES = {"by_gender": (0,), "by_age_group": (1,), "by_nationality_class": (2,), "by_gender_age_group": (0, 1)}


@pytest.mark.parametrize("bets_on_growth", [False, True])
def test_no_late_case_can_be_proved_from_both_editions(revised: Workspace, bets_on_growth: bool) -> None:
    """An attack of its own, on full profiles: could it be that nobody of a late case's profile came?"""
    editions = [[revised.released(name, edition=number) for name in TABLES] for number in (1, 2)]
    lists = [[row[name] for row in editions[0][place] if row[name] != "_T"] for place, name in enumerate(PROFILE)]
    profiles = list(product(*lists))
    sums, most = [], []
    for number, tables in enumerate(editions):
        for places, rows in zip(TABLES.values(), tables, strict=True):
            for row in rows:
                wanted = [row[PROFILE[place]] for place in places]
                inside = [
                    float(all(code in ("_T", each[place]) for code, place in zip(wanted, places, strict=True)))
                    for each in profiles
                ]
                whole = np.concatenate([inside if number == at else np.zeros(len(profiles)) for at in (0, 1)])
                sums += [whole, -whole]
                most += [int(row["n"]) + REACH, REACH - int(row["n"])]
    if bets_on_growth:
        grows = np.hstack((np.eye(len(profiles)), -np.eye(len(profiles))))
        sums += list(grows)
        most += [0] * len(profiles)
    for gender, age, nationality in LATE:
        place = profiles.index((GENDERS[gender], AGES[age], CLASSES[nationality]))
        change = np.zeros(2 * len(profiles))
        change[[place, place + len(profiles)]] = -1.0, 1.0
        found = linprog(change, A_ub=np.array(sums), b_ub=np.array(most))
        assert found.status == 0
        assert found.fun < 1


# Insiders


def own_counts(demo: Workspace, period: str) -> dict[str, Mapping[tuple[str, tuple[str, ...], str], int]]:
    """Give what each law centre knows of its own clients: every true count, by table, codes and unit."""
    found = read_centre_counts(demo.settings, demo.database, Period.parse(period))
    return {
        centre: {
            (each.definition.table_id, tuple(codes), unit): n
            for each in counts.breakdowns
            for *codes, unit, n in each.frame.select(*each.definition.dimensions, "unit", "n").iter_rows()
        }
        for centre, counts in found.items()
    }


def test_no_law_centre_learns_small_counts_of_the_others(demo_workspace) -> None:
    demo, period = demo_workspace.workspace, demo_workspace.period
    insiders = {centre: {period: own} for centre, own in own_counts(demo, period).items()}
    assert len(insiders) >= 5
    root = demo.folder / "outputs/release"
    files = {
        folder.relative_to(root).as_posix(): {
            path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
        }
        for folder in (root / period / "1").iterdir()
    }
    report = audit(files, insiders=insiders)
    assert report.problems == ()
    assert (report.exact, report.proved_small) == (0, 0)
