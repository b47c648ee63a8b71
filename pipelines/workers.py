"""Work that falls into equal parts, done side by side: one process for each processor.

Answers "how is one function called many times at once". Processes are started afresh and inherit the environment alone,
since DuckDB and Polars have threads that a copied process would lack. Results come in the order of the jobs, so that
nothing depends on which was done first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Semaphore, Thread
from typing import Any, TypeVar

from pipelines import machine
from pipelines.standby import Standby, standing
from pipelines.starting import one_thread_each, pool_of, processors

# Results that wait for their turn, for each who does jobs: enough that nobody is idle while one takes long.
AHEAD_EACH = int(machine.decided("standing_by")["ahead_each"])
Job = TypeVar("Job")
Done = TypeVar("Done")


@dataclass(frozen=True, eq=False)
class Jobs:
    """Jobs to be done somewhere else.

    `most` may be under way at once; whether they may leave this machine, `may_leave` tells.
    """

    function: Callable[[Any], Any]
    jobs: Sequence[Any] = field(repr=False)
    most: int
    may_leave: bool


# Gives results in the order of the jobs, as they are asked for.
Spreader = Callable[[Jobs], Iterator[Any]]
_elsewhere: ContextVar[Spreader | None] = ContextVar("elsewhere", default=None)


def spread(
    function: Callable[[Job], Done], jobs: Sequence[Job], *, workers: int = 0, parts: int = 1
) -> list[Done]:  # fmt: skip
    """Call a function for every job, in several processes where that is faster.

    A job that fails elsewhere is done again here, so that its failure is told as if there were no workers. Inside a
    block of `through`, its spreader does them instead.

    Args:
        function: of a module, so that another process finds it; the same job always gives the same result.
        jobs: what can be sent to another process.
        workers: the most processes there may be; 0 means as many as this process may use processors.
        parts: how many jobs the work on one brief falls into.
    Returns:
        One result for each job, in their order.
    Raises:
        Exception: whatever the function raises for the first of the jobs that fail; the others are given up.
    """
    least = max(parts, 1) * int(machine.decided("processes")["least_jobs_each"])
    fresh = min(workers or processors(), len(jobs) // least)
    return list(in_turn(function, jobs, workers=useful(len(jobs), fresh)))


def useful(n_jobs: int, fresh: int) -> int:
    """Say how many processes are worth having for so many jobs, this one included.

    Args:
        n_jobs: how many there are.
        fresh: how many it would be worth to start for them.
    Returns:
        Those who stand by anyhow, unless more are worth being started.
    """
    ready = standing()
    return fresh if ready is None or fresh > len(ready) + 1 else min(len(ready) + 1, n_jobs)


def at_hand() -> int:
    """Count the processes that can do jobs side by side without being started for them, this one included."""
    ready = standing()
    return 1 if ready is None or _elsewhere.get() else len(ready) + 1


def in_turn(
    function: Callable[[Job], Done], jobs: Sequence[Job], *, workers: int, may_leave: bool = True
) -> Generator[Done]:  # fmt: skip
    """Call a function for every job in so many processes, and give each result when it is asked for.

    No more than two jobs for each worker are ahead of what was asked for, so memory is bounded.

    Args:
        function: as for `spread`.
        jobs: as for `spread`.
        workers: how many processes; with 1 or none, jobs are done here.
        may_leave: False keeps jobs on this machine, whatever `through` says.
    Returns:
        One result for each job, in their order.
    Raises:
        Exception: as for `spread`.
    """
    spreader = _elsewhere.get()
    if workers <= 1:
        yield from map(function, jobs)
    elif spreader:
        yield from spreader(Jobs(function, jobs, workers, may_leave))
    elif (ready := standing()) is not None and workers <= len(ready) + 1:
        yield from _beside(ready, function, jobs)
    else:
        with _pool(workers) as pool:
            yield from some_at_once(lambda _, job: pool.submit(function, job).result, function, jobs, most=2 * workers)


def some_at_once(
    begin: Callable[[int, Job], Callable[[], Done]], function: Callable[[Job], Done], jobs: Sequence[Job], *, most: int
) -> Iterator[Done]:
    """Begin jobs elsewhere, so many at once, and give their results in order.

    Args:
        begin: called with the number of a job and the job; gives what waits for its result.
        function: does a job here that failed elsewhere.
        jobs: all of them.
        most: the most that may be under way.
    Returns:
        One result for each job.
    """
    waiting: deque[tuple[Callable[[], Done] | None, Job]] = deque()
    for number, job in enumerate(jobs, start=1):
        if len(waiting) == most:
            yield _done_anyhow(*waiting.popleft(), function)
        waiting.append((_begun(begin, number, job), job))
    while waiting:
        yield _done_anyhow(*waiting.popleft(), function)


def _beside(ready: Standby, function: Callable[[Job], Done], jobs: Sequence[Job]) -> Iterator[Done]:
    """Let those who stand by do jobs while others are done here: whoever is free takes the next one."""
    shared = _Shared(jobs, most_ahead=AHEAD_EACH * (len(ready) + 1))
    threads = [Thread(target=_have_done, args=(ready, number, function, shared)) for number in range(len(ready))]
    for thread in threads:
        thread.start()
    try:
        for number, job in enumerate(jobs):
            while not shared.is_done(number) and (taken := shared.take()) is not None:
                shared.settle(taken, function)
            yield _done_anyhow(shared.given[number].result, job, function)
            shared.ahead.release()
    finally:
        shared.stop()
        for thread in threads:
            thread.join()


def _have_done(ready: Standby, number: int, function: Callable[[Any], Any], shared: _Shared) -> None:
    """Have one process do jobs as long as there are any."""
    while (taken := shared.take(wait=True)) is not None:
        shared.settle(taken, lambda job: ready.do(function, job, number=number))


class _Shared:
    """Jobs that several do, and their results in the order of the jobs; so many may be ahead of what was asked for."""

    def __init__(self, jobs: Sequence[Any], *, most_ahead: int) -> None:
        self.given: list[Future[Any]] = [Future() for _ in jobs]
        self.ahead = Semaphore(most_ahead)
        self._jobs = jobs
        self._left = deque(range(len(jobs)))

    def take(self, *, wait: bool = False) -> int | None:
        """Take the next job, as its number; None where none is left, or none may be begun yet."""
        if not self.ahead.acquire(blocking=wait):
            return None
        try:
            return self._left.popleft()
        except IndexError:
            self.ahead.release()
            return None

    def settle(self, number: int, function: Callable[[Any], Any]) -> None:
        """Do a job and keep what came of it; a failure is told when its turn comes."""
        try:
            self.given[number].set_result(function(self._jobs[number]))
        except Exception as failure:
            self.given[number].set_exception(failure)

    def is_done(self, number: int) -> bool:
        """Tell whether a job has a result, or failed."""
        return self.given[number].done()

    def stop(self) -> None:
        """Leave no job to take, and let whoever waits see it."""
        self._left.clear()
        for _ in self.given:
            self.ahead.release()


@contextmanager
def through(spreader: Spreader) -> Iterator[None]:
    """Let something else do what is spread inside the block, such as the task runner of a flow."""
    before = _elsewhere.set(spreader)
    try:
        yield
    finally:
        _elsewhere.reset(before)


def _begun(begin: Callable[[int, Job], Callable[[], Done]], number: int, job: Job) -> Callable[[], Done] | None:
    """Begin a job elsewhere; None where nothing more can be begun, as when a worker was lost."""
    try:
        return begin(number, job)
    except Exception:
        return None


def _done_anyhow(result: Callable[[], Done] | None, job: Job, function: Callable[[Job], Done]) -> Done:
    """Give the result of a job that was begun elsewhere; one that failed there is done again here."""
    if result is not None:
        with suppress(Exception):
            return result()
    return function(job)


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Start workers, and let none of them outlive the block: what waits is given up when the block fails."""
    with one_thread_each():
        pool = pool_of(workers)
        try:
            yield pool
        finally:
            pool.shutdown(cancel_futures=True)
