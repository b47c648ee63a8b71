"""What has to be hidden, what may be hidden, and what is known whatever is hidden.

Answers "which cells are one population, which follow from what is shown in any case, and which hang together".

Source: Fischetti and Salazar-González (2001), "Solving the cell suppression problem on tabular data with linear
constraints", Management Science 47(7).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipelines.disclosure.suppression_grid import Asked, Grid, Node, Reader, Row, grid_of
from pipelines.disclosure.system import CellName, LinkedSystem
from pipelines.errors import DisclosureError


@dataclass(frozen=True, eq=False)
class Problem:
    """The parts that hang together, and the small cells that readers know whatever is hidden."""

    parts: tuple[Grid, ...]
    exposed: tuple[CellName, ...]


def build(system: LinkedSystem, reader: Reader, asked: Asked) -> Problem:
    """Put cells that hold the same people together, take out what is known, and split the rest into parts.

    Args:
        system: every cell and relation that will be published.
        reader: what is known of hidden cells.
        asked: what the release asks for.
    Returns:
        The parts that no relation ties together, in order of their first cell.
    Raises:
        DisclosureError: the counts do not fit the relations or the reader's knowledge.
    """
    zeros = {name for name in system.counts if asked.is_zero(system, name)}
    leaders, rows = _merged(system, [Row.of(relation, system.counts).without(zeros) for relation in system.relations])
    known = {leaders[name] for name in system.counts if name in zeros or asked.is_shown(system, name)}
    rows = _until_nothing_follows(rows, known)
    groups: dict[CellName, list[CellName]] = {}
    for name in sorted(system.counts):
        groups.setdefault(leaders[name], []).append(name)
    exposed = [name for name in sorted(system.counts) if leaders[name] in known and asked.is_secret(system, name)]
    nodes = {first: _node(system, reader, asked, members) for first, members in groups.items() if first not in known}
    return Problem(tuple(_parts(nodes, _distinct(rows))), tuple(exposed))


def _merged(system: LinkedSystem, rows: list[Row]) -> tuple[dict[CellName, CellName], list[Row]]:
    """Join cells that a relation says are equal, until no relation says so any more."""
    leaders = {name: name for name in system.counts}
    while pairs := [sorted(row.signs) for row in rows if row.slack is None and sorted(row.signs.values()) == [-1, 1]]:
        renamed: dict[CellName, CellName] = {}
        for first, second in pairs:
            one, other = sorted((_leader(renamed, first), _leader(renamed, second)))
            if one != other:
                renamed[other] = one
        leaders = {name: _leader(renamed, leader) for name, leader in leaders.items()}
        rows = [row.renamed(leaders.__getitem__) for row in rows]
    return leaders, rows


def _leader(renamed: Mapping[CellName, CellName], name: CellName) -> CellName:
    while name in renamed:
        name = renamed[name]
    return name


def _until_nothing_follows(rows: list[Row], known: set[CellName]) -> list[Row]:
    """Add to the known cells what follows from them in one step, again and again; give the relations that are left."""
    while True:
        rows = [row for row in (row.without(known) for row in rows) if row.signs]
        follows = {next(iter(row.signs)) for row in rows if row.slack is None and len(row.signs) == 1}
        if not follows:
            return rows
        known |= follows


def _node(system: LinkedSystem, reader: Reader, asked: Asked, members: list[CellName]) -> Node:
    count = system.counts[members[0]]
    bounds = [reader.bounds(name) for name in members]
    low, high = max(low for low, _ in bounds), min(high for _, high in bounds)
    if not low <= count <= high:
        raise DisclosureError(
            "A count lies outside the limits that readers are told, so nothing was released. Report this error."
        )
    published = [name for name in members if name not in system.unpublished]
    is_small = asked.is_small(system, members[0])
    is_fixed = is_small or not published or not asked.always_hidden.isdisjoint(members)
    cost = 0.0 if is_fixed else math.log2(2 + count) * sum(asked.cost(name) for name in published)
    return Node(tuple(members), count, low, high, cost, is_fixed, is_small)


def _distinct(rows: Iterable[Row]) -> list[Row]:
    """Leave out relations that say the same as another, with the signs turned or with more slack."""
    least: dict[tuple[bool, tuple[tuple[CellName, int], ...]], float] = {}
    for row in rows:
        items = sorted(row.signs.items())
        turned = -1 if row.slack is None and items[0][1] < 0 else 1
        key = row.slack is None, tuple((name, turned * sign) for name, sign in items)
        least[key] = min(row.slack or 0.0, least.get(key, math.inf))
    # In order, so that the same relations in another order give the same pattern.
    return [Row(dict(items), None if is_exact else least[is_exact, items]) for is_exact, items in sorted(least)]


def _parts(nodes: Mapping[CellName, Node], rows: Iterable[Row]) -> Iterator[Grid]:
    """Split nodes into parts that no relation ties together."""
    renamed: dict[CellName, CellName] = {}
    for row in rows:
        first, *rest = sorted({_leader(renamed, name) for name in row.signs})
        renamed |= dict.fromkeys(rest, first)
    parts: dict[CellName, tuple[list[Node], list[Row]]] = {}
    for name, node in nodes.items():
        parts.setdefault(_leader(renamed, name), ([], []))[0].append(node)
    for row in rows:
        parts[_leader(renamed, next(iter(row.signs)))][1].append(row)
    for own_nodes, own_rows in parts.values():
        yield grid_of(own_nodes, own_rows)
