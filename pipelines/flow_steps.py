"""The steps of the flows as Prefect tasks: what is worth seeing, or retrying, alone.

No frame and no key ever becomes a parameter or a result that Prefect keeps: tasks hand on paths, names and counts in
memory. Retries are for what the outside world can cure: a disk, a network drive.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from pipelines import notices, run, unchanged
from pipelines.errors import CaseloadError, DiskError
from pipelines.machine import decided
from pipelines.request import Request
from pipelines.stages import timed

if TYPE_CHECKING:
    from pipelines.validate import RuleCount


def _is_from_outside(_task: Any, _run: Any, state: Any) -> bool:
    """Try again only what a disk or a network drive may cure; a broken rule would break again."""
    return isinstance(state.result(raise_on_failure=False), OSError | DiskError)


STEP: dict[str, Any] = {"cache_policy": NO_CACHE, "persist_result": False}
RETRIES = decided("retries")
OUTSIDE: dict[str, Any] = {
    "retries": int(RETRIES["times"]),
    "retry_delay_seconds": float(RETRIES["seconds_between"]),
    "retry_condition_fn": _is_from_outside,
}


@task(name="compare-with-last-run", **STEP, **OUTSIDE)
def compare(request: Request) -> tuple[str, dict[str, int] | None]:
    """Give the state of the workspace, and the row accounting if a refresh would make the same again, else None."""
    with told_by_kind():
        state = unchanged.state_of(request)
        return state, unchanged.standing_totals(request, state)


@task(name="receive", **STEP, **OUTSIDE)
def receive(work: run.Work) -> tuple[int, int]:
    """Store every new file of the inbox as it arrived; give how many were new, and how many known."""
    with told_by_kind(), timed("receive"):
        return run.receive_files(work)


@task(name="validate-records", **STEP)
def validate_records(work: run.Work) -> tuple[RuleCount, ...]:
    """Check the records as they arrived."""
    with told_by_kind(), timed("check_records"):
        return run.check_records(work)


@task(name="build", **STEP)
def build(work: run.Work) -> None:
    """Read words into codes and build every table."""
    with told_by_kind():
        with timed("harmonise"):
            run.harmonise_words(work)
        with timed("build"):
            run.build_tables(work)


@task(name="validate-cases", **STEP)
def validate_cases(work: run.Work) -> run.Checked:
    """Check the cases that will be counted; give the row accounting, and what else was found."""
    with told_by_kind(), timed("check_cases"):
        return run.check_cases(work)


@task(name="protect-and-release", **STEP, **OUTSIDE)
def release(request: Request) -> list[run.Published]:
    """Protect the figures, make the briefs and put the edition in place."""
    from pipelines.publication import current_warehouse

    with told_by_kind():
        return run.publish(request, current_warehouse(request.settings()))


@contextmanager
def told_by_kind(*, meaning: bool = False) -> Iterator[None]:
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
