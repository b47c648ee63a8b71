"""Hiding leaves every small count room, tried on whole tables, at the least cost, tried on all patterns."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest

from pipelines.disclosure.suppression import Limits, find_pattern
from pipelines.disclosure.suppression_attack import Move
from pipelines.disclosure.suppression_check import Span, check
from pipelines.disclosure.suppression_grid import Grid, Node, Row, grid_of
from pipelines.disclosure.suppression_master import Effort, Search
from pipelines.disclosure.system import CellName, LinkedSystem
from pipelines.errors import DisclosureError
from tests.small_tables import NOBODY_KNOWS, TOTAL, cell, grid, hide, random_grid


def could_be(system: LinkedSystem, hidden: frozenset[CellName], target: CellName, values: range) -> bool:
    """Try all whole tables near the true one, row after row, that fit what is shown and hold one of these values."""
    size = int(max(name.codes[0] for name in system.counts if name.codes[0] != TOTAL)) + 1
    total = system.counts[cell(TOTAL, TOTAL)]

    def allowed(name: CellName) -> range:
        if name == target:
            return values
        true = system.counts[name]
        return range(max(1, true - 4), true + 5) if name in hidden else range(true, true + 1)

    ceilings = [allowed(cell(TOTAL, str(j))).stop - 1 for j in range(size)]
    reached: set[tuple[int, ...]] = {(0,) * size}
    for i in range(size):
        margin = allowed(cell(str(i), TOTAL))
        ranges = [allowed(cell(str(i), str(j))) for j in range(size)]
        lines = [own for own in compositions(ranges, margin.stop - 1) if sum(own) in margin]
        sums = {tuple(map(sum, zip(before, own, strict=True))) for before in reached for own in lines}
        reached = {s for s in sums if sum(s) <= total and all(n <= most for n, most in zip(s, ceilings, strict=True))}
    columns = [allowed(cell(TOTAL, str(j))) for j in range(size)]
    return any(sum(s) == total and all(n in c for n, c in zip(s, columns, strict=True)) for s in reached)


def is_part(part: CellName, whole: CellName) -> bool:
    return all(code in (own, TOTAL) for own, code in zip(part.codes, whole.codes, strict=True))


def compositions(ranges: list[range], most: int) -> list[tuple[int, ...]]:
    if not ranges:
        return [()]
    first, *rest = ranges
    least = sum(own.start for own in rest)
    head = range(first.start, min(first.stop, most - least + 1))
    return [(n, *tail) for n in head for tail in compositions(rest, most - n)]


@pytest.mark.parametrize("seed", range(12))
def test_every_small_count_of_a_table_could_be_1_and_could_be_5_or_more(seed: int) -> None:
    system = random_grid(seed)
    pattern = hide(system)
    for name in pattern.first - set(pattern.unprotected):
        # A hidden total is at least as much as it has parts, whatever is hidden.
        least = sum(n > 0 for part, n in system.counts.items() if TOTAL not in part.codes and is_part(part, name))
        assert could_be(system, pattern.hidden, name, range(1, least + 1))
        assert could_be(system, pattern.hidden, name, range(max(5, least + 4), 13))


def published_example() -> tuple[Grid, list[list[int]]]:
    """Make the investment of enterprises by activity and region, where 22 is to be hidden."""
    rows = [[20, 50, 10], [8, 19, 22], [17, 32, 12]]
    inner = grid(rows)
    names = [cell(str(i), str(j)) for i in range(3) for j in range(3)]
    counts = [inner.counts[name] for name in names]
    nodes = [Node((name,), n, 0, 1e3, n * (n != 22), n == 22, n == 22) for name, n in zip(names, counts, strict=True)]
    sums = [Row.of(relation, inner.counts) for relation in inner.relations]
    return grid_of(nodes, [r for r in (row.without(inner.counts.keys() - names) for row in sums) if r.signs]), rows


def test_the_optimum_of_a_published_example_is_found() -> None:
    # Fischetti and Salazar-González (2001), Management Science 47(7): the introductory example. Hiding 8, 17 and 12
    # beside the 22 leaves the attacker with 5 to 30.
    system, rows = published_example()
    found = Search(system, [Move(5, -1, 5.0), Move(5, 1, 8.0)], Effort(0.0, 1000, time.monotonic() + 20)).run()
    hidden = sorted(rows[i // 3][i % 3] for i in np.flatnonzero(found.share).tolist())
    assert hidden == [8, 12, 17, 22]
    assert found.loss == pytest.approx(37)
    assert found.bound == pytest.approx(37)


def test_the_pattern_that_is_found_costs_no_more_than_any_other_safe_one() -> None:
    system = grid([[2, 9, 9], [9, 9, 9], [9, 9, 9]])
    pattern = find_pattern(system, NOBODY_KNOWS, threshold=5, key="key", limits=Limits(gap=0.0))
    small = cell("0", "0")
    others = [name for name in sorted(system.counts) if name not in (small, cell(TOTAL, TOTAL))]
    safe = [
        chosen
        for size in range(4)
        for chosen in itertools.combinations(others, size)
        if is_safe(system, frozenset({small, *chosen}), small)
    ]
    assert tuple(sorted(pattern.hidden - {small})) in safe
    assert pattern.loss == pytest.approx(min(loss_of(system, chosen) for chosen in safe))


def is_safe(system: LinkedSystem, hidden: frozenset[CellName], small: CellName) -> bool:
    try:
        check(system, NOBODY_KNOWS, hidden, {small: Span(1, 5)})
    except DisclosureError:
        return False
    return True


def loss_of(system: LinkedSystem, chosen: tuple[CellName, ...]) -> float:
    """Give what hiding these cells costs: found by fixing all others as shown."""
    shown = frozenset(name for name, n in system.counts.items() if n >= 5 and name not in chosen)
    pattern = find_pattern(system, NOBODY_KNOWS, threshold=5, key="key", always_shown=shown, limits=Limits(gap=0.0))
    return pattern.loss
