"""What each method publishes of a linked system, and what its reader may take from that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import disclosure_sets as sets
import numpy as np
from disclosure_attacker import Reading

from pipelines.disclosure.rounding import Rounding, round_linked
from pipelines.disclosure.suppression import Limits, Pattern, Reader, find_pattern
from pipelines.disclosure.system import CellName, LinkedSystem

THRESHOLD = BASE = 5
KEY = "5ca1ab1e" * 8


@dataclass(frozen=True, eq=False)
class Published:
    """What a method gave out: what can be read from it, its rounded values if any, and how long it took."""

    reading: Reading
    seconds: float
    # Value by cell and table; a cell that several tables show may have several.
    values: Mapping[tuple[CellName, int], float] = field(default_factory=dict)
    note: str = ""


def naive_hiding(system: LinkedSystem) -> Published:
    """Hide counts of 1 to 4 and nothing else."""
    return hiding_of(system, frozenset(cell for cell, n in system.counts.items() if 0 < n < THRESHOLD), 0.0)


def nearest(system: LinkedSystem) -> Published:
    """Round every cell on its own to the nearest multiple of 5."""
    values = {cell: BASE * round(n / BASE) for cell, n in system.counts.items()}
    return rounding_of(values, width=BASE // 2, seconds=0.0)


def random_rounding(system: LinkedSystem) -> Published:
    """Round every cell on its own to a multiple of 3 next to it, twice as often to the nearer; multiples stay."""
    generator = np.random.default_rng(1)
    drawn = generator.random(len(system.counts))
    values = {
        cell: 3 * (n // 3 + int(draw < (n % 3) / 3))
        for (cell, n), draw in zip(system.counts.items(), drawn, strict=True)
    }
    return rounding_of(values, width=2, seconds=0.0)


def controlled_rounding(system: LinkedSystem) -> Published:
    """Round with the product's method."""
    began = perf_counter()
    rounding: Rounding = round_linked(system, base=BASE, key=KEY)
    return rounding_of(rounding.values, width=BASE - 1, seconds=perf_counter() - began)


def strict_hiding(system: LinkedSystem) -> Published:
    """Hide with the product's method."""
    began = perf_counter()
    pattern = search(system)
    note = f"{pattern.loss:.0f} of {pattern.bound:.0f}, {len(pattern.unprotected)} unprotected"
    return hiding_of(system, pattern.hidden, perf_counter() - began, note)


def table_by_table(system: LinkedSystem) -> Published:
    """Hide with the product's method in each two-way table on its own, as if nobody had the other tables."""
    shown: set[CellName] = set()
    began = perf_counter()
    for one, two in sets.PAIRS:
        names = {"total", f"by_{one}", f"by_{two}", "by_" + "_".join(sorted((one, two)))}
        own = {cell: n for cell, n in system.counts.items() if cell.table_id in names}
        inside = tuple(relation for relation in system.relations if own.keys() >= set(relation.cells))
        shown |= own.keys() - search(LinkedSystem(own, inside)).hidden
    return hiding_of(system, frozenset(system.counts) - shown, perf_counter() - began)


def search(system: LinkedSystem, seconds: float = 60.0, **kept: frozenset[CellName]) -> Pattern:
    """Find the product's pattern against a reader who knows that nobody hides a 0."""
    return find_pattern(system, Reader({}, {}), threshold=THRESHOLD, key=KEY, limits=Limits(seconds=seconds), **kept)


def rounding_of(values: Mapping[CellName, int], *, width: int, seconds: float) -> Published:
    """Describe values that are each at most so far from the true count."""
    low = {cell: max(0, value - width) for cell, value in values.items()}
    high = {cell: value + width for cell, value in values.items()}
    reading = Reading(low, high, rounded=frozenset(values))
    return Published(reading, seconds, {(cell, 0): value for cell, value in values.items()})


def hiding_of(system: LinkedSystem, hidden: frozenset[CellName], seconds: float, note: str = "") -> Published:
    """Describe exact counts of which some are hidden; a hidden one is at least 1."""
    most = max(system.counts.values())
    low = {cell: 1 if cell in hidden else n for cell, n in system.counts.items()}
    high = {cell: most if cell in hidden else n for cell, n in system.counts.items()}
    return Published(Reading(low, high), seconds, note=note)


def of_peer(answer: Mapping[str, Any], system: LinkedSystem) -> Published:
    """Put the tables of a peer side by side: what one hides another may show.

    Args:
        answer: what `disclosure_peers` wrote about one method.
        system: the flat set of the same records.
    """
    low = dict.fromkeys(system.counts, 0)
    high = dict.fromkeys(system.counts, max(system.counts.values()))
    promised: dict[CellName, tuple[int, int]] = {}
    values: dict[tuple[CellName, int], float] = {}
    rounded: set[CellName] = set()
    shown: set[CellName] = set()
    for number, (names, codes, value, least, most) in enumerate(answer["figures"]):
        cell = sets.named(dict(zip(names, codes, strict=True)))
        if value is not None:
            values[cell, number] = value
        low[cell] = max(low[cell], int(least or 0))
        high[cell] = high[cell] if most is None else min(high[cell], int(most))
        if least is not None and most is not None and least < most:
            rounded.add(cell)
            promised[cell] = (max(0, int(least)), int(most))
        shown.add(cell)
    # A table without a row for a combination says that it is empty; totals may be in no table.
    high |= {cell: 0 for cell in system.counts if cell not in shown and len(cell.codes) > 1}
    return Published(Reading(low, high, frozenset(rounded), promised), answer["seconds"], values, answer["version"])


def errors(published: Published, system: LinkedSystem) -> tuple[float, float, int]:
    """Give mean and largest distance of values from true counts, and how many figures differ between tables."""
    distances = [abs(value - system.counts[cell]) for (cell, _), value in published.values.items()]
    told: dict[CellName, set[float]] = {}
    for (cell, _), value in published.values.items():
        told.setdefault(cell, set()).add(value)
    n_different = sum(len(own) > 1 for own in told.values())
    return (float(np.mean(distances)), max(distances), n_different) if distances else (0.0, 0.0, 0)
