"""Prefect: the same functions as `caseload run`, for schedules, history, re-runs and notices.

One flow per reason to run and one task per step worth seeing or retrying alone. No frame and no key ever becomes a
parameter or a result: tasks hand on paths, names and sums, so no record can end in a result store or on a run page.
Nothing is kept in Prefect's result store: the warehouse knows the files it has read, and the shelf its editions.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

from prefect import Flow, flow, serve, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.deployments.runner import RunnerDeployment
from prefect.logging.loggers import flow_run_logger
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType
from prefect.utilities.urls import url_for
from pydantic import Field

from pipelines import notices, run, unchanged
from pipelines.errors import CaseloadError
from pipelines.flow_requests import flow_request
from pipelines.request import Request

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
    with _told_by_kind(meaning=True):
        return _refreshed(flow_request(workspace, os.environ, sources=sources, as_of=as_of))


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
    with _told_by_kind(meaning=True):
        return _published(flow_request(workspace, os.environ, period=period, audiences=audiences, as_of=as_of))


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
    with _told_by_kind(meaning=True):
        return _gone_through(flow_request(workspace, os.environ, sources=sources, as_of=as_of), keep=False)[0]


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
    with _told_by_kind(meaning=True):
        request = flow_request(workspace, os.environ, period=period, as_of=as_of)
        _refreshed(request)
        return _published(request)


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


def _refreshed(request: Request) -> dict[str, int]:
    """Refresh the warehouse, unless it is what a refresh would make again: then only the other half is to be done."""
    if (known := compare(request)) is not None:
        return known
    begun = unchanged.state_of(request)
    states = _gone_through(request, keep=True)[1]
    unchanged.mark_refreshed(request, begun)
    return states


def _gone_through(request: Request, *, keep: bool) -> tuple[dict[str, int], dict[str, int]]:
    """Go from the inbox to checked cases; give the files and the rows."""
    with run.opened(request, keep=keep) as work:
        files = receive(work)
        validate_records(work)
        build(work)
        states = validate_cases(work)
    create_markdown_artifact(notices.accounting_page(files, states), key="row-accounting")
    return files, states


def _published(request: Request) -> list[str]:
    editions = release(request)
    index = request.settings().release_root.resolve() / "index.html"
    create_markdown_artifact(notices.editions_page(editions, index), key="editions")
    return editions


def _is_from_outside(_task: Any, _run: Any, state: Any) -> bool:
    """Try again only what a disk or a network drive may cure; a broken rule would break again."""
    return isinstance(state.result(raise_on_failure=False), OSError)


STEP: dict[str, Any] = {"cache_policy": NO_CACHE, "persist_result": False}
OUTSIDE: dict[str, Any] = {"retries": 2, "retry_delay_seconds": 30, "retry_condition_fn": _is_from_outside}


@task(name="compare-with-last-run", **STEP, **OUTSIDE)
def compare(request: Request) -> dict[str, int] | None:
    """Give the row accounting of the warehouse if a refresh would make the same again, else None."""
    with _told_by_kind():
        return unchanged.standing_totals(request)


@task(name="receive", **STEP, **OUTSIDE)
def receive(work: run.Work) -> dict[str, int]:
    """Store every new file of the inbox as it arrived."""
    with _told_by_kind():
        n_read, n_known = run.receive_files(work)
        return {"new": n_read, "known": n_known}


@task(name="validate-records", **STEP)
def validate_records(work: run.Work) -> None:
    """Check the records as they arrived."""
    with _told_by_kind():
        run.check_records(work)


@task(name="build", **STEP)
def build(work: run.Work) -> None:
    """Read words into codes and build every table."""
    with _told_by_kind():
        run.harmonise_words(work)
        run.build_tables(work)


@task(name="validate-cases", **STEP)
def validate_cases(work: run.Work) -> dict[str, int]:
    """Check the cases that will be counted; give the row accounting."""
    from pipelines.accounting import totals

    with _told_by_kind():
        return totals(run.check_cases(work).accounts)


@task(name="protect-and-release", **STEP, **OUTSIDE)
def release(request: Request) -> list[str]:
    """Protect the figures, make the briefs and put the edition in place."""
    from pipelines.publication import current_warehouse

    with _told_by_kind():
        return [notices.edition_line(each) for each in run.publish(request, current_warehouse(request.settings()))]


@contextmanager
def _told_by_kind(*, meaning: bool = False) -> Iterator[None]:
    """Let no text of an unforeseen error reach a log or a run page: it could quote a record.

    With `meaning`, put what the exit code means before the message, for whoever reads the run page.
    """
    try:
        yield
    except CaseloadError as error:
        if not meaning:
            raise
        raise type(error)(f"{notices.meaning(error.exit_code)} {error}") from None
    except OSError as error:
        if not meaning:
            raise
        raise CaseloadError(f"{notices.meaning(1)} {error.strerror}.") from None
    except Exception as error:
        raise CaseloadError(f"A fault in the program ({type(error).__name__}).") from None
