"""The last check of a pattern: for every small count, a table that could be true and one more that could be true.

A fresh linear programme over cells as they are published finds the tables; plain arithmetic on the relations then tests
them. So a fault of the search or of the solver ends in a refusal and not in a release.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipelines.disclosure.suppression_attack import Attacker, Move, Room
from pipelines.disclosure.suppression_grid import Node, Reader, Row, Vector, grid_of
from pipelines.disclosure.system import CellName, LinkedSystem, Relation
from pipelines.errors import DisclosureError

# The arithmetic may be off by this much of a person; the next whole number is far away.
TOLERANCE = 1e-4


@dataclass(frozen=True, order=True)
class Span:
    """The values that a reader must not be able to rule out: `low` or less, and `high` or more."""

    low: int
    high: int


def check(system: LinkedSystem, reader: Reader, hidden: frozenset[CellName], spans: Mapping[CellName, Span]) -> None:
    """Make sure that every small count can be as low and as high as it has to be.

    Args:
        system: every cell and relation that will be published.
        reader: what is known of hidden cells.
        hidden: the cells that would not be shown.
        spans: for each small count, what must stay possible.
    Raises:
        DisclosureError: a count can be narrowed down too far, or the check could not be made.
    """
    cells = sorted(hidden)
    position = {name: index for index, name in enumerate(cells)}
    shown = system.counts.keys() - hidden
    rows = [Row.of(relation, system.counts).without(shown) for relation in system.relations]
    grid = grid_of([_node(system, reader, name) for name in cells], rows)
    moves = [move for name, span in spans.items() for move in moves_of(position[name], system.counts[name], span)]
    attacker, made = Attacker(grid), dict[Move, Vector]()
    attacker.allow(Room.of(grid))
    is_open = any(True for _ in attacker.unmade(moves, made))
    tables = {id(steps): steps for steps in made.values()}.values()
    if is_open or not all(_could_be_true(system, reader, dict(zip(cells, steps, strict=True))) for steps in tables):
        raise DisclosureError(
            "The hidden figures could not be shown to be safe, so nothing was released. "
            "Publish a longer period, or merge small centres or projects."
        )


def _node(system: LinkedSystem, reader: Reader, name: CellName) -> Node:
    low, high = reader.bounds(name)
    return Node((name,), system.counts[name], low, high, cost=0.0, is_fixed=True, is_small=False)


def moves_of(node: int, count: int, span: Span) -> list[Move]:
    """Give the ways a count must be able to go from where it is."""
    ways = (Move(node, -1, float(count - span.low)), Move(node, 1, float(span.high - count)))
    return [move for move in ways if move.size > 0]


def _could_be_true(system: LinkedSystem, reader: Reader, steps: Mapping[CellName, float]) -> bool:
    """Test a table by plain arithmetic: within what readers know, and every relation holds."""
    values = {name: count + steps.get(name, 0.0) for name, count in system.counts.items()}
    bounds = {name: reader.bounds(name) for name in steps}
    is_within = all(low - TOLERANCE <= values[name] <= high + TOLERANCE for name, (low, high) in bounds.items())
    return is_within and all(_holds(relation, values) for relation in system.relations)


def _holds(relation: Relation, values: Mapping[CellName, float]) -> bool:
    excess = sum(values[name] for name in relation.left) - sum(values[name] for name in relation.right)
    return bool(np.abs(excess) <= TOLERANCE) if relation.is_exact else excess <= TOLERANCE
