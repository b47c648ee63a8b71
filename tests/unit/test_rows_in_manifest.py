"""The row accounting in a manifest: rounded like every count, and it still adds up."""

from __future__ import annotations

import random

import pytest

from pipelines.disclosure.rounded import round_rows
from tests.properties.caseloads import KEY

STATES = ("accepted", "quarantined", "superseded", "duplicate", "ignored")


def accounting(*rows: int, base: int = 5, key: str = KEY) -> dict[str, int]:
    return round_rows({"rows_read": sum(rows), **dict(zip(STATES, rows, strict=True))}, base=base, key=key)


@pytest.mark.parametrize("seed", range(20))
def test_every_number_is_near_and_they_add_up(seed: int):
    draw = random.Random(seed)  # noqa: S311 - invented numbers
    rows = [draw.choice((0, 1, 3, 9, 47, 503, draw.randrange(5000))) for _ in STATES]
    found = accounting(*rows)
    assert list(found) == ["rows_read", *STATES]
    assert found["rows_read"] == sum(found[state] for state in STATES)
    for name, n in zip(found, [sum(rows), *rows], strict=True):
        assert found[name] % 5 == 0
        assert abs(found[name] - n) < 5


def test_multiples_and_nothing_stay_as_they_are():
    assert accounting(500, 40, 30, 0, 25) == {
        "rows_read": 595, "accepted": 500, "quarantined": 40, "superseded": 30, "duplicate": 0, "ignored": 25,
    }  # fmt: skip


def test_a_larger_base_rounds_more():
    assert all(n % 10 == 0 for n in accounting(503, 41, 37, 2, 26, base=10).values())


def test_the_same_key_rounds_alike_and_another_may_not():
    first = accounting(503, 41, 37, 2, 26)
    assert all(accounting(503, 41, 37, 2, 26) == first for _ in range(5))
    others = [accounting(503, 41, 37, 2, 26, key=f"{number:064x}") for number in range(20)]
    assert any(other != first for other in others)
