"""The row accounting in a manifest: small numbers of rows are hidden, and do not follow from other figures."""

from __future__ import annotations

import pytest

from pipelines.disclosure.hiding import protect_row_accounting, provisional_rule

STATES = ("accepted", "quarantined", "superseded", "duplicate", "ignored")


def accounting(*rows: int, n_cases: int | None, threshold: int = 10) -> dict[str, int | None]:
    totals = {"rows_read": sum(rows), **dict(zip(STATES, rows, strict=True))}
    return protect_row_accounting(totals, provisional_rule(threshold), n_cases=n_cases)


def hidden(*rows: int, n_cases: int | None) -> set[str]:
    return {name for name, n in accounting(*rows, n_cases=n_cases).items() if n is None}


def test_large_numbers_and_none_are_shown():
    assert accounting(500, 40, 30, 0, 25, n_cases=500) == {
        "rows_read": 595, "accepted": 500, "quarantined": 40, "superseded": 30, "duplicate": 0, "ignored": 25,
    }  # fmt: skip


def test_a_small_number_takes_another_state_with_it():
    assert hidden(500, 3, 40, 0, 60, n_cases=500) == {"quarantined", "superseded"}


def test_the_accepted_rows_hide_nothing_because_by_period_tells_them():
    """Every accepted row is a case, so with only these two states hidden the total of by_period gives both away."""
    assert hidden(500, 3, 0, 0, 0, n_cases=500) == {"rows_read", *STATES}


def test_a_few_cases_after_the_period_do_not_follow_from_the_accepted_rows():
    assert hidden(503, 40, 30, 0, 25, n_cases=500) == {"accepted", "ignored"}


def test_without_a_total_of_cases_nothing_is_said():
    assert hidden(500, 40, 30, 0, 25, n_cases=None) == {"rows_read", *STATES}


@pytest.mark.parametrize("rows", [(500, 1, 1, 1, 1), (500, 9, 0, 0, 1), (12, 3, 4, 0, 0)])
def test_no_small_number_is_ever_shown(rows: tuple[int, ...]):
    found = accounting(*rows, n_cases=rows[0])
    assert all(n is None or n == 0 or n >= 10 for n in found.values())
