"""The stages of a run: how long each takes, and which one it is in.

Answers "where is the time going" and, of a run that stopped, "how far did it get". Stages are timed where the work is
done; whoever keeps the record of a run watches them from above.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter

UNDER_WAY, DONE, STOPPED = "under way", "done", "stopped"


@dataclass
class Stage:
    """One stage of a run; `state` is `under way`, `done` or `stopped`, and seconds count up to its end."""

    stage: str
    state: str = UNDER_WAY
    seconds: float = 0.0


Notice = Callable[[list[Stage]], None]
_watched: ContextVar[tuple[list[Stage], Notice] | None] = ContextVar("watched", default=None)


@contextmanager
def watched(notice: Notice = lambda _: None) -> Iterator[list[Stage]]:
    """Collect every stage that is timed inside, those that were stopped included.

    Args:
        notice: called with all stages so far whenever one begins or ends.
    """
    stages: list[Stage] = []
    token = _watched.set((stages, notice))
    try:
        yield stages
    finally:
        _watched.reset(token)


@contextmanager
def timed(stage: str, timings: dict[str, float] | None = None) -> Iterator[None]:
    """Tell whoever watches how long a stage takes, and add its seconds to `timings`."""
    began = perf_counter()
    entry = Stage(stage)
    _tell(entry, is_new=True)
    try:
        yield
        entry.state = DONE
    finally:
        entry.seconds = perf_counter() - began
        entry.state = DONE if entry.state == DONE else STOPPED
        if timings is not None:
            timings[stage] = timings.get(stage, 0.0) + entry.seconds
        _tell(entry, is_new=False)


def _tell(entry: Stage, *, is_new: bool) -> None:
    watching = _watched.get()
    if watching:
        stages, notice = watching
        if is_new:
            stages.append(entry)
        notice(stages)
