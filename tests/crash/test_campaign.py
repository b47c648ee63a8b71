"""A run may be stopped at any moment, in any way: the next one finishes it, with the same bytes.

Each test is a campaign of `campaign.py` in a process of its own; what every trial of it asserts stands in `scene.py`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CAMPAIGN = Path(__file__).with_name("campaign.py")
IS_LINUX = sys.platform == "linux"
pytestmark = pytest.mark.skipif(not IS_LINUX, reason="processes are copied, which only Linux does safely here")


def campaign(*arguments: str) -> str:
    done = subprocess.run([sys.executable, str(CAMPAIGN), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()[-1]


@pytest.mark.slow
def test_a_run_killed_where_it_matters_is_finished_by_the_next() -> None:
    assert campaign("writes", "6", "--moments", "--shards", "6", "--shard", "4").startswith("writes: 1 trials")


@pytest.mark.slow
def test_a_command_killed_at_a_random_moment_is_finished_by_the_next() -> None:
    assert campaign("kills", "1", "--real", "--seed", str(os.getpid())).startswith("kills: 1 trials")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        ("kills", ["200"]),
        ("kills", ["20", "--real"]),
        ("writes", ["1000"]),
        ("full", ["60"]),
        ("locked", ["60"]),
        ("refused", ["60"]),
        ("limits", ["18", "--step", "2048"]),
    ],
)
def test_a_run_stopped_in_every_way_is_finished_by_the_next(kind: str, arguments: list[str]) -> None:
    assert "every one finished by the next run" in campaign(kind, *arguments)


@pytest.mark.slow
@pytest.mark.skipif(not IS_LINUX or os.geteuid() != 0, reason="only an administrator may mount a small disk")
def test_a_run_on_a_disk_that_is_really_full_is_finished_once_there_is_room() -> None:
    assert "every one finished by the next run" in campaign("disks", "12", "--step", "4096")
