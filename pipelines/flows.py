"""Prefect: the same functions as `caseload run`, for schedules, history, re-runs and notices.

One flow per reason to run; their steps are in `flow_steps.py`. Parameters are names, days and periods, so no record can
end on a run page. Nothing is kept in Prefect's result store: the warehouse knows the files it has read, and the shelf
its editions. Each flow leaves the record of a run and a line in the activity log, as a command does.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

from prefect import Flow, flow, serve
from prefect.artifacts import create_markdown_artifact
from prefect.deployments.runner import RunnerDeployment
from prefect.logging.loggers import flow_run_logger, get_run_logger
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType
from prefect.utilities.urls import url_for
from pydantic import Field

from pipelines import notices, run, unchanged
from pipelines.accounting import totals
from pipelines.activity import noted
from pipelines.flow_requests import flow_request
from pipelines.flow_steps import build, compare, receive, release, told_by_kind, validate_cases, validate_records
from pipelines.recorded import keep_published, keep_refreshed, tell_refreshed
from pipelines.request import Request
from pipelines.run import Refreshed
from pipelines.run_record import Recording, recording
from pipelines.task_runners import side_by_side

PeriodText = Annotated[str, Field(pattern=r"^\d{4}-Q[1-4](_\d{4}-Q[1-4])?$", examples=["2026-Q3"])]


def tell(which: Flow[..., Any], flow_run: Any, state: Any) -> None:
    """Tell the blocks of the settings how a run ended; where that cannot be done, the log says so."""
    from prefect.blocks.core import Block
    from prefect.blocks.notifications import AbstractAppriseNotificationBlock, CustomWebhookNotificationBlock

    error = state.result(raise_on_failure=False) if state.is_failed() else None
    code = 0 if state.is_completed() else getattr(error, "exit_code", 1) if state.is_failed() else None
    request = Request(Path(str(flow_run.parameters["workspace"])).resolve(), datetime.now(UTC).date(), os.environ)
    ending = notices.Ending(which.name, request.workspace, code, url_for(flow_run))
    for name in notices.whom_to_tell(request, ending):
        try:
            block = Block.load(name)
            if not isinstance(block, AbstractAppriseNotificationBlock | CustomWebhookNotificationBlock):
                raise TypeError
            block.notify(body=notices.body(ending), subject=notices.subject(ending))
        except Exception as error:
            # The text of the error may hold the secret address.
            flow_run_logger(flow_run, which).warning("No notice could be sent to %s (%s).", name, type(error).__name__)


HOOKS: dict[str, Any] = {"on_failure": [tell], "on_completion": [tell], "on_crashed": [tell]}


@flow(name="refresh-source", persist_result=False, **HOOKS)
def refresh_source(workspace: str, sources: list[str] | None = None, as_of: date | None = None) -> dict[str, int]:
    """Bring the warehouse up to date with the inbox, or leave it as it was.

    Args:
        workspace: the workspace folder.
        sources: whose files to read; all when empty.
        as_of: the day the run speaks of, such as 2026-11-15; today when empty.
    Returns:
        Rows read and rows in each state.
    """
    with told_by_kind(meaning=True):
        request = flow_request(workspace, os.environ, sources=sources, as_of=as_of)
        with _recorded(request, "refresh-source", "refresh") as record:
            return _refreshed(request, record)


@flow(name="publish-edition", persist_result=False, **HOOKS)
def publish_edition(
    workspace: str, period: PeriodText | None = None, audiences: list[str] | None = None, as_of: date | None = None
) -> list[str]:
    """Protect, audit and release the briefs of a period, from the warehouse as it is.

    Args:
        workspace: the workspace folder.
        period: such as 2026-Q3; the periods of the settings, or the latest finished quarter, when empty.
        audiences: whom to make briefs for; those of the settings when empty.
        as_of: the day the run speaks of; today when empty.
    Returns:
        One line per period: which edition stands.
    """
    with told_by_kind(meaning=True):
        request = flow_request(workspace, os.environ, period=period, audiences=audiences, as_of=as_of)
        with _recorded(request, "publish-edition", "publish") as record:
            return _published(request, record)


@flow(name="check-inboxes", persist_result=False, **HOOKS)
def check_inboxes(workspace: str, sources: list[str] | None = None, as_of: date | None = None) -> dict[str, int]:
    """Read and validate what is in the inbox and store nothing; a run that would stop makes this one fail.

    Args:
        workspace: the workspace folder.
        sources: whose files to look at; all when empty.
        as_of: the day the run speaks of; today when empty.
    Returns:
        How many files wait to be stored, and how many are known already.
    """
    with told_by_kind(meaning=True):
        request = flow_request(workspace, os.environ, sources=sources, as_of=as_of)
        with _recorded(request, "check-inboxes", "check") as record:
            found = _gone_through(request, record, keep=False)
            return {"new": found.n_files_read, "known": found.n_files_known}


@flow(name="all-of-it", persist_result=False, **HOOKS)
def all_of_it(workspace: str, period: PeriodText | None = None, as_of: date | None = None) -> list[str]:
    """Refresh the warehouse, then publish what is due.

    Args:
        workspace: the workspace folder.
        period: what to publish; what is due when empty.
        as_of: the day the run speaks of; today when empty.
    Returns:
        One line per period: which edition stands.
    """
    with told_by_kind(meaning=True):
        request = flow_request(workspace, os.environ, period=period, as_of=as_of)
        with _recorded(request, "all-of-it", "run") as record:
            _refreshed(request, record)
            return _published(request, record)


FLOWS: dict[str, Flow[..., Any]] = {
    "check_inboxes": check_inboxes,
    "refresh_source": refresh_source,
    "publish_edition": publish_edition,
    "all_of_it": all_of_it,
}


def offer(workspace: str) -> None:
    """Serve every flow of a workspace, on its schedule and by hand, one run at a time; returns when it is stopped."""
    told = flow_request(workspace, os.environ).settings().schedules
    deployments = [
        RunnerDeployment.from_flow(
            each,
            each.name,
            schedules=[Cron(told.times[key].text, timezone=told.timezone)] if key in told.times else [],
            parameters={"workspace": workspace},
            tags=["caseload"],
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        for key, each in FLOWS.items()
    ]
    serve(*deployments, pause_on_shutdown=False, print_starting_message=False, limit=1)


def _refreshed(request: Request, record: Recording) -> dict[str, int]:
    """Refresh the warehouse, unless it is what a refresh would make again: then only the other half is to be done."""
    begun, known = compare(request)
    if known is not None:
        record.tell(totals=known)
        return known
    refreshed = _gone_through(request, record, keep=True)
    unchanged.mark_refreshed(request, begun)
    return totals(refreshed.accounts)


def _gone_through(request: Request, record: Recording, *, keep: bool) -> Refreshed:
    """Go from the inbox to checked cases, and say so in the record."""
    with run.opened(request, keep=keep) as work:
        files = receive(work)
        of_records = validate_records(work)
        build(work)
        refreshed = run.summed_up(work, files, of_records, validate_cases(work))
        if not keep:
            tell_refreshed(record, work, refreshed)
    if keep:
        keep_refreshed(record, work, refreshed)
    page = notices.accounting_page(dict(zip(("new", "known"), files, strict=True)), totals(refreshed.accounts))
    create_markdown_artifact(page, key="row-accounting")
    return refreshed


def _published(request: Request, record: Recording) -> list[str]:
    published = release(request)
    keep_published(record, request, published)
    editions = [notices.edition_line(each) for each in published]
    index = request.settings().release_root.resolve() / "index.html"
    create_markdown_artifact(notices.editions_page(editions, index), key="editions")
    return editions


@contextmanager
def _recorded(request: Request, flow_name: str, command: str) -> Iterator[Recording]:
    """Leave what a command leaves: a line in the activity log and the record of a run; and be the only one at work."""
    with (
        noted(request.workspace, flow_name, [], request.variables) as note,
        recording(request, command, now=datetime.now(UTC), asked_by=f"flow {flow_name}") as record,
        run.alone(request),
        side_by_side(request.settings().fan_out),
    ):
        yield record
        note.tell_editions(record.content.get("editions", []))
    if note.problem:
        get_run_logger().warning(note.problem)
