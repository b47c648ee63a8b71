"""The development file: public statistics expanded to one row per person. It is not part of the project."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from workspaces import Workspace, adds_up

from pipelines.accounting import totals
from pipelines.periods import Period
from pipelines.reports import RunReport, executed
from pipelines.run import Request
from tests.properties.test_breakdowns import assert_agrees, assert_rows_add_up

ROOT = Path(__file__).parents[2]
NRM_FILES = Path(os.environ.get("NRM_DATA", ROOT / "../shared/data/nrm"))
NRM_PERIOD = "2022-Q2_2023-Q4"


@pytest.fixture(scope="session")
def nrm(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, RunReport]:
    """Give the NRM workspace after one run."""
    if not list(NRM_FILES.glob("*.csv")):
        pytest.skip("the development file of referral statistics is not here; set NRM_DATA to its folder")
    home = tmp_path_factory.mktemp("nrm")
    return run_nrm(home / "first", home / "config")


def run_nrm(folder: Path, config: Path) -> tuple[Workspace, RunReport]:
    if not folder.exists():
        shutil.copytree(ROOT / "docs/examples/nrm", folder)
        (folder / "inbox/nrm").mkdir(parents=True)
        for path in NRM_FILES.glob("*.csv"):
            shutil.copyfile(path, folder / "inbox/nrm" / path.name)
    workspace = Workspace(folder, {"XDG_CONFIG_HOME": str(config)})
    request = Request(folder, date(2026, 1, 5), workspace.variables, Period.parse(NRM_PERIOD))
    return workspace, executed(request, now=datetime(2026, 1, 5, tzinfo=UTC))


@pytest.mark.real_data
def test_referral_statistics_are_counted_as_published(nrm: tuple[Workspace, RunReport]) -> None:
    workspace, report = nrm
    assert all(adds_up(account) for account in report.refreshed.accounts)
    assert totals(report.refreshed.accounts) == {
        "rows_read": 30_197, "accepted": 30_197, "quarantined": 0, "superseded": 0, "duplicate": 0, "ignored": 0,
    }  # fmt: skip
    assert workspace.counts("by_project", NRM_PERIOD) == {
        "_T": 30_197, "government-agency": 14_882, "police": 6_899, "local-authority": 6_777,
        "ngo-and-third-sector": 1_639,
    }  # fmt: skip
    quarters = workspace.counts("by_period", NRM_PERIOD, unit="cases")
    assert [quarters[str(quarter)] for quarter in Period.parse(NRM_PERIOD).quarters] == [
        4171, 4586, 4417, 4746, 3998, 4138, 4141,
    ]  # fmt: skip
    assert quarters["_T"] == 30_197
    assert len(workspace.counts("by_centre", NRM_PERIOD)) == 68 + 1


@pytest.mark.real_data
def test_sql_and_polars_agree_on_referral_statistics(nrm: tuple[Workspace, RunReport]) -> None:
    assert_agrees(nrm[0], Period.parse(NRM_PERIOD))
    assert_rows_add_up(nrm[0])


@pytest.mark.slow
@pytest.mark.real_data
def test_referral_statistics_give_the_same_bytes_again_and_elsewhere(nrm: tuple[Workspace, RunReport]) -> None:
    first, config = nrm[0], Path(nrm[0].variables["XDG_CONFIG_HOME"])
    before = releases(first)
    _, again = run_nrm(first.folder, config)
    assert (again.refreshed.n_files_read, again.published[0].is_new) == (0, False)
    assert releases(first) == before
    second, _ = run_nrm(first.folder.with_name("second"), config)
    assert releases(second) == before
    assert len(before) > 50


def releases(workspace: Workspace) -> dict[str, str]:
    return {name: digest for name, digest in workspace.snapshot().items() if name.startswith("outputs")}
