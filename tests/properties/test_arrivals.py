"""Whatever comes and in whichever order: what is brought up to date is what a build from nothing makes."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from arriving import (
    contents,
    correct,
    from_nothing,
    last_published,
    send_later_versions,
    take_away_files,
    take_away_published,
)
from conftest import Demo

from pipelines import freezing, models, warehouse
from pipelines.periods import Quarter

EVERYDAY, ALL = 1, 12


def arrivals(database: Path, seed: int) -> list[Callable[[], None]]:
    """Take files and a published quarter away; gives what brings them, and other things that happen, in any order."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    with warehouse.connect(database) as connection:
        told = connection.execute("select quarter from raw.published_quarters order by 1 desc limit 3").fetchall()
    quarter = chance.choice([quarter for (quarter,) in told])
    steps = [chance.choice([_publish_otherwise, _publish_as_counted])(database, quarter)]
    steps += [take_away_files(database, chance.choice([1, 2, 3]), seed + number) for number in range(2)]
    steps += [partial(send_later_versions, database, seed + number) for number in range(2)]
    steps += [partial(correct, database, chance.randrange(40, 400)) for _ in range(2)]
    chance.shuffle(steps)
    return steps


def _publish_otherwise(database: Path, quarter: str) -> Callable[[], None]:
    return take_away_published(database, quarter, share_kept=0.9)


def _publish_as_counted(database: Path, quarter: str) -> Callable[[], None]:
    last = last_published(database)
    freezing.thaw_later(database, str(Quarter.parse(quarter).after(-1)))
    return partial(freezing.freeze, database, Quarter.parse(last))


@pytest.mark.parametrize(
    "seed", [*range(EVERYDAY), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(EVERYDAY, ALL))]
)
def test_what_is_brought_up_to_date_is_what_a_build_from_nothing_makes(
    demo_workspace: Demo, tmp_path: Path, seed: int
) -> None:  # fmt: skip
    database = Path(shutil.copyfile(demo_workspace.workspace.database, tmp_path / "built.duckdb"))
    steps = arrivals(database, seed)
    models.build(database)
    for step in steps:
        step()
        models.build(database)
        assert contents(database) == from_nothing(database)
