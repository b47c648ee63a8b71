"""The report inside: which groups wait longer within centres, and which because of the centres they go to."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from pipelines.analysis.waits import COLUMNS, compare_waits, curves_of

LABELS = {"SLOW": "People who wait", "ELSEWHERE": "People of a slow centre", "ALIKE": "Others", "FEW": "Dual nationals"}
DAYS = {"fast": 30, "slow": 90}


def rows(group: str, membership: str, centre: str, n: int, *, times: float = 1.0) -> pl.DataFrame:
    """Give clients whose waiting is spread evenly over what is expected; a third are followed for 60 days."""
    waited = np.ceil(-np.log1p(-(np.arange(n) + 0.5) / n) * DAYS[centre] * times).astype(int)
    is_cut = (np.arange(n) % 3 == 0) & (waited > 60)
    told = {"days_waited": np.where(is_cut, 60, waited), "has_outcome": ~is_cut}
    whose = {"centre_id": centre, "group_code": group, "membership_code": membership, "n": 1}
    return pl.DataFrame(told).with_columns(**{name: pl.lit(value) for name, value in whose.items()})


@pytest.fixture(scope="module")
def waits() -> pl.DataFrame:
    others = [("fast", 400), ("slow", 100)]
    members = {
        "SLOW": [rows("SLOW", "Y", "fast", 80, times=2.5), rows("SLOW", "Y", "slow", 20, times=2.5)],
        "ELSEWHERE": [rows("ELSEWHERE", "Y", "fast", 20), rows("ELSEWHERE", "Y", "slow", 80)],
        "ALIKE": [rows("ALIKE", "Y", "fast", 80), rows("ALIKE", "Y", "slow", 20)],
        "FEW": [rows("FEW", "Y", "fast", 3)],
    }
    frames = [frame for own in members.values() for frame in own]
    frames += [rows(group, "N", centre, n) for group in members for centre, n in others]
    return pl.concat([*frames, *(rows("_T", "Y", centre, n) for centre, n in others)])


def test_each_group_has_the_verdict_that_was_made(waits: pl.DataFrame):
    told = compare_waits(waits, LABELS)
    assert dict(told.select("group_code", "verdict").iter_rows()) == {
        "_T": None, "SLOW": "waits_longer", "ELSEWHERE": "about_the_centre", "ALIKE": "no_difference",
        "FEW": "too_few_to_say",
    }  # fmt: skip
    assert told.columns == list(COLUMNS)


def test_a_verdict_is_told_in_words_without_a_figure(waits: pl.DataFrame):
    told = dict(compare_waits(waits, LABELS).select("group_code", "statement").iter_rows())
    assert told["SLOW"] == "People who wait wait longer for an outcome than other clients of the same centres."
    assert told["FEW"] == "Too few outcomes of dual nationals are known to compare how long they wait."


def test_the_median_and_the_share_in_time_are_those_of_the_curve(waits: pl.DataFrame):
    everybody = compare_waits(waits, LABELS).row(0, named=True)
    curve = curves_of(waits).filter(group_code="_T")
    assert everybody["median_days"] == curve.filter(pl.col("share_waiting") <= 0.5)["days"].min()
    last = curve.filter(pl.col("days") <= 55).row(-1, named=True)
    assert everybody["share_in_time"] == pytest.approx(1 - last["share_waiting"])


def test_nobody_who_waited_gives_empty_tables(waits: pl.DataFrame):
    nobody = waits.clear()
    assert compare_waits(nobody, LABELS).is_empty()
    assert curves_of(nobody).is_empty()
