"""What runs by itself, when, how patiently, and who is told.

Answers "what did a person decide about unattended runs". Read from `[schedules]` and `[notices]` of `caseload.toml`;
addresses of people and webhooks are no settings: a notice names a block of the Prefect server, which keeps them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipelines.cron import Cron
from pipelines.declarations import Section

# The flows that can be scheduled, as the settings write them; their own names have hyphens.
SCHEDULED = ("check_inboxes", "refresh_source", "publish_edition", "all_of_it")
_BLOCK = re.compile(r"^[a-z0-9][a-z0-9-]*/[a-z0-9][a-z0-9-]*$")


@dataclass(frozen=True)
class Schedules:
    """When flows run by themselves; `times` names only those that do.

    `patience` is how many seconds a flow waits for the warehouse; `keep_days` how long Prefect keeps finished runs.
    """

    timezone: str
    times: Mapping[str, Cron]
    patience: float
    keep_days: int

    def next_start(self, name: str, now: datetime) -> datetime | None:
        """Give when a flow starts next, in the time zone of the schedules."""
        return self.times[name].next_after(now.astimezone(ZoneInfo(self.timezone))) if name in self.times else None


@dataclass(frozen=True)
class Notices:
    """Which Prefect blocks are told of a run that failed, and of one that went well: `type/name` each."""

    failure: tuple[str, ...]
    success: tuple[str, ...]


def read_schedules(top: Section) -> Schedules:
    """Take `[schedules]` from the settings; problems are noted there."""
    section = top.section("schedules")
    schedules = Schedules(
        timezone=_timezone(section),
        times=_times(section),
        patience=read_patience(section),
        keep_days=section.whole("keep_days", 0),
    )
    if schedules.keep_days < 1:
        section.problem(f"{section.place}.keep_days must be 1 or more.")
    section.close()
    return schedules


def read_patience(section: Section) -> float:
    """Take how many seconds a run waits while another one writes to the warehouse."""
    patience = section.number("patience", 0.0)
    if not 0 <= patience < float("inf"):
        section.problem(f"{section.place}.patience is a number of seconds, zero or more.")
    return patience


def read_notices(top: Section) -> Notices:
    """Take `[notices]` from the settings; problems are noted there."""
    section = top.section("notices")
    named = {key: section.texts(key) for key in ("failure", "success")}
    for key, names in named.items():
        for name in (name for name in names if not _BLOCK.fullmatch(name)):
            # What is refused is not repeated: it may be the secret address itself.
            place = f"{section.place}.{key}"
            section.problem(
                f"{place}: entry {names.index(name) + 1} is no block of Prefect, such as slack-webhook/team. "
                "An address does not belong in this file."
            )
    section.close()
    return Notices(**named)


def _timezone(section: Section) -> str:
    name = section.text("timezone")
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        section.problem(f'{section.place}.timezone: "{name}" is no time zone, such as Europe/London.')
    return name


def _times(section: Section) -> dict[str, Cron]:
    found = {}
    for name in SCHEDULED:
        text = section.text(name, "")
        try:
            if text:
                found[name] = Cron.parse(text)
        except ValueError as error:
            section.problem(f'{section.place}.{name}: "{text}" is no time in cron\'s way of writing: {error}.')
    return found
