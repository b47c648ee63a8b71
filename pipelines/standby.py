"""Processes that stand by for the length of a command, with the packages they will need already loaded.

Answers "who can do a job right now". To start a process and to load Great Expectations, a typesetter and a plotting
library takes longer than to read eighty small files or to make two briefs. Where it happens at the beginning, beside
what the command does itself, a machine with two processors needs little more than half the time.

A job done here or there gives the same result, so nothing depends on whether anybody stands by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from importlib import import_module
from typing import TypeVar

from pipelines import machine
from pipelines.starting import one_thread_each, pool_of, processors

Job = TypeVar("Job")
Done = TypeVar("Done")


class Standby:
    """Some processes, one job at a time for each of them.

    The first of them checks data, because the package that does takes longest to load.
    """

    def __init__(self, pools: Sequence[ProcessPoolExecutor], later: Sequence[str]) -> None:
        self._pools = pools
        self._later = tuple(later)

    def __len__(self) -> int:
        """Count the processes."""
        return len(self._pools)

    def load(self, loaders: Sequence[str], *, number: int) -> None:
        """Let a process load packages as soon as it has nothing else to do.

        Args:
            loaders: modules, each alone or with a function without arguments to call, as `module:name`.
            number: of the process.
        """
        self._give(number, _load, tuple(loaders))

    def do(self, function: Callable[[Job], Done], job: Job, *, number: int) -> Done:
        """Have a job done by a process, after what it does now.

        Raises:
            Exception: whatever the function raises, or the loss of the process.
        """
        return self._give(number, function, job).result()

    def by_the_first(self, function: Callable[[Job], Done], job: Job) -> Done:
        """Have a job done by the first process, after what it does now; all load the rest then, and this one meanwhile.

        Raises:
            Exception: whatever the function raises, or the loss of the process.
        """
        done = self._give(0, function, job)
        later, self._later = self._later, ()
        for number in range(len(self) if later else 0):
            self.load(later, number=number)
        _load(later)
        return done.result()

    def _give(self, number: int, function: Callable[[Job], Done], job: Job) -> Future[Done]:
        return self._pools[number].submit(function, job)


_standing: ContextVar[Standby | None] = ContextVar("standing", default=None)


def standing() -> Standby | None:
    """Give those who stand by now; None outside a block of `standing_by`."""
    return _standing.get()


@contextmanager
def standing_by(*, workers: int, n_bytes: int) -> Iterator[None]:
    """Let processes stand by while the block lasts, where there are processors for them and enough to do.

    Args:
        workers: the most processes that may be at work, this one included; 0 means one for each processor.
        n_bytes: how many bytes of files there are to read: with little to read they would not pay.
    """
    decided = machine.decided("standing_by")
    most = min((workers or processors()) - 1, int(decided["most"]))
    if most < 1 or n_bytes < int(decided["least_bytes"]):
        yield
        return
    with one_thread_each():
        pools = [pool_of(1) for _ in range(most)]
        ready = Standby(pools, decided["later"])
        for number in range(most):
            ready.load([*(decided["first"] if number == 0 else []), *decided["all"]], number=number)
    before = _standing.set(ready)
    try:
        yield
    finally:
        _standing.reset(before)
        for pool in pools:
            pool.shutdown(cancel_futures=True)


def by_the_first(function: Callable[[Job], Done], job: Job) -> Done:
    """Have a job done by whoever is prepared for the checking of data; here, if nobody stands by or it fails there.

    Args:
        function: of a module, so that another process finds it; the same job always gives the same result.
        job: what can be sent to another process.
    Raises:
        Exception: whatever the function raises here.
    """
    ready = standing()
    if ready is not None:
        with suppress(Exception):
            return ready.by_the_first(function, job)
    return function(job)


def _load(loaders: Sequence[str]) -> None:
    for loader in loaders:
        module, _, name = loader.partition(":")
        loaded = import_module(module)
        if name:
            getattr(loaded, name)()
