"""Briefs made side by side: the same results in the same order, failures told as ever, and nobody left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import traceback
from contextlib import suppress
from multiprocessing import active_children
from pathlib import Path

import pytest
import side_by_side
from side_by_side import JOBS, faulty, lost, refused, squared

from pipelines.errors import DisclosureError
from pipelines.workers import spread


def is_running(number: int) -> bool:
    with suppress(ProcessLookupError, FileNotFoundError):
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def wait_until(is_so, *, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not is_so() and time.monotonic() < end:
        time.sleep(0.05)
    return is_so()


def test_many_jobs_are_done_elsewhere_and_come_back_in_order():
    done = spread(squared, JOBS, workers=2)
    assert [result for result, _ in done] == [number * number for number in JOBS]
    assert os.getpid() not in {process for _, process in done}
    assert active_children() == []


@pytest.mark.parametrize(("jobs", "workers"), [(JOBS[:7], 2), (JOBS, 1), ((), 2)])
def test_few_jobs_pay_for_no_worker(jobs, workers):
    assert {process for _, process in spread(squared, jobs, workers=workers)} <= {os.getpid()}


def test_the_first_failure_is_told_and_the_others_are_given_up():
    with pytest.raises(DisclosureError, match=r"^Job 2 cannot be released\.$"):
        spread(refused, JOBS, workers=2)
    assert active_children() == []


def test_a_fault_names_its_own_place_as_if_there_were_no_workers():
    with pytest.raises(ZeroDivisionError) as found:
        spread(faulty, JOBS, workers=2)
    assert Path(traceback.extract_tb(found.value.__traceback__)[-1].filename).name == "side_by_side.py"


def test_what_a_lost_worker_had_is_done_here():
    assert spread(lost, JOBS, workers=2) == list(JOBS)


@pytest.mark.skipif(sys.platform != "linux", reason="reads the table of processes")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_worker_outlives_a_run_that_is_stopped(tmp_path, how):
    root = Path(__file__).resolve().parents[2]
    run = subprocess.Popen(
        [sys.executable, side_by_side.__file__, str(tmp_path)],
        env=os.environ | {"PYTHONPATH": str(root)},
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert wait_until(lambda: len(list(tmp_path.iterdir())) == 2, seconds=60)
    workers = [int(path.name) for path in tmp_path.iterdir()]
    # A keyboard interrupts the workers as well.
    os.killpg(run.pid, how) if how == signal.SIGINT else run.send_signal(how)
    _, said = run.communicate(timeout=60)
    assert wait_until(lambda: not any(map(is_running, workers)), seconds=10)
    assert said.count(b"Traceback") == (1 if how == signal.SIGINT else 0)
