"""Quarters and publication periods: how they are written, counted and compared."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.periods import Period, Quarter


def test_periods_in_words_and_as_folders() -> None:
    assert Period.parse("2026-Q3").label == "July to September 2026"
    assert Period.parse("2022-Q2_2023-Q4").label == "April 2022 to December 2023"
    assert [str(Period.parse(text)) for text in ("2026-Q3", "2026-Q3_2026-Q3")] == ["2026-Q3", "2026-Q3"]


@pytest.mark.parametrize(
    "text", ["2026", "2026-Q5", "2026-Q3_2026-Q1", "Q3-2026", "2026-Q3_", "_2026-Q3", "2026-Q3\n", ""]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"period|quarter"):
        Period.parse(text)


def test_quarters_count_over_the_turn_of_a_year() -> None:
    assert [str(quarter) for quarter in Period.parse("2025-Q4_2026-Q2").quarters] == ["2025-Q4", "2026-Q1", "2026-Q2"]
    assert str(Quarter(2026, 1).after(-1)) == "2025-Q4"
    assert (Quarter(2024, 1).first_day, Quarter(2024, 1).last_day) == (date(2024, 1, 1), date(2024, 3, 31))
    assert Quarter.of(date(2026, 12, 31)) == Quarter(2026, 4)


@pytest.mark.parametrize(
    ("one", "other", "do_overlap"),
    [
        ("2026-Q1_2026-Q3", "2026-Q3", True),
        ("2026-Q1_2026-Q2", "2026-Q3", False),
        ("2026-Q3", "2026-Q3", True),
        ("2025-Q1_2026-Q4", "2026-Q2_2026-Q3", True),
    ],
)
def test_periods_overlap_when_they_share_a_quarter(one: str, other: str, do_overlap: bool) -> None:
    assert Period.parse(one).overlaps(Period.parse(other)) is do_overlap
    assert Period.parse(other).overlaps(Period.parse(one)) is do_overlap
