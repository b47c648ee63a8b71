"""The figures of an edition as one linked system: cells with their true counts, and the relations between them.

Answers "what could be subtracted from what" for whatever is published together. `linking` derives the relations inside
a period from the tables and the client profiles, `time_links` those between periods.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, order=True)
class CellName:
    """The identity of a published figure: table, codes and unit.

    `period` is empty for the period that is being protected; figures of other editions carry theirs.
    """

    table_id: str
    codes: tuple[str, ...]
    unit: str
    period: str = ""


@dataclass(frozen=True)
class Relation:
    """`sum(left) = sum(right)`, or `sum(left) <= sum(right)` when it is not exact."""

    left: tuple[CellName, ...]
    right: tuple[CellName, ...]
    is_exact: bool

    @property
    def cells(self) -> tuple[CellName, ...]:
        """Give every cell of both sides."""
        return self.left + self.right


@dataclass(frozen=True, eq=False)
class LinkedSystem:
    """Every cell of an edition with its true count, and every relation between them; internal.

    `unpublished` cells stand in no table: nobody sees them, but a small one must not be found by subtraction either.
    """

    counts: Mapping[CellName, int]
    relations: tuple[Relation, ...]
    unpublished: frozenset[CellName] = frozenset()

    def __repr__(self) -> str:
        return f"LinkedSystem({len(self.counts)} cells, {len(self.relations)} relations)"

    def of_period(self, period: str) -> LinkedSystem:
        """Give the same system as that of another period."""
        return LinkedSystem(
            {replace(name, period=period): n for name, n in self.counts.items()},
            tuple(
                Relation(_moved(relation.left, period), _moved(relation.right, period), relation.is_exact)
                for relation in self.relations
            ),
            frozenset(_moved(self.unpublished, period)),
        )


def joined(systems: Iterable[LinkedSystem], further: Iterable[Relation] = ()) -> LinkedSystem:
    """Put several systems and the relations between them into one."""
    parts = list(systems)
    return LinkedSystem(
        {name: n for part in parts for name, n in part.counts.items()},
        (*(relation for part in parts for relation in part.relations), *further),
        frozenset(name for part in parts for name in part.unpublished),
    )


def _moved(names: Iterable[CellName], period: str) -> tuple[CellName, ...]:
    return tuple(replace(name, period=period) for name in names)
