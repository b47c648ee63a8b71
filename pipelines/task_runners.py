"""Equal jobs as tasks of Prefect: in processes of this machine, or on a cluster of Dask or Ray.

Answers "where does a flow make many briefs, and how many at once". `workers.spread` decides whether it is worth
while; inside a flow its jobs come here. A job holds figures of people: it goes to the worker that does it and to no
server, and nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from importlib.util import find_spec
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner

from pipelines import workers
from pipelines.errors import SettingsError
from pipelines.fan_out import LOCAL, FanOut
from pipelines.starting import begin, one_thread_each


class Sealed:
    """A job that shows nothing of itself, whoever writes it to a log.

    No dataclass: Prefect and Dask look into these for what else they might wait for, and Dask makes tuples of them.
    """

    def __init__(self, function: Callable[[Any], Any], job: Any) -> None:
        self.function = function
        self.job = job

    def __repr__(self) -> str:
        return f"Sealed({self.function.__name__})"


@task(name="one-of-many", cache_policy=NO_CACHE, persist_result=False)
def one_of_many(sealed: Sealed) -> Any:
    """Do one job."""
    return sealed.function(sealed.job)


@contextmanager
def side_by_side(decided: FanOut) -> Iterator[None]:
    """Hand what is spread inside the block to the task runner that a person chose.

    Raises:
        SettingsError: the package of the runner is not installed; before anything is begun.
    """
    _require(decided.runner)
    with workers.through(partial(_spread, decided)):
        yield


def _require(runner: str) -> None:
    if runner != LOCAL and find_spec(f"prefect_{runner}") is None:
        raise SettingsError(
            f'limits.runner is "{runner}", but its package is not installed. Install it with: '
            f'pip install "caseload[{runner}]". Or set limits.runner to "{LOCAL}".'
        )


def _spread(decided: FanOut, asked: workers.Jobs) -> Iterator[Any]:
    """Do jobs as tasks of Prefect; those that may not leave this machine are done on it, whatever runner was chosen."""
    name, n_jobs = asked.function.__name__.strip("_").replace("_", " "), len(asked.jobs)
    where = decided if asked.may_leave else FanOut(decided.workers, LOCAL, "")
    with one_thread_each(), _runner(where, asked.most) as runner:

        def begin(number: int, job: Any) -> Callable[[], Any]:
            named = one_of_many.with_options(task_run_name=f"{name} {number} of {n_jobs}")
            future: PrefectFuture[Any] = runner.submit(named, {"sealed": Sealed(asked.function, job)})
            return future.result

        yield from workers.some_at_once(begin, asked.function, asked.jobs, most=asked.most)


def _runner(decided: FanOut, most: int) -> AbstractContextManager[TaskRunner[Any]]:
    """Make the task runner; one that stands at an address has its own size, and `most` bounds what it is given."""
    made: TaskRunner[Any]
    if decided.runner == "dask":
        from prefect_dask import DaskTaskRunner

        started = {"n_workers": most, "threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": None}
        made = DaskTaskRunner(address=decided.cluster) if decided.cluster else DaskTaskRunner(cluster_kwargs=started)
    elif decided.runner == "ray":
        from prefect_ray import RayTaskRunner

        started = {"num_cpus": most, "include_dashboard": False}
        made = RayTaskRunner(address=decided.cluster) if decided.cluster else RayTaskRunner(init_kwargs=started)
    else:
        made = ProcessPoolTaskRunner(max_workers=most, initializer=begin)
    return made
