"""Which figures to hide: the small ones, and enough others that no small one follows.

Answers with a set of cells that the audit could not see through. Greedy: it hides the next smallest counts until the
audit is content, which is quick and seldom hides the least possible.

Source: Hundepool and others (2012), "Statistical Disclosure Control", chapter 4 (secondary suppression).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.codelists import TOTAL
from pipelines.disclosure.attack import find_exposures
from pipelines.disclosure.system import CellName, LinkedSystem, Relation
from pipelines.errors import DisclosureError


def find_pattern(
    system: LinkedSystem,
    threshold: int,
    must_hide: frozenset[CellName] = frozenset(),
    must_show: frozenset[CellName] = frozenset(),
) -> frozenset[CellName]:
    """Find a set of cells to hide that the audit cannot see through.

    Args:
        system: every cell and relation that will be published.
        threshold: in people; counts of 1 to `threshold - 1` are hidden first.
        must_hide: cells to hide in any case.
        must_show: cells that may not be chosen to hide others.
    Returns:
        The cells to hide, those that nobody publishes included. The same system gives the same cells.
    Raises:
        DisclosureError: whatever is hidden, a small count can be narrowed down too far.
    """
    small = frozenset(name for name, n in system.counts.items() if 0 < n < threshold)
    present = frozenset(name for name in system.unpublished if system.counts[name])
    choice = _Choice(system, threshold, small, must_show)
    hidden = small | must_hide | present
    while True:
        hidden = choice.grown(hidden)
        exposures = find_exposures(system, hidden, sorted(small), threshold=threshold)
        exposed = [exposure.cell for exposure in exposures if exposure.cell in small]
        if not exposed:
            # What a reader can work out exactly, and is not small, may as well be shown.
            return hidden - ({exposure.cell for exposure in exposures} - must_hide)
        further = frozenset(name for cell in exposed for name in choice.cover(hidden, cell))
        if not further:
            raise DisclosureError(
                "No way was found to hide every small count of this period, so nothing was released. "
                "Publish a longer period, or merge small centres or projects."
            )
        hidden |= further


@dataclass(frozen=True, eq=False)
class _Choice:
    """Chooses what to hide next; `small` counts were hidden first, those in `fixed` may not be chosen."""

    system: LinkedSystem
    threshold: int
    small: frozenset[CellName]
    fixed: frozenset[CellName]

    def grown(self, hidden: frozenset[CellName]) -> frozenset[CellName]:
        """Hide more until no relation gives a hidden count away by itself.

        One hidden count alone in a relation is its remainder. Several give a small one away when their sum is too small
        to leave it room.
        """
        before = None
        while before != hidden:
            before = hidden
            for relation in (relation for relation in self.system.relations if relation.is_exact):
                while self._is_tight(relation, hidden) and (further := self._smallest(hidden, relation.cells)):
                    hidden |= further
        return hidden

    def cover(self, hidden: frozenset[CellName], cell: CellName) -> frozenset[CellName]:
        """Choose for an exposed count: from its own table, else from the nearest cells that are tied to it."""
        own = (name for name in self.system.counts if _table(name) == _table(cell))
        near, chosen = {cell}, self._smallest(hidden, own)
        while not chosen:
            wider = {
                name for relation in self.system.relations if near & set(relation.cells) for name in relation.cells
            }
            if wider <= near:
                break
            near |= wider
            chosen = self._smallest(hidden, near)
        return chosen

    def _is_tight(self, relation: Relation, hidden: frozenset[CellName]) -> bool:
        inside = [name for name in relation.cells if name in hidden]
        if self.small.isdisjoint(inside):
            return len(inside) == 1 and inside[0] not in self.system.unpublished
        room = sum(self.system.counts.get(name, 0) - 1 for name in inside)
        return len(inside) == 1 or room < self.threshold - 1

    def _smallest(self, hidden: frozenset[CellName], cells: Iterable[CellName]) -> frozenset[CellName]:
        """Give the smallest counts still shown, all ties together: ties could be told apart by their order."""
        free = {
            name: n
            for name in cells
            if name not in hidden and name not in self.fixed and _may_be_hidden(name)
            if (n := self.system.counts.get(name, 0)) > 0
        }
        least = min(free.values(), default=0)
        return frozenset(name for name, n in free.items() if n == least)


def _table(name: CellName) -> tuple[str, tuple[str, ...], str]:
    return name.table_id, name.codes[:-1], name.unit


def _may_be_hidden(name: CellName) -> bool:
    return name.codes[-1] != TOTAL or name.table_id == "by_period"
