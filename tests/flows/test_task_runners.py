"""Jobs as tasks of Prefect: the same results in the same order, and nothing of a job on the server."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from typing import Any

import pytest
from side_by_side import JOBS, refused, squared

from pipelines.errors import DisclosureError, SettingsError
from pipelines.fan_out import LOCAL, RUNNERS, FanOut
from pipelines.workers import spread

SECRET = 7_412_589_630


def in_a_flow(runner: str, function: Any, jobs: Any) -> list[Any]:
    """Spread jobs inside a flow, as one that publishes does."""
    from prefect import flow

    from pipelines.task_runners import side_by_side

    @flow(name="spreading", persist_result=False)
    def spreading() -> list[Any]:
        with side_by_side(FanOut(2, runner, "")):
            return spread(function, jobs, workers=2)

    return spreading()


def tasks() -> list[Any]:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.sorting import TaskRunSort

    with get_client(sync_client=True) as client:
        return client.read_task_runs(sort=TaskRunSort.EXPECTED_START_TIME_DESC)


def installed(runner: str) -> Any:
    here = runner == LOCAL or find_spec(f"prefect_{runner}") is not None
    needs = [pytest.mark.slow, pytest.mark.skipif(not here, reason=f"needs the extra {runner}")]
    return pytest.param(runner, marks=[] if runner == LOCAL else needs)


@pytest.mark.parametrize("runner", [installed(runner) for runner in RUNNERS])
def test_jobs_are_done_elsewhere_and_come_back_in_order(runner: str, monkeypatch: pytest.MonkeyPatch):
    # A worker of Ray is no child of this process, and has to find the function of this test.
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    done = in_a_flow(runner, squared, JOBS)
    assert [result for result, _ in done] == [number * number for number in JOBS]
    assert os.getpid() not in {process for _, process in done}
    assert len({process for _, process in done}) <= 2


@pytest.mark.slow
def test_the_first_failure_is_told_as_if_there_were_no_workers():
    with pytest.raises(DisclosureError, match=r"^Job 2 cannot be released\.$"):
        in_a_flow(LOCAL, refused, JOBS)


@pytest.mark.slow
def test_the_server_knows_that_there_were_jobs_and_nothing_of_them():
    assert in_a_flow(LOCAL, abs, [SECRET] * 16) == [SECRET] * 16
    known = [task for task in tasks() if task.name.startswith("abs ")]
    assert {task.name for task in known} == {f"abs {number} of 16" for number in range(1, 17)}
    assert str(SECRET) not in "".join(task.model_dump_json() for task in known)


@pytest.mark.parametrize("runner", [each for each in RUNNERS if each != LOCAL and not find_spec(f"prefect_{each}")])
def test_a_runner_that_is_not_installed_is_refused_before_anything_is_begun(runner: str):
    with pytest.raises(SettingsError, match=rf"caseload\[{runner}\]"):
        in_a_flow(runner, squared, JOBS)
