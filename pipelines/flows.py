"""Prefect: the same functions as `caseload run`, for schedules, history and re-runs.

One flow per reason to run and one task per step worth seeing or retrying alone. No frame and no key ever becomes a
parameter or a result: tasks hand on paths, names and sums, so no record can end in a result store or on a run page.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from pipelines import run
from pipelines.errors import CaseloadError, UsageError
from pipelines.periods import Period
from pipelines.request import Request

# No smaller number of rows stands on a run page.
LEAST_TOLD = 10


@flow(name="refresh-warehouse", persist_result=False)
def refresh_warehouse(workspace: str, as_of: str | None = None) -> dict[str, int]:
    """Bring the warehouse up to date with the inbox, or leave it as it was.

    Args:
        workspace: the workspace folder.
        as_of: the day the run speaks of, such as 2026-11-15; today when empty.
    Returns:
        Rows read and rows in each state.
    """
    with run.opened(_request(workspace, as_of)) as work:
        receive(work)
        validate_records(work)
        build(work)
        states = validate_cases(work)
    rows = [f"| {name.replace('_', ' ')} | {_about(number)} |" for name, number in states.items()]
    create_markdown_artifact("\n".join(["| rows | number |", "|---|---:|", *rows]), key="row-accounting")
    return states


@flow(name="publish-brief", persist_result=False)
def publish_brief(workspace: str, period: str | None = None, as_of: str | None = None) -> list[str]:
    """Protect, audit and release the briefs of a period.

    Args:
        workspace: the workspace folder.
        period: such as 2026-Q3; the latest finished quarter, or the periods of the settings, when empty.
        as_of: the day the run speaks of; today when empty.
    Returns:
        One line per period: which edition stands.
    """
    editions = release(_request(workspace, as_of, period))
    create_markdown_artifact("\n".join(f"- {line}" for line in editions), key="editions")
    return editions


@flow(name="nightly", persist_result=False)
def nightly(workspace: str, as_of: str | None = None) -> list[str]:
    """Refresh the warehouse, then publish what is due."""
    refresh_warehouse(workspace, as_of)
    return publish_brief(workspace, None, as_of)


def _is_from_outside(_task: Any, _run: Any, state: Any) -> bool:
    """Try again only what a disk or a network drive may cure; a broken rule would break again."""
    return isinstance(state.result(raise_on_failure=False), OSError)


@task(
    name="receive",
    cache_policy=NO_CACHE,
    persist_result=False,
    retries=2,
    retry_delay_seconds=30,
    retry_condition_fn=_is_from_outside,
)
def receive(work: run.Work) -> None:
    """Store every new file of the inbox as it arrived."""
    with _told_by_kind():
        run.receive_files(work)


@task(name="validate-records", cache_policy=NO_CACHE, persist_result=False)
def validate_records(work: run.Work) -> None:
    """Check the records as they arrived."""
    with _told_by_kind():
        run.check_records(work)


@task(name="build", cache_policy=NO_CACHE, persist_result=False)
def build(work: run.Work) -> None:
    """Read words into codes and build every table."""
    with _told_by_kind():
        run.harmonise_words(work)
        run.build_tables(work)


@task(name="validate-cases", cache_policy=NO_CACHE, persist_result=False)
def validate_cases(work: run.Work) -> dict[str, int]:
    """Check the cases that will be counted; give the row accounting."""
    from pipelines.accounting import totals

    with _told_by_kind():
        return totals(run.check_cases(work).accounts)


@task(name="protect-and-release", cache_policy=NO_CACHE, persist_result=False)
def release(request: Request) -> list[str]:
    """Protect the figures, make the briefs and put the edition in place."""
    from pipelines.publication import current_warehouse

    with _told_by_kind():
        published = run.publish(request, current_warehouse(request.settings()))
    return [f"{each.period}: edition {each.edition}{'' if each.is_new else _why_it_stands(each)}" for each in published]


@contextmanager
def _told_by_kind() -> Iterator[None]:
    """Let no text of an unforeseen error reach a log or a run page: it could quote a record."""
    try:
        yield
    except (CaseloadError, OSError):
        raise
    except Exception as error:
        raise CaseloadError(f"A fault in the program ({type(error).__name__}).") from None


def _about(number: int) -> str:
    """Say a number of rows on a run page, which others than the analyst may see: to the nearest ten."""
    return f"about {round(number, -1):,}" if number >= LEAST_TOLD else f"fewer than {LEAST_TOLD}"


def _why_it_stands(published: run.Published) -> str:
    return " stands, figures have changed since" if published.is_overtaken else " stands, nothing has changed"


def _request(workspace: str, as_of: str | None, period: str | None = None) -> Request:
    try:
        day = date.fromisoformat(as_of) if as_of else datetime.now(UTC).date()
        return Request(Path(workspace), day, os.environ, Period.parse(period) if period else None)
    except ValueError as error:
        raise UsageError(f"The flow cannot start: {error}.") from None
