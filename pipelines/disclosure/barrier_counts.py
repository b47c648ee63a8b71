"""The published counts behind what is told of barriers: of all clients, of a group and all others, of single barriers.

Answers "how many have several, of how many whose barriers are recorded", and which barriers and pairs lead for certain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.codelists import NOT_KNOWN, TOTAL
from pipelines.disclosure.protected import ProtectedTable, Rule
from pipelines.disclosure.published_figures import UNIT, reach_of
from pipelines.groups import MEMBER
from pipelines.statistics.rounded_shares import Counted

MOST, PAIRS = "most_recorded", "pairs"
_TABLES = {MOST: "by_barrier", PAIRS: "by_barrier_pair"}
_NONE, _ONE, _SEVERAL = "NONE", "ONE", "SEVERAL"
# Rows of the tables of barriers that are no barrier.
_APART = frozenset({TOTAL, NOT_KNOWN, _NONE})
_OTHER = "N"
Counts = Mapping[str, int]


@dataclass(frozen=True)
class Words:
    """The labels of codes by dimension, and the network's word for a client."""

    labels: Mapping[str, Mapping[str, str]]
    clients: str


@dataclass(frozen=True)
class Side:
    """Clients by number of barriers: of a group and of all others known, or of everybody, who has no others."""

    group: str
    own: Counts
    rest: Counts
    rule: Rule

    @property
    def several(self) -> Counted:
        """Give those with two barriers or more, beside those with fewer."""
        return self._several(self.own)

    @property
    def others(self) -> Counted:
        """Give the same of all others."""
        return self._several(self.rest)

    @property
    def any(self) -> Counted:
        """Give those with a barrier or several, beside those with none."""
        having = (self.own.get(_ONE, 0), self.own.get(_SEVERAL, 0))
        return Counted.summed(having, (self.own.get(_NONE, 0),), reach_of(self.rule))

    @property
    def recorded(self) -> float:
        """Give the share of those whose barriers are recorded."""
        return _recorded(self.own)

    @property
    def recorded_others(self) -> float:
        """Give the same of all others."""
        return _recorded(self.rest)

    @property
    def least_recorded(self) -> tuple[float, float]:
        """Give the shares of both whose barriers are recorded, as small as rounding allows."""
        reach = reach_of(self.rule)
        return _least_recorded(self.own, reach), _least_recorded(self.rest, reach)

    @property
    def is_base(self) -> bool:
        """Tell whether so many are counted that shares of them may be told, and that somebody is there for certain."""
        sides = [self.several, *([self.others] if self.rest else [])]
        least = self.rule.threshold
        return all(each.total >= least and each.is_somebody for each in sides)

    def has_none(self, least: int) -> bool:
        """Tell whether it is recorded of at least so many that they face no barrier."""
        return self.own.get(_NONE, 0) - reach_of(self.rule) >= least

    def _several(self, counts: Counts) -> Counted:
        without = (counts.get(_NONE, 0), counts.get(_ONE, 0))
        return Counted.summed((counts.get(_SEVERAL, 0),), without, reach_of(self.rule))


def everybody_of(table: ProtectedTable) -> Side:
    """Give the counts of all clients."""
    return Side(TOTAL, {cell.codes[0]: cell.n or 0 for cell in table.cells(unit=UNIT)}, {}, table.rule)


def sides_of(table: ProtectedTable) -> Iterator[Side]:
    """Give the counts of every group of the table and of all clients known not to belong, in its order."""
    counts: dict[str, dict[str, dict[str, int]]] = {}
    for cell in table.cells(unit=UNIT):
        group, membership, code = cell.codes
        counts.setdefault(group, {}).setdefault(membership, {})[code] = cell.n or 0
    for group, found in counts.items():
        yield Side(group, found.get(MEMBER, {}), found.get(_OTHER, {}), table.rule)


def leading(
    tables: Mapping[str, ProtectedTable], measure: str, side: Side, rules: Mapping[str, Any]
) -> dict[str, float] | None:
    """Give the barriers or pairs with the largest counts, as far as rounding leaves no doubt which they are.

    Args:
        tables: the protected tables of one audience.
        measure: of which table.
        side: the counts of everybody, whose barriers are recorded for so many.
        rules: how many are named at most, and the least count of each.
    Returns:
        Shares of those whose barriers are recorded, by code; none where a tie cuts through, None without the table.
    """
    if (table := tables.get(_TABLES[measure])) is None:
        return None
    counts = {cell.codes[0]: cell.n or 0 for cell in table.cells(unit=UNIT) if cell.codes[0] not in _APART}
    ranked = sorted(counts.items(), key=lambda item: -item[1])
    named = sum(n >= rules["least_named"] for _, n in ranked)
    after = [n for _, n in ranked[1:]] + [-1 - 2 * reach_of(table.rule)]
    apart = [
        k
        for k in range(1, min(rules["most_named"], named) + 1)
        if ranked[k - 1][1] - after[k - 1] > 2 * reach_of(table.rule)
    ]
    base = side.several.total
    return {code: n / base for code, n in ranked[: max(apart, default=0)]}


def _known(counts: Counts) -> int:
    return sum(counts.get(code, 0) for code in (_NONE, _ONE, _SEVERAL))


def _recorded(counts: Counts) -> float:
    everybody = _known(counts) + counts.get(NOT_KNOWN, 0)
    return _known(counts) / everybody if everybody else 0.0


def _least_recorded(counts: Counts, reach: int) -> float:
    known = sum(max(counts.get(code, 0) - reach, 0) for code in (_NONE, _ONE, _SEVERAL))
    everybody = known + counts.get(NOT_KNOWN, 0) + reach
    return known / everybody if everybody else 0.0
