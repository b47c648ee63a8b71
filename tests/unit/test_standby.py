"""Processes that stand by: they take part, they change no result, and they are gone afterwards."""

from __future__ import annotations

import gc
import os
from multiprocessing import active_children

import pytest
from side_by_side import JOBS, faulty, lost, refused, slept, squared

from pipelines import standby
from pipelines.errors import DisclosureError
from pipelines.inbox import bytes_in
from pipelines.publish.charts import charts_of
from pipelines.publish.drawing import draw
from pipelines.standby import by_the_first, standing, standing_by
from pipelines.workers import in_turn, spread
from tests.rounded import rounded_brief

MUCH = 10**9


def first_threshold(_: int) -> int:
    return gc.get_threshold()[0]


@pytest.mark.parametrize(("workers", "n_bytes"), [(1, MUCH), (2, 1000)])
def test_nobody_stands_by_where_it_is_not_wanted_or_would_not_pay(workers, n_bytes):
    with standing_by(workers=workers, n_bytes=n_bytes):
        assert standing() is None
        assert active_children() == []


def test_without_anybody_a_job_is_done_here():
    assert standing() is None
    assert by_the_first(squared, 15)[1] == os.getpid()


@pytest.fixture(scope="module")
def beside():
    """One process stands by, with all that it loads at the beginning."""
    with standing_by(workers=2, n_bytes=MUCH):
        ready = standing()
        wait_for(ready)
        yield ready
    assert active_children() == []


@pytest.mark.usefixtures("beside")
def test_jobs_are_shared_with_those_who_stand_by_and_come_back_in_order():
    done = spread(squared, JOBS)
    assert [result for result, _ in done] == [number * number for number in JOBS]
    processes = {process for _, process in done}
    assert os.getpid() in processes
    assert len(processes) == 2


@pytest.mark.usefixtures("beside")
def test_two_jobs_are_enough_for_them():
    assert len({process for _, process in spread(squared, JOBS[:2])}) == 2


def test_those_who_stand_by_go_through_their_objects_as_seldom_as_the_command(beside):
    assert beside.do(first_threshold, 0, number=0) == gc.get_threshold()[0] > 700


@pytest.mark.usefixtures("beside")
def test_nobody_waits_while_there_is_a_job_left():
    """Whoever does the second job, which takes longest, does none of those that come after it."""
    done = spread(slept, [0.0, 1.0, 0.0, 0.0, 0.0])
    assert done[1] not in done[2:]


@pytest.mark.usefixtures("beside")
def test_results_are_given_as_they_are_asked_for():
    given = in_turn(squared, JOBS, workers=2)
    assert next(given)[0] == 0
    given.close()


@pytest.mark.usefixtures("beside")
@pytest.mark.parametrize(("job", "error"), [(refused, DisclosureError), (faulty, ZeroDivisionError)])
def test_the_first_failure_is_told_as_if_nobody_stood_by(job, error):
    with pytest.raises(error) as found:
        spread(job, JOBS)
    with pytest.raises(error) as alone:
        [job(number) for number in JOBS]
    assert str(found.value) == str(alone.value)


@pytest.mark.usefixtures("beside")
def test_one_job_is_done_by_the_process_that_is_prepared_for_it():
    assert by_the_first(squared, 15)[1] != os.getpid()
    with pytest.raises(DisclosureError, match=r"^Job 2 cannot be released\.$"):
        by_the_first(refused, 2)


def test_charts_reach_them_with_all_their_words(beside):
    for spec in charts_of(rounded_brief()):
        assert beside.do(draw, spec, number=0) == draw(spec)


def test_what_a_lost_process_had_is_done_here_and_so_is_what_comes_after():
    """Also where it is lost while it still loads."""
    with standing_by(workers=2, n_bytes=MUCH):
        assert by_the_first(lost, 3) == 3
        assert spread(lost, JOBS) == list(JOBS)
        assert by_the_first(squared, 3)[1] == os.getpid()


@pytest.mark.usefixtures("beside")
def test_what_is_loaded_is_there():
    """Names in the data file are those of modules and functions that exist."""
    decided = standby.machine.decided("standing_by")
    standby._load([*decided["all"], *decided["later"]])
    with pytest.raises(ModuleNotFoundError):
        standby._load(["pipelines.no_such_module"])


def test_the_size_of_an_inbox_counts_its_files(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.csv").write_bytes(b"12345")
    (tmp_path / "loose.csv").write_bytes(b"1")
    assert bytes_in(tmp_path) == 5
    assert bytes_in(tmp_path / "none") == 0


def wait_for(beside):
    """Wait until the process has loaded what it loads first."""
    beside.do(squared, 15, number=0)
