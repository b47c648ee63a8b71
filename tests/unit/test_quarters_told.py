"""Briefs of different periods repeat the cases of earlier quarters: together they must not tell what one hides."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipelines.editions import Files, place, quarters_told
from pipelines.errors import DisclosureError
from pipelines.periods import Period

HEAD = "period,quarter,unit,n,share,status,provisional"


def files(total: int | None = 500, accounting: int = 0, **quarters: int | None) -> Files:
    told = {"_T": total, **{f"2026-{quarter}": n for quarter, n in quarters.items()}}
    rows = [f"x,{code},cases,{'' if n is None else n},,A,false" for code, n in told.items()]
    return {
        "public": {
            "data/by_period.csv": "\n".join([HEAD, *rows, ""]).encode(),
            "manifest.json": f'{{"published_on": "2026-11-22", "accounting": {accounting}}}'.encode(),
        }
    }


def publish(root: Path, period: str, content: Files) -> int:
    return place(root, Period.parse(period), date(2026, 11, 22), lambda _number, _day: content).number


def test_what_other_periods_tell_is_known(tmp_path: Path):
    publish(tmp_path, "2026-Q2", files(Q1=None, Q2=None))
    publish(tmp_path, "2026-Q3", files(Q1=None, Q2=None, Q3=80))
    assert quarters_told(tmp_path, Period.parse("2026-Q3")) == {"2026-Q1": True, "2026-Q2": True}
    assert quarters_told(tmp_path, Period.parse("2026-Q4")) == {"2026-Q1": True, "2026-Q2": True, "2026-Q3": False}
    assert quarters_told(tmp_path / "none", Period.parse("2026-Q4")) == {}


@pytest.mark.parametrize(
    "later",
    [
        files(Q1=None, Q2=60, Q3=None),
        files(Q1=5, Q2=60, Q3=80),
        files(Q1=None, Q2=None, Q3=None),
    ],
)
def test_another_set_of_hidden_quarters_is_refused(tmp_path: Path, later: Files):
    publish(tmp_path, "2026-Q2", files(Q1=None, Q2=None))
    with pytest.raises(DisclosureError, match="another set of quarters"):
        publish(tmp_path, "2026-Q3", later)
    assert not (tmp_path / "2026-Q3").exists()


def test_an_earlier_period_published_later_is_held_to_the_same(tmp_path: Path):
    publish(tmp_path, "2026-Q3", files(Q1=50, Q2=60, Q3=80))
    with pytest.raises(DisclosureError, match="another set of quarters"):
        publish(tmp_path, "2026-Q2", files(Q1=None, Q2=None))


@pytest.mark.parametrize(
    "later",
    [
        files(Q1=None, Q2=None, Q3=80),
        files(None, Q1=None, Q2=None, Q3=None),
    ],
)
def test_the_same_set_or_a_hidden_total_tells_nothing_more(tmp_path: Path, later: Files):
    publish(tmp_path, "2026-Q2", files(Q1=None, Q2=None))
    assert publish(tmp_path, "2026-Q3", later) == 1


def test_a_quarter_that_was_empty_before_may_be_hidden_now(tmp_path: Path):
    publish(tmp_path, "2026-Q2", files(Q1=0, Q2=60))
    assert publish(tmp_path, "2026-Q3", files(None, Q1=None, Q2=60, Q3=80)) == 1


def test_rows_that_changed_nothing_in_a_brief_make_no_new_edition(tmp_path: Path):
    assert [publish(tmp_path, "2026-Q3", files(Q3=80, accounting=n)) for n in (100, 103)] == [1, 1]
