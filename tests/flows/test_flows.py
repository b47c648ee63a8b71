"""Real flows on a real Prefect server: what they do, what they refuse, and what of a run Prefect gets to know."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import sleep

import pytest
from post_boxes import PostBox, mail_box, post_box
from workspaces import AS_OF, QUARTER, RIVERSIDE, Workspace, make_rows, write_workspace

from pipelines import warehouse
from pipelines.errors import ReadError, SettingsError, UsageError, WarehouseBusy
from pipelines.history import read_runs
from pipelines.keys import network_key

# Stands in the address of a webhook.
ADDRESS = "nobody-may-read-this"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    made = write_workspace(tmp_path / "workspace")
    for name, value in made.variables.items():
        monkeypatch.setenv(name, value)
    return made


@pytest.fixture
def told(workspace: Workspace) -> Iterator[PostBox]:
    """Let a webhook of this machine be told of every run."""
    from prefect.blocks.notifications import CustomWebhookNotificationBlock

    with post_box() as box:
        CustomWebhookNotificationBlock(
            name="team",
            url=f"{box.url}/{{{{token}}}}",
            json_data={"subject": "{{subject}}", "body": "{{body}}"},
            secrets={"token": ADDRESS},
        ).save("team", overwrite=True)
        names = '["custom-webhook/team"]'
        add_settings(workspace, f"[notices]\nfailure = {names}\nsuccess = {names}\n")
        yield box


def add_settings(workspace: Workspace, text: str) -> None:
    path = workspace.folder / "caseload.toml"
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{text}", encoding="utf-8")


def artifacts(key: str) -> list[str]:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey

    with get_client(sync_client=True) as client:
        found = client.read_artifacts(artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=[key])))
    return [str(artifact.data) for artifact in sorted(found, key=lambda each: each.created)]


def everything_prefect_knows() -> str:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        runs = [each.model_dump(mode="json") for each in (*client.read_flow_runs(), *client.read_task_runs())]
        found = [artifact.model_dump(mode="json") for artifact in client.read_artifacts()]
        logs = [log.model_dump(mode="json") for log in client.read_logs()]
    return json.dumps([runs, found, logs])


def activity(workspace: Workspace) -> list[dict[str, object]]:
    log = workspace.settings.internal_root / "activity.jsonl"
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


@contextmanager
def held_by_somebody(workspace: Workspace, seconds: float) -> Iterator[None]:
    def hold() -> None:
        with warehouse.writing(workspace.folder / "warehouse", keep=False):
            sleep(seconds)

    holder = Thread(target=hold)
    holder.start()
    sleep(0.5)
    yield
    holder.join()


def test_all_of_it_refreshes_publishes_and_tells_the_team_without_any_record(workspace: Workspace, told: PostBox):
    from pipelines.flows import all_of_it

    assert all_of_it(str(workspace.folder), QUARTER, AS_OF) == [f"{QUARTER}: edition 1"]
    assert (workspace.folder / f"outputs/release/{QUARTER}/1/public/brief.html").is_file()
    (path, letter) = told.letters[-1]
    assert path == f"/{ADDRESS}"
    assert json.loads(letter)["subject"] == "caseload: all-of-it is done (workspace)"
    assert "Exit 0: done." in letter
    assert "/runs/flow-run/" in letter
    (record,) = read_runs(workspace.settings.internal_root)
    assert (record.content["command"], record.content["asked_by"], record.state) == ("run", "flow all-of-it", "done")
    stages = [stage["stage"] for stage in record.content["stages"] if stage["state"] == "done"]
    assert stages[::5] == ["receive", "analyse", "statistics"]
    noted = ("all-of-it", [{"period": QUARTER, "edition": 1, "is_new": True}])
    assert [(line["command"], line["editions"]) for line in activity(workspace)] == [noted]
    known = everything_prefect_knows() + letter
    secrets = (network_key(workspace.settings, os.environ), ADDRESS)
    assert [word for word in (*secrets, "R-0001", "K0001", "Settled status", "Romanian") if word in known] == []


@pytest.mark.slow
def test_after_a_publication_that_failed_no_file_is_read_again(workspace: Workspace, told: PostBox):
    from pipelines.flows import all_of_it

    with pytest.raises(UsageError, match=r"^Exit 2: .*2026-Q4"):
        all_of_it(str(workspace.folder), "2026-Q4", AS_OF)
    assert "all-of-it failed" in told.letters[-1][1]
    assert "| files new | 2 |" in artifacts("row-accounting")[-1]
    assert all_of_it(str(workspace.folder), QUARTER, AS_OF) == [f"{QUARTER}: edition 1"]
    assert "| files new | 0 |" in artifacts("row-accounting")[-1]


@pytest.mark.slow
def test_a_refresh_that_would_make_the_same_is_left_out(workspace: Workspace):
    from pipelines.flows import all_of_it, refresh_source

    states = refresh_source(str(workspace.folder), as_of=AS_OF)
    database, pages = workspace.database, len(artifacts("row-accounting"))
    assert refresh_source(str(workspace.folder), as_of=AS_OF) == states
    assert workspace.database == database
    assert all_of_it(str(workspace.folder), as_of=AS_OF) == [f"{QUARTER}: edition 1"]
    assert len(artifacts("row-accounting")) == pages
    # What decides the tables has changed: the refresh is done again.
    workspace.edit("profiles/export.toml", 'name = "Monthly export"', 'name = "Export"')
    refresh_source(str(workspace.folder), as_of=AS_OF)
    assert len(artifacts("row-accounting")) == pages + 1


@pytest.mark.slow
def test_a_file_that_comes_later_is_read_and_the_others_are_known(workspace: Workspace):
    from pipelines.flows import refresh_source

    states = refresh_source(str(workspace.folder), as_of=AS_OF)
    assert states["rows_read"] == 60
    workspace.put("2026-Q3-late.csv", make_rows(1, first=900))
    assert refresh_source(str(workspace.folder), [RIVERSIDE], AS_OF)["rows_read"] == 61
    page = artifacts("row-accounting")[-1]
    assert "| files new | 1 |" in page
    assert "| files known | 1 |" in page
    assert "| rows read | about 60 |" in page


def test_the_check_stores_nothing_and_fails_as_a_run_would(workspace: Workspace, told: PostBox):
    from pipelines.flows import check_inboxes

    assert check_inboxes(str(workspace.folder), as_of=AS_OF) == {"new": 2, "known": 0}
    assert warehouse.current_database(workspace.folder / "warehouse") is None
    workspace.put("broken.csv", b"\x00\x01\x02\x03")
    with pytest.raises(ReadError, match=r"^Exit 11: a file cannot be read"):
        check_inboxes(str(workspace.folder), as_of=AS_OF)
    assert "Exit 11: a file cannot be read." in (letter := told.letters[-1][1])
    well, failed = read_runs(workspace.folder / "outputs" / "internal")
    assert (well.content["command"], well.state, failed.content["exit_code"]) == ("check", "done", 11)
    assert [line["exit_code"] for line in activity(workspace)] == [0, 11]
    # A notice leaves the machine: what a file is called may say whose it is.
    assert "broken.csv" not in letter


def test_broken_settings_are_told_of_too(workspace: Workspace, told: PostBox):
    from pipelines.flows import check_inboxes

    add_settings(workspace, "[nonsense]\nkey = 1\n")
    with pytest.raises(SettingsError, match=r"^Exit 10"):
        check_inboxes(str(workspace.folder), as_of=AS_OF)
    assert "Exit 10" in told.letters[-1][1]


@pytest.mark.slow
def test_a_notice_by_e_mail_is_made_as_the_page_says(workspace: Workspace):
    from prefect.blocks.notifications import SlackWebhook

    from pipelines.flows import check_inboxes

    with mail_box() as box:
        address = f"{box.url}?from=caseload@example.org&to=analyst@example.org&name=caseload"
        SlackWebhook(url=address).save("team-mail", overwrite=True)
        add_settings(workspace, '[notices]\nsuccess = ["slack-webhook/team-mail"]\n')
        check_inboxes(str(workspace.folder), as_of=AS_OF)
        ((_, letter),) = box.letters
    assert "caseload: check-inboxes is done (workspace)" in letter
    assert "analyst@example.org" in letter


@pytest.mark.slow
def test_a_notice_that_cannot_be_sent_stops_no_run_and_gives_its_address_away_nowhere(workspace: Workspace):
    from prefect.blocks.notifications import SlackWebhook

    from pipelines.flows import check_inboxes

    SlackWebhook(url=f"https://127.0.0.1:9/services/T0/B0/{ADDRESS}").save("deaf", overwrite=True)
    add_settings(workspace, '[notices]\nsuccess = ["slack-webhook/deaf", "slack-webhook/nobody"]\n')
    assert check_inboxes(str(workspace.folder), as_of=AS_OF)["new"] == 2
    assert ADDRESS not in everything_prefect_knows()


@pytest.mark.parametrize(
    ("flow", "parameters", "said"),
    [
        ("refresh_source", {"sources": ["northgate"]}, "there is no source northgate. Known: riverside, harbour"),
        ("publish_edition", {"audiences": ["everybody"]}, "there is no audience everybody"),
        ("publish_edition", {"period": "2026-Q3_2026-Q1"}, "cannot end before it begins"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_started(
    workspace: Workspace, flow: str, parameters: dict[str, object], said: str
):
    from pipelines import flows

    with pytest.raises(UsageError, match=f"^Exit 2: .*{said}"):
        getattr(flows, flow)(str(workspace.folder), **parameters)
    assert not (workspace.folder / "warehouse").exists()


@pytest.mark.parametrize("parameters", [{"period": "last quarter"}, {"as_of": "15/11/2026"}])
def test_malformed_parameters_are_refused_by_prefect_itself(workspace: Workspace, parameters: dict[str, str]):
    from prefect.exceptions import ParameterTypeError

    from pipelines.flows import publish_edition

    with pytest.raises(ParameterTypeError):
        publish_edition(str(workspace.folder), **parameters)


@pytest.mark.slow
def test_a_flow_waits_for_the_warehouse_and_gives_up_after_its_patience(workspace: Workspace):
    from pipelines.flows import check_inboxes

    with held_by_somebody(workspace, 3):
        assert check_inboxes(str(workspace.folder), as_of=AS_OF)["new"] == 2
    add_settings(workspace, "[schedules]\npatience = 0.2\n")
    with held_by_somebody(workspace, 4), pytest.raises(WarehouseBusy, match=r"^Exit 15: the warehouse was in use"):
        check_inboxes(str(workspace.folder), as_of=AS_OF)


def test_a_flow_on_a_folder_that_is_no_workspace_fails_with_the_reason(tmp_path: Path):
    from pipelines.flows import refresh_source

    with pytest.raises(SettingsError, match="is not a workspace"):
        refresh_source(str(tmp_path))
