"""Small linked tables to hide counts in."""

from __future__ import annotations

import random

from pipelines.disclosure.suppression import Limits, Pattern, Reader, find_pattern
from pipelines.disclosure.system import CellName, LinkedSystem, Relation

NOBODY_KNOWS = Reader({}, {})
TOTAL = "_T"


def cell(*codes: str, table: str = "by_a_b", unit: str = "clients") -> CellName:
    return CellName(table, codes, unit)


def grid(rows: list[list[int]]) -> LinkedSystem:
    """Make a two-way table with its margins."""
    across = [*(str(j) for j in range(len(rows[0]))), TOTAL]
    down = [*(str(i) for i in range(len(rows))), TOTAL]
    full = [[*row, sum(row)] for row in rows]
    full.append([sum(column) for column in zip(*full, strict=True)])
    counts = {cell(r, c): full[i][j] for i, r in enumerate(down) for j, c in enumerate(across)}
    sums = [Relation((cell(r, TOTAL),), tuple(cell(r, c) for c in across[:-1]), is_exact=True) for r in down]
    sums += [Relation((cell(TOTAL, c),), tuple(cell(r, c) for r in down[:-1]), is_exact=True) for c in across]
    return LinkedSystem(counts, tuple(sums))


def line(**rows: int) -> LinkedSystem:
    """Make a one-way table with its total."""
    counts = {cell(code, table="by_a"): n for code, n in rows.items()}
    total = cell(TOTAL, table="by_a")
    return LinkedSystem(counts | {total: sum(rows.values())}, (Relation((total,), tuple(counts), is_exact=True),))


def hide(system: LinkedSystem, reader: Reader = NOBODY_KNOWS, *, key: str = "key", seconds: float = 20.0) -> Pattern:
    return find_pattern(system, reader, threshold=5, key=key, limits=Limits(seconds=seconds))


def codes(cells: frozenset[CellName]) -> set[str]:
    return {"/".join(name.codes) for name in cells}


def random_grid(seed: int, size: int = 4) -> LinkedSystem:
    rng = random.Random(seed)  # noqa: S311 - invented counts
    return grid([[rng.choice([0, 1, 2, 3, 4, 6, 7, 9]) for _ in range(size)] for _ in range(size)])
