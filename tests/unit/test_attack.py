"""The audit: what it calls exposed is exactly what counting out every possibility shows."""

from __future__ import annotations

import itertools
import random

import pytest

from pipelines.disclosure import attack
from pipelines.disclosure.attack import Exposure, find_exposures
from pipelines.disclosure.system import CellName, LinkedSystem, Relation
from pipelines.errors import DisclosureError

THRESHOLD = 4


def cell(name: str) -> CellName:
    return CellName("table", (name,), "clients")


def one_table(**counts: int) -> LinkedSystem:
    named = {cell(name): n for name, n in counts.items()}
    total = cell("_T")
    return LinkedSystem({**named, total: sum(counts.values())}, (Relation((total,), tuple(named), is_exact=True),))


def attacked(system: LinkedSystem, hidden: str, small: str, threshold: int = THRESHOLD) -> dict[str, tuple[int, int]]:
    found = find_exposures(system, frozenset(map(cell, hidden)), [cell(name) for name in small], threshold=threshold)
    return {exposure.cell.codes[0]: (exposure.low, exposure.high) for exposure in found}


def test_a_count_hidden_alone_is_the_remainder():
    assert attacked(one_table(a=2, b=30, c=40), "a", "a") == {"a": (2, 2)}


def test_a_count_beside_a_large_one_is_safe():
    assert attacked(one_table(a=2, b=30, c=40), "ab", "a") == {}


def test_two_small_counts_that_leave_no_room_are_exposed():
    assert attacked(one_table(a=2, b=2, c=40), "ab", "ab") == {"a": (1, 3), "b": (1, 3)}


def test_a_reader_who_knows_that_nothing_hidden_is_0_learns_that_all_are_1():
    assert attacked(one_table(a=1, b=1, c=1, d=9), "abc", "abc") == dict.fromkeys("abc", (1, 1))


def test_the_room_must_reach_the_threshold():
    """Hidden counts that add up to 4 can be 1 to 3; those that add up to 5 can be 4, the threshold."""
    assert attacked(one_table(a=1, b=3), "ab", "ab") == {"a": (1, 3), "b": (1, 3)}
    assert attacked(one_table(a=1, b=4), "ab", "a") == {}


def test_a_large_count_may_be_narrow_but_not_exact():
    assert attacked(one_table(a=20, b=1, c=1), "ab", "") == {}
    assert attacked(one_table(a=20, b=1, c=1), "a", "") == {"a": (20, 20)}


def test_a_second_table_takes_the_room_away():
    system = one_table(a=2, b=30, c=40)
    twin = Relation((cell("b"),), (cell("shown"),), is_exact=True)
    linked = LinkedSystem(system.counts | {cell("shown"): 30}, (*system.relations, twin))
    assert attacked(linked, "ab", "a") == {"a": (2, 2), "b": (30, 30)}


def test_a_bound_narrows_as_far_as_it_says():
    system = one_table(a=2, b=30, c=40)
    bound = Relation((cell("a"),), (cell("limit"),), is_exact=False)
    linked = LinkedSystem(system.counts | {cell("limit"): 3}, (*system.relations, bound))
    assert attacked(linked, "ab", "a") == {"a": (1, 3)}


def test_counts_without_a_relation_can_be_anything():
    assert attacked(LinkedSystem({cell("a"): 2}, ()), "a", "a") == {}


def test_nothing_hidden_exposes_nothing():
    assert attacked(one_table(a=20, b=30), "", "") == {}


def test_unpublished_counts_need_protection_only_when_small():
    system = one_table(a=12, b=30)
    system = LinkedSystem(system.counts, system.relations, unpublished=frozenset([cell("a")]))
    assert attacked(system, "a", "") == {}
    small = one_table(a=2, b=30)
    assert attacked(LinkedSystem(small.counts, small.relations, frozenset([cell("a")])), "a", "a") == {"a": (2, 2)}


def test_tables_that_contradict_each_other_fail_the_audit():
    system = one_table(a=2, b=30, c=40)
    broken = LinkedSystem({**system.counts, cell("_T"): 3}, system.relations)
    with pytest.raises(DisclosureError, match="could not be solved"):
        attacked(broken, "ab", "a")


def test_an_unsolved_audit_is_a_failed_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(attack, "UNLIMITED", 0.5)
    with pytest.raises(DisclosureError):
        attacked(one_table(a=2, b=30, c=40), "ab", "a")


def test_exposures_are_values_that_cannot_change():
    with pytest.raises(AttributeError):
        Exposure(cell("a"), 1, 2).low = 5  # type: ignore[misc]


@pytest.mark.parametrize("seed", range(30))
def test_the_audit_agrees_with_counting_out_every_possibility(seed: int):
    """Rows and columns of a small two-way system, hidden at random; margins are always shown."""
    rng = random.Random(seed)  # noqa: S311 - an invented table
    rows, columns = "abc", "xyz"
    counts = {CellName("t", (r, c), "clients"): rng.choice((1, 1, 2, 3, 5, 6)) for r in rows for c in columns}
    relations = []
    for place, codes in enumerate((rows, columns)):
        for code in codes:
            inside = tuple(name for name in counts if name.codes[place] == code)
            total = CellName("t", (code,), "total")
            counts_total = sum(counts[name] for name in inside)
            relations.append((total, counts_total, Relation((total,), inside, is_exact=True)))
    system = LinkedSystem(counts | {name: n for name, n, _ in relations}, tuple(row for _, _, row in relations))
    hidden = frozenset(rng.sample(sorted(counts), 4))
    small = sorted(name for name in hidden if counts[name] < THRESHOLD)
    expected = {
        name: span
        for name, span in counted_out(system, sorted(hidden)).items()
        if (span[1] < THRESHOLD or span[1] - span[0] < THRESHOLD - 1 if name in small else span[0] == span[1])
    }
    found = find_exposures(system, hidden, small, threshold=THRESHOLD)
    assert {exposure.cell: (exposure.low, exposure.high) for exposure in found} == expected


def counted_out(system: LinkedSystem, hidden: list[CellName]) -> dict[CellName, tuple[int, int]]:
    possible = []
    for values in itertools.product(range(1, 16), repeat=len(hidden)):
        guess = {**system.counts, **dict(zip(hidden, values, strict=True))}
        if all(guess[row.left[0]] == sum(guess[name] for name in row.right) for row in system.relations):
            possible.append(values)
    return {name: (min(found), max(found)) for name, found in zip(hidden, zip(*possible, strict=True), strict=True)}
