"""Where many equal jobs are done, and how many at once: what a person decided about it.

Answers "how far may a run spread". Read from `[limits]` of `caseload.toml`.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.declarations import Section

LOCAL = "local"
RUNNERS = (LOCAL, "dask", "ray")


@dataclass(frozen=True)
class FanOut:
    """How many jobs may be under way at once, and where flows have them done.

    `workers` is 0 for one per processor; `cluster` is the address of a cluster of the kind of `runner`, empty where one
    is to be started on this machine.
    """

    workers: int
    runner: str
    cluster: str


def read_fan_out(limits: Section) -> FanOut:
    """Take `workers`, `runner` and `cluster` from the limits; problems are noted there."""
    found = FanOut(limits.whole("workers", 0), limits.text("runner"), limits.text("cluster", ""))
    if found.runner not in RUNNERS:
        limits.problem(f"{limits.place}.runner must be one of {', '.join(RUNNERS)}.")
    elif found.runner == LOCAL and found.cluster:
        limits.problem(f'{limits.place}.cluster is the address of a cluster of Dask or Ray, but runner is "{LOCAL}".')
    return found
