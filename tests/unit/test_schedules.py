"""What a person may write about unattended runs, and that times mean what Prefect takes them for."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from workspaces import Workspace

from pipelines.cron import Cron
from pipelines.errors import SettingsError
from pipelines.settings import load_settings

LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 11, 30, 12, 0, tzinfo=LONDON)


def settings_with(workspace: Workspace, text: str):
    path = workspace.folder / "caseload.toml"
    path.write_text(f"{path.read_text('utf-8')}\n{text}", encoding="utf-8")
    return load_settings(workspace.folder, {})


@pytest.mark.parametrize(
    ("text", "next_start"),
    [
        ("30 2 * * *", datetime(2026, 12, 1, 2, 30)),
        ("0 7 8 1,4,7,10 *", datetime(2027, 1, 8, 7, 0)),
        ("*/20 12 * * *", datetime(2026, 11, 30, 12, 20)),
        ("0 6 * * 1-5", datetime(2026, 12, 1, 6, 0)),
        ("0 6 * * 7", datetime(2026, 12, 6, 6, 0)),
        ("0 0 29 2 *", datetime(2028, 2, 29)),
        ("0 0 13 * 5", datetime(2026, 12, 4)),  # the 13th, or a Friday
    ],
)
def test_the_next_start(text: str, next_start: datetime):
    assert Cron.parse(text).next_after(MONDAY) == next_start.replace(tzinfo=LONDON)


def field(choice: random.Random, least: int, most: int) -> str:
    low = choice.randint(least, most - 1)
    high = choice.randint(low + 1, most)
    return choice.choice(["*", str(low), f"{low}-{high}", f"{low},{high}", f"{low}-{high}/{choice.randint(1, 9)}"])


def test_times_are_those_that_prefect_takes():
    from prefect.server.schemas.schedules import CronSchedule

    choice = random.Random(7)  # noqa: S311 - nothing is secret here
    compared = 0
    moment = MONDAY.replace(second=30)
    while compared < 60:
        text = " ".join(field(choice, *limits) for limits in [(0, 59), (2, 23), (1, 31), (1, 12), (0, 6)])
        try:
            ours = Cron.parse(text).next_after(moment)
        except ValueError:
            continue
        (theirs,) = asyncio.run(CronSchedule(cron=text, timezone="Europe/London").get_dates(1, moment))
        assert (text, ours.astimezone(UTC)) == (text, theirs.astimezone(UTC))
        compared += 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[schedules]\ncheck_inboxes = "at night"', "five fields"),
        ('[schedules]\ncheck_inboxes = "61 2 * * *"', "the minute must lie between 0 and 59"),
        ('[schedules]\nall_of_it = "0 7 8-8 1 *"', "a range must go up"),
        ('[schedules]\nall_of_it = "0 0 31 2 *"', "no month has such a day"),
        ('[schedules]\nall_of_it = "0 0 1 jan *"', "the month must be made of numbers"),
        ('[schedules]\ntimezone = "Europe/Lodnon"', "is no time zone"),
        ("[schedules]\npatience = -1", "zero or more"),
        ("[schedules]\nkeep_days = 0", "keep_days must be 1 or more"),
        ("[schedules]\nnightly = true", "is not a setting"),
        ("[limits]\npatience = -1", "limits.patience is a number of seconds"),
    ],
)
def test_what_cannot_be_is_told(workspace: Workspace, text: str, said: str):
    with pytest.raises(SettingsError, match=said):
        settings_with(workspace, text)


def test_an_address_among_the_notices_is_refused_and_not_repeated(workspace: Workspace):
    with pytest.raises(SettingsError, match="entry 2 is no block of Prefect") as failure:
        settings_with(workspace, '[notices]\nfailure = ["slack-webhook/team", "https://hooks.example.org/T0/secret"]')
    assert "secret" not in str(failure.value)


def test_a_flow_without_a_time_never_starts_by_itself(workspace: Workspace):
    schedules = settings_with(workspace, '[schedules]\nall_of_it = ""').schedules
    assert schedules.next_start("all_of_it", MONDAY) is None
    assert schedules.next_start("check_inboxes", MONDAY) == datetime(2026, 12, 1, 2, 30, tzinfo=LONDON)


def test_a_command_waits_only_if_it_was_told_to(workspace: Workspace):
    assert load_settings(workspace.folder, {}).patience == 0
    assert load_settings(workspace.folder, {"CASELOAD_LIMITS__PATIENCE": "90"}).patience == 90
    assert workspace.request(is_scheduled=True).settings().patience == 1800


def test_a_new_workspace_has_the_times_of_the_deployments():
    """One machine and a team start from the same times."""
    import yaml

    from pipelines.resources import reference_file

    root = Path(__file__).parents[2]
    deployments = yaml.safe_load((root / "prefect.yaml").read_text("utf-8"))["deployments"]
    active = {
        each["name"].replace("-", "_"): schedule["cron"]
        for each in deployments
        for schedule in each["schedules"]
        if schedule.get("active", True)
    }
    defaults = reference_file("defaults.toml").read_text("utf-8")
    assert active == {"check_inboxes": "30 2 * * *", "all_of_it": "0 7 8 1,4,7,10 *"}
    assert [f'{name} = "{cron}"' in defaults for name, cron in active.items()] == [True, True]
