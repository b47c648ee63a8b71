"""Which figures of a centre to hide: the small ones, and the cheapest others, so that no small one follows.

Answers with a set of cells that no reader can see through who knows every relation between the tables, that a hidden
count is at least 1, and every rounded edition. Which cells are cheapest depends on a key, so that the choice cannot be
replayed by a reader.

Source: Fischetti and Salazar-González (2001), "Solving the cell suppression problem on tabular data with linear
constraints", Management Science 47(7); Salazar-González (2004), "Mathematical models for applying cell suppression
methodology in statistical data protection", European Journal of Operational Research 154.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from pipelines.codelists import TOTAL
from pipelines.disclosure.decided import decided
from pipelines.disclosure.suppression_attack import NEAR, Attacker, Move, Room
from pipelines.disclosure.suppression_check import Span, check, moves_of
from pipelines.disclosure.suppression_grid import Asked, Grid, Node, Reader
from pipelines.disclosure.suppression_master import Effort, Found, Search
from pipelines.disclosure.suppression_problem import build
from pipelines.disclosure.system import CellName, LinkedSystem
from pipelines.errors import DisclosureError

__all__ = ["Limits", "Pattern", "Reader", "find_pattern"]


def _proven_gap() -> float:
    return float(decided("hiding", "gap"))


@dataclass(frozen=True)
class Limits:
    """When the search may stop: after these seconds, this near to the bound, or after so many branches."""

    seconds: float = field(default_factory=lambda: float(decided("hiding", "seconds")))
    gap: float = field(default_factory=_proven_gap)
    nodes: int = field(default_factory=lambda: int(decided("hiding", "nodes")))


@dataclass(frozen=True, eq=False)
class Pattern:
    """What to hide; internal. `first` were hidden because they are small, `unprotected` are so whatever is hidden.

    `loss` is what hiding the others costs, `bound` the least that any safe pattern costs; `advice` says for each
    unprotected cell which codes to merge, without a count.
    """

    hidden: frozenset[CellName]
    first: frozenset[CellName]
    unprotected: tuple[CellName, ...]
    advice: tuple[str, ...]
    loss: float
    bound: float
    is_proven: bool
    n_cuts: int
    seconds: float

    def __repr__(self) -> str:
        return f"Pattern({'proven' if self.is_proven else 'not proven'})"


def find_pattern(  # noqa: PLR0913 - six of the eight are named, and each one stands for a rule
    system: LinkedSystem,
    reader: Reader,
    *,
    threshold: int,
    key: str,
    always_hidden: frozenset[CellName] = frozenset(),
    always_shown: frozenset[CellName] = frozenset(),
    withheld: frozenset[CellName] = frozenset(),
    limits: Limits = Limits(),
) -> Pattern:
    """Find the cheapest cells to hide so that every small count could be 1 and could be `threshold` or more.

    Args:
        system: every cell and relation that will be published, with true counts.
        reader: what is known of hidden cells before any arithmetic.
        threshold: in people; counts of 1 to `threshold - 1` are hidden.
        key: secret; decides between patterns that cost about the same.
        always_hidden: cells to hide whatever they count.
        always_shown: cells that were shown before.
        withheld: hidden cells that could each be `threshold` fewer people as well, whatever they count.
        limits: when to stop searching; then more is hidden, never less.
    Returns:
        A pattern that was checked. Whoever publishes must look at `unprotected` first.
    Raises:
        DisclosureError: no pattern could be shown to be safe, or the counts contradict each other.
    """
    started = time.monotonic()
    if always_hidden & always_shown:
        raise DisclosureError("A figure is to be hidden and to be shown, so nothing was released. Report this error.")
    problem = build(system, reader, Asked(threshold, key, always_hidden | withheld, always_shown, withheld))
    hidden = set(always_hidden | withheld) | {name for name in system.unpublished if system.counts[name]}
    effort = Effort(limits.gap, limits.nodes, started + limits.seconds)
    exposed, spans, found = list(problem.exposed), dict[CellName, Span](), list[Found]()
    for grid in problem.parts:
        large = _large(grid, withheld)
        own = _spans(grid, large, threshold)
        exposed += [name for i in (*_small(grid), *large) if i not in own for name in _members(grid, [i])]
        spans |= {name: span for i, span in own.items() for name in grid.nodes[i].members}
        found.append(_searched(grid, own, effort))
        hidden.update(_members(grid, np.flatnonzero(found[-1].share).tolist()))
    first = frozenset(name for name in system.counts if 1 <= system.counts[name] < threshold) - always_shown
    hidden |= first
    check(system, reader, frozenset(hidden), spans)
    loss, bound = sum(part.loss for part in found), sum(part.bound for part in found)
    return Pattern(
        hidden=frozenset(hidden),
        first=first,
        unprotected=tuple(sorted(exposed)),
        advice=tuple(advise(system, name, threshold) for name in sorted(exposed)),
        loss=loss,
        bound=bound,
        is_proven=loss <= (1 + _proven_gap()) * bound + NEAR,
        n_cuts=sum(part.n_cuts for part in found),
        seconds=time.monotonic() - started,
    )


def advise(system: LinkedSystem, cell: CellName, threshold: int) -> str:
    """Say what to merge so that an unprotected cell is no longer small: the smallest merge within its relations."""
    enough = [name for name in _siblings(system, cell) if system.counts[cell] + system.counts[name] >= threshold]
    place = f"In {cell.table_id} ({cell.unit}), {'/'.join(cell.codes)} cannot be protected"
    if not enough:
        return f"{place}: publish a longer period, or leave the table out."
    chosen = min(enough, key=lambda name: (system.counts[name], name))
    return f"{place}: merge it with {'/'.join(chosen.codes)}."


def _siblings(system: LinkedSystem, cell: CellName) -> Iterator[CellName]:
    """Give the cells beside a cell in its relations: of the same table, with one other code."""
    for relation in system.relations:
        for side in (relation.left, relation.right):
            if cell in side:
                yield from (name for name in side if _differs_by_one_code(cell, name))


def _differs_by_one_code(cell: CellName, name: CellName) -> bool:
    if (cell.table_id, cell.unit, cell.period) != (name.table_id, name.unit, name.period):
        return False
    changed = [(old, new) for old, new in zip(cell.codes, name.codes, strict=True) if old != new]
    return len(changed) == 1 and TOTAL not in changed[0]


def _small(grid: Grid) -> list[int]:
    return [index for index, node in enumerate(grid.nodes) if node.is_small]


def _large(grid: Grid, withheld: frozenset[CellName]) -> list[int]:
    return [
        index
        for index, node in enumerate(grid.nodes)
        if node.count and not node.is_small and not withheld.isdisjoint(node.members)
    ]


def _members(grid: Grid, nodes: Iterable[int]) -> list[CellName]:
    return [name for index in nodes for name in grid.nodes[index].members]


def _spans(grid: Grid, large: Sequence[int], threshold: int) -> dict[int, Span]:
    """Say for each secret count what must stay possible; none where that cannot be had even if all were hidden."""
    small = _small(grid)
    if not small and not large:
        return {}
    attacker = Attacker(grid)
    attacker.allow(Room.of(grid))
    spans = {}
    for index, low in _lowest(grid, attacker, small, threshold).items():
        high = max(threshold, low + threshold - 1)
        if _is_blank(grid.nodes[index], threshold):
            high = int(min(grid.nodes[index].high, threshold - 1))
        spans[index] = Span(low, high)
    for index in large:
        # Of a group that shares one thing but for a few, more might not share it.
        spans[index] = Span(max(0, grid.nodes[index].count - threshold), grid.nodes[index].count)
    moves = [
        move
        for i, span in spans.items()
        for move in moves_of(i, grid.nodes[i].count, span)
        if move.sign > 0 or i in large
    ]
    short = {move.node for move, _ in attacker.unmade(moves, {})}
    return {index: span for index, span in spans.items() if index not in short}


def _lowest(grid: Grid, attacker: Attacker, small: Sequence[int], threshold: int) -> dict[int, int]:
    """Give how low each small count can look: 1 unless its relations forbid that, and 0 for a blank or nothing."""
    lows = {index: 0 if _is_blank(grid.nodes[index], threshold) else 1 for index in small}
    moves = [Move(index, -1, float(grid.nodes[index].count - low)) for index, low in lows.items()]
    for move, answer in attacker.unmade([move for move in moves if move.size > 0], {}):
        if lows[move.node] == 0:
            del lows[move.node]
        else:
            lows[move.node] = math.ceil(grid.nodes[move.node].count - answer.reached - NEAR)
    return lows


def _is_blank(node: Node, threshold: int) -> bool:
    """Tell whether readers know that a count is small or 0, so that only its presence can be kept from them."""
    return node.high < threshold


def _searched(grid: Grid, spans: Mapping[int, Span], effort: Effort) -> Found:
    moves = [move for index, span in spans.items() for move in moves_of(index, grid.nodes[index].count, span)]
    if moves and not all(node.is_fixed for node in grid.nodes):
        return Search(grid, moves, effort).run()
    return Found(np.array([float(node.is_fixed) for node in grid.nodes]), 0.0, 0.0, 0)
