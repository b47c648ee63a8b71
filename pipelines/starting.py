"""How a further process of this machine is started, and how it ends.

Answers "how many processes are worth having, and what must each of them heed". Whatever starts one uses this, so that
none takes the keyboard, none fights the others for processors, and none outlives the process that wanted it.
"""

from __future__ import annotations

import atexit
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from threading import Thread

from pipelines.collecting import collect_seldom

# Each worker has a processor of its own, so the packages inside it need no threads beside it.
_ONE_THREAD = {"POLARS_MAX_THREADS": "1", "RAYON_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def processors() -> int:
    """Count the processors that this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def pool_of(workers: int) -> ProcessPoolExecutor:
    """Give so many processes, started afresh when first wanted: a copied one would lack the threads of packages."""
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=begin)


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
    """Leave the keyboard to the process that waits for this one, end with it, and end at once when it is told to.

    Taking Great Expectations and its like down piece by piece takes a second, and whoever shuts the process down waits
    for that. All it did was handed back by then.
    """
    collect_seldom()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    atexit.register(os._exit, 0)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
