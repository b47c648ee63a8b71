"""Work that falls into equal parts, done side by side: one process for each processor.

Answers "how is one function called many times at once". Processes are started afresh and inherit the environment alone,
since DuckDB and Polars have threads that a copied process would lack. Results come in the order of the jobs, so that
nothing depends on which was done first.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Any, TypeVar

Job = TypeVar("Job")
Done = TypeVar("Done")

# Does jobs somewhere else: a function, its jobs and the most of them at once; results in the order of the jobs.
Spreader = Callable[[Callable[[Any], Any], Sequence[Any], int], list[Any]]

_elsewhere: ContextVar[Spreader | None] = ContextVar("elsewhere", default=None)
# A worker takes about as long to start as it takes for two briefs.
_LEAST_JOBS_EACH = 4
# Each worker has a processor of its own, so the packages inside it need no threads beside it.
_ONE_THREAD = {"POLARS_MAX_THREADS": "1", "RAYON_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def spread(function: Callable[[Job], Done], jobs: Sequence[Job], *, workers: int = 0) -> list[Done]:
    """Call a function for every job, in several processes where that is faster.

    A job that fails elsewhere is done again here, so that its failure is told as if there were no workers. Inside a
    block of `through`, its spreader does them instead.

    Args:
        function: of a module, so that another process finds it; the same job always gives the same result.
        jobs: what can be sent to another process.
        workers: the most processes there may be; 0 means as many as this process may use processors.
    Returns:
        One result for each job, in their order.
    Raises:
        Exception: whatever the function raises for the first of the jobs that fail; the others are given up.
    """
    useful = min(workers or processors(), len(jobs) // _LEAST_JOBS_EACH)
    if useful <= 1:
        return [function(job) for job in jobs]
    if spreader := _elsewhere.get():
        return spreader(function, jobs, useful)
    with _pool(useful) as pool:
        waiting = [pool.submit(function, job) for job in jobs]
        return [done_anyhow(each.result, function, job) for each, job in zip(waiting, jobs, strict=True)]


@contextmanager
def through(spreader: Spreader) -> Iterator[None]:
    """Let something else do what is spread inside the block, such as the task runner of a flow."""
    before = _elsewhere.set(spreader)
    try:
        yield
    finally:
        _elsewhere.reset(before)


def processors() -> int:
    """Count the processors that this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def done_anyhow(result: Callable[[], Done], function: Callable[[Job], Done], job: Job) -> Done:
    """Give the result of a job that was done elsewhere; one that failed there is done again here."""
    try:
        return result()
    except Exception:
        return function(job)


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Start workers, and let none of them outlive the block: what waits is given up when the block fails."""
    with one_thread_each():
        pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=begin)
        try:
            yield pool
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Let packages in processes that are started inside the block use one thread; what somebody set already stays."""
    added = {name: value for name, value in _ONE_THREAD.items() if name not in os.environ}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            del os.environ[name]


def begin() -> None:
    """Leave the keyboard to the process that waits for this one, and end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
