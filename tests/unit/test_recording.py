"""Recording quality: four kinds of missing kept apart, and a field that is left empty more often is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from core_cases import cases, quarters, write_core
from polars.testing import assert_frame_equal

from pipelines.analysis.change_rules import rules
from pipelines.analysis.recording import SCHEMA, read_recording, recording_of
from pipelines.statistics.intervals import wilson

KINDS = ("n_refused", "n_not_asked", "n_not_recorded", "n_not_collected", "n_not_recognised")


def counts(known: list[tuple[int, int]], *, source: str = "one", field: str = "age", **more: int) -> pl.DataFrame:
    """Give counts of one source and field: cases and known ones of each quarter up to the last."""
    rows = []
    for quarter, (n, n_known) in zip(quarters(len(known)), known, strict=True):
        told = {"source_id": source, "quarter": quarter, "field": field, "unit": "cases", "n": n, "n_known": n_known}
        missing = dict.fromkeys(KINDS, 0) | {"n_not_recorded": n - n_known} | more
        rows.append(told | missing | {"n_could_show": 0})
    return pl.DataFrame(rows)


def newest(frame: pl.DataFrame, field: str = "age", quarter: str = "2026-Q3", source: str = "one") -> dict[str, Any]:
    is_row = (pl.col("field") == field) & (pl.col("quarter") == quarter) & (pl.col("source_id") == source)
    return frame.row(by_predicate=is_row, named=True)


@pytest.mark.parametrize(
    ("known", "verdict"),
    [
        ([(100, 90), (100, 92), (100, 60)], "fallen"),
        ([(100, 90), (100, 92), (100, 88)], "as_before"),
        ([(100, 60), (100, 60), (100, 95)], "as_before"),
        ([(400, 30), (400, 28), (400, 0)], "fallen"),
        ([(20_000, 18_000), (20_000, 17_500)], "as_before"),
        ([(100, 90), (12, 1)], "too_few_to_say"),
        ([(12, 12), (100, 1)], "too_few_to_say"),
        ([(100, 10)], "first_seen"),
    ],
)
def test_the_verdict_of_the_newest_quarter(known: list[tuple[int, int]], verdict: str):
    frame = recording_of(counts(known))
    assert newest(frame)["verdict"] == verdict
    assert frame["verdict"].null_count() == frame.height - 1
    assert verdict in rules().verdicts["recording"]


def test_a_source_without_the_field_has_no_share():
    found = newest(recording_of(counts([(50, 0), (50, 0)], n_not_recorded=0, n_not_collected=50)))
    assert (found["base"], found["share_known"], found["verdict"]) == (0, None, "not_collected")


def test_shares_are_of_those_asked_with_wilson_limits():
    found = newest(recording_of(counts([(100, 81)], n_not_recorded=9, n_not_collected=10)))
    low, high = wilson(81, 90)
    assert (found["base"], found["share_known"]) == (90, 0.9)
    assert (found["share_low"], found["share_high"]) == (pytest.approx(float(low)), pytest.approx(float(high)))


def test_a_source_that_stopped_is_judged_by_its_own_newest_quarter():
    fell = counts([(100, 90), (100, 92), (100, 40)]).with_columns(
        quarter=pl.col("quarter").replace(dict(zip(quarters(3), quarters(3, last="2026-Q1"), strict=True)))
    )
    frame = recording_of(pl.concat([fell, counts([(100, 90)] * 3, source="two")]))
    assert newest(frame, quarter="2026-Q1")["verdict"] == "fallen"


def test_over_many_steady_fields_hardly_any_is_said_to_have_fallen():
    generator = np.random.default_rng(13)
    alarms = 0
    for _ in range(40):
        drawn = generator.binomial(120, 0.8, size=(30, 6))
        frames = [counts([(120, int(x)) for x in row], field=f"f{at}") for at, row in enumerate(drawn)]
        alarms += "fallen" in recording_of(pl.concat(frames))["verdict"].to_list()
    assert alarms <= 5


def test_order_of_rows_does_not_matter():
    both = pl.concat([counts([(100, 90), (100, 60)]), counts([(80, 70), (90, 80)], source="two")])
    assert_frame_equal(recording_of(both.reverse()), recording_of(both))


def test_every_case_is_known_or_missing_in_one_way(tmp_path: Path):
    rows = [
        row for kind in ("refused", "not_asked", "not_recorded", "not_recognised") for row in cases(2, gender_code=kind)
    ]
    rows += cases(5) + cases(3, age_group_code="refused", advice=("not_asked",), nationality_class_code="not_recorded")
    rows += cases(4, advice=("BEN", "not_recognised"), barriers=("NO_ID", "LANGUAGE"))
    frame = read_recording(write_core(tmp_path / "w.duckdb", rows))
    assert frame.schema == pl.Schema(SCHEMA)
    assert frame.select(total=pl.sum_horizontal("n_known", *KINDS) == pl.col("n"))["total"].all()
    assert set(frame["n"]) == {20}
    assert [newest(frame, "gender")[name] for name in ("n_known", *KINDS)] == [12, 2, 2, 2, 0, 2]
    assert (newest(frame, "advice_type")["n_known"], newest(frame, "advice_type")["n_not_asked"]) == (17, 3)
    assert (newest(frame, "barrier")["n_known"], newest(frame, "barrier")["n_not_recorded"]) == (4, 16)
    assert newest(frame, "adviser_level")["verdict"] == "not_collected"


def test_a_second_nationality_could_be_shown_once_a_source_has_shown_one(tmp_path: Path):
    first, second, third = quarters(3)
    rows = cases(30, period=first) + cases(30, period=third)
    rows += cases(29, period=second) + cases(1, period=second, nationality_class_code="DUAL", dual_class_code="EEA_UK")
    rows += [row for quarter in (first, second, third) for row in cases(30, period=quarter, source_id="single")]
    frame = read_recording(write_core(tmp_path / "w.duckdb", rows))
    shown = {quarter: newest(frame, "nationality", quarter)["could_show_second"] for quarter in (first, second, third)}
    assert shown == {first: 0.0, second: 1.0, third: 1.0}
    assert newest(frame, "nationality", source="single")["could_show_second"] == 0.0
    assert newest(frame, "gender")["could_show_second"] is None
