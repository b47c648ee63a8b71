"""Real flows on a real Prefect server: the wiring of flows.py, and what of a run Prefect gets to know."""

import json
from pathlib import Path

import pytest

from pipelines.synthetic import SyntheticSummary, write_workspace

pytestmark = pytest.mark.usefixtures("nightly_result")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> SyntheticSummary:
    return write_workspace(tmp_path_factory.mktemp("flows") / "workspace", cases=1500)


@pytest.fixture(scope="module")
def nightly_result(workspace: SyntheticSummary) -> list[str]:
    from pipelines.flows import nightly

    return nightly(str(workspace.folder), str(workspace.as_of))


def test_nightly_refreshes_the_warehouse_and_publishes_the_latest_quarter(
    nightly_result: list[str], workspace: SyntheticSummary
) -> None:
    assert nightly_result == [f"{workspace.last_quarter}: edition 1"]
    assert (workspace.folder / "outputs/release" / workspace.last_quarter / "1/public/brief.html").is_file()


def test_a_second_run_changes_nothing(workspace: SyntheticSummary) -> None:
    from pipelines.flows import publish_brief, refresh_warehouse

    states = refresh_warehouse(str(workspace.folder), str(workspace.as_of))
    assert states["rows_read"] == sum(number for name, number in states.items() if name != "rows_read")
    again = publish_brief(str(workspace.folder), workspace.last_quarter, str(workspace.as_of))
    assert again == [f"{workspace.last_quarter}: edition 1 stands, nothing has changed"]


def test_prefect_keeps_counts_and_lines_but_no_key_and_no_record(workspace: SyntheticSummary) -> None:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        artifacts = [artifact.data for artifact in client.read_artifacts()]
        runs = [run.model_dump(mode="json") for run in client.read_flow_runs()]
    known = json.dumps([artifacts, runs])
    key = (workspace.folder / "demo.key").read_text(encoding="utf-8").strip()
    first_record = next((workspace.folder / "inbox").glob("*/*.csv")).read_bytes().splitlines()[-1].decode("cp1252")
    assert any("accepted" in str(data) for data in artifacts)
    assert key not in known
    assert first_record not in known


def test_a_flow_on_a_folder_that_is_no_workspace_fails_with_the_reason(tmp_path: Path) -> None:
    from pipelines.errors import SettingsError
    from pipelines.flows import refresh_warehouse

    with pytest.raises(SettingsError, match="is not a workspace"):
        refresh_warehouse(str(tmp_path))
