"""Nobody follows from what is hidden: an attacker of its own, let loose on invented sets of linked tables."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pytest

from pipelines.disclosure.suppression import Limits, Pattern, find_pattern
from pipelines.disclosure.system import CellName, LinkedSystem
from pipelines.errors import DisclosureError
from tests.properties.linked_sets import THRESHOLD, TOTAL, Attacker, Case, case


def solve(own: Case, key: str = "key", seconds: float = 30.0) -> Pattern:
    return find_pattern(
        own.system, own.reader, threshold=THRESHOLD, key=key, always_hidden=own.blanks, limits=Limits(seconds=seconds)
    )


def exposed(own: Case, hidden: frozenset[CellName], cells: Iterable[CellName]) -> list[CellName]:
    """List the small counts that a reader pins down, proves to be small, or proves to be there in spite of a blank."""
    attacker, found = Attacker(own, hidden), []
    for name in cells:
        low, high = attacker.interval(name)
        most = own.reader.high.get(name, math.inf)
        if most < THRESHOLD:
            is_exposed = low > 0 or high < min(most, THRESHOLD - 1)
        else:
            is_exposed = high < THRESHOLD or high - low < THRESHOLD - 1
        if is_exposed:
            found.append(name)
    return found


def must_be_safe(own: Case, pattern: Pattern) -> None:
    assert pattern.first == {name for name, n in own.system.counts.items() if 1 <= n < THRESHOLD}
    assert pattern.first | own.blanks <= pattern.hidden
    shown_zeros = {name for name, n in own.system.counts.items() if n == 0} - own.blanks
    assert shown_zeros.isdisjoint(pattern.hidden)
    assert exposed(own, pattern.hidden, sorted(pattern.first - set(pattern.unprotected))) == []


@pytest.mark.parametrize("seed", range(10))
def test_no_small_count_follows_from_linked_tables(seed: int) -> None:
    own = case(seed)
    must_be_safe(own, solve(own))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 430))
def test_no_small_count_follows_from_many_linked_tables(seed: int) -> None:
    own = case(seed)
    pattern = solve(own)
    must_be_safe(own, pattern)
    assert pattern.is_proven


@pytest.mark.parametrize("seed", range(8))
def test_what_is_hidden_for_others_can_vary(seed: int) -> None:
    own = case(seed)
    pattern = solve(own)
    others = pattern.hidden - pattern.first - own.blanks - own.system.unpublished
    attacker = Attacker(own, pattern.hidden)
    assert [name for name in sorted(others) if -attacker.end(name, -1) == attacker.end(name, 1)] == []


@pytest.mark.parametrize("seed", range(16))
def test_a_count_is_called_unprotected_only_where_hiding_everything_would_not_help(seed: int) -> None:
    own = case(seed)
    pattern = solve(own)
    totals = {name for name, n in own.system.counts.items() if set(name.codes) == {TOTAL} and n >= THRESHOLD}
    everything = frozenset(n for n, count in own.system.counts.items() if count or n in own.blanks) - totals
    assert exposed(own, everything, pattern.unprotected) == list(pattern.unprotected)


@pytest.mark.parametrize("seed", range(6))
def test_out_of_time_is_as_safe(seed: int) -> None:
    own = case(seed)
    pattern = solve(own, seconds=0.0)
    must_be_safe(own, pattern)
    assert pattern.loss >= solve(own).bound - 1e-6


@pytest.mark.parametrize("seed", range(6))
def test_the_same_key_gives_the_same_pattern(seed: int) -> None:
    own = case(seed)
    assert solve(own).hidden == solve(own).hidden


def test_different_keys_give_different_patterns() -> None:
    cases = [case(seed) for seed in range(4)]
    assert [solve(own).hidden for own in cases] != [solve(own, key="other").hidden for own in cases]


def test_naive_hiding_is_seen_through() -> None:
    # The attacker must be able to win, or the tests above would say nothing.
    own = case(3)
    small = frozenset(name for name, n in own.system.counts.items() if 1 <= n < THRESHOLD)
    assert exposed(own, small, sorted(small))


@pytest.mark.parametrize("seed", range(5))
def test_a_damaged_count_is_refused(seed: int) -> None:
    own = case(seed)
    name = min(own.system.counts)
    damaged = LinkedSystem({**own.system.counts, name: own.system.counts[name] + 1}, own.system.relations)
    with pytest.raises(DisclosureError):
        solve(Case(damaged, own.reader, own.blanks))
