"""What a reader knows, as bounds and equations over unknown counts.

Answers "which unknown is this cell, and what ties it to others". Each distinct population is one unknown, whichever
tables and audiences show it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# Far above any caseload: the limit of a count of which nothing is known.
CAP = 1e7


@dataclass(frozen=True, order=True)
class Population:
    """Who is counted: the period and edition of the count, its unit, and the codes all of them share."""

    period: str
    edition: int
    unit: str
    where: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Equation:
    """`low <= sum of coefficient * unknown <= high`; `label` names the sum for a person."""

    terms: Mapping[int, float]
    low: float
    high: float
    label: str

    @property
    def is_sum(self) -> bool:
        """Tell an equality from a bound."""
        return self.low == self.high


@dataclass
class Knowledge:
    """Unknowns with their bounds, and all equations between them.

    `index` finds the unknown of a population; `gambles` are equations a reader may bet on but cannot know.
    """

    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    index: dict[Population, int] = field(default_factory=dict)
    equations: list[Equation] = field(default_factory=list)
    gambles: list[Equation] = field(default_factory=list)
    _said: set[tuple[object, ...]] = field(default_factory=set)
    _rests: dict[tuple[object, ...], int] = field(default_factory=dict)

    def unknown(self, population: Population) -> int:
        """Give the unknown of a population, which is made when it is met for the first time."""
        if population not in self.index:
            self.index[population] = self.fresh()
        return self.index[population]

    def fresh(self, low: float = 0.0, high: float = CAP) -> int:
        """Make an unknown that no table shows."""
        self.lower.append(low)
        self.upper.append(high)
        return len(self.lower) - 1

    def rest(self, name: tuple[object, ...], low: float = 0.0, high: float = CAP) -> int:
        """Give the unknown that follows by subtraction and has this name; it is made when it is met first."""
        if name not in self._rests:
            self._rests[name] = self.fresh(low, high)
        return self._rests[name]

    def narrow(self, unknown: int, low: float, high: float) -> None:
        """Add that an unknown lies between two numbers."""
        self.lower[unknown] = max(self.lower[unknown], low)
        self.upper[unknown] = min(self.upper[unknown], high)

    def equal(self, left: Sequence[int], right: Sequence[int], label: str = "") -> None:
        """Add that two sums are equal; `label` names the sum for a person."""
        self._add(self.equations, (left, right), 0.0, label)

    def at_most(self, left: Sequence[int], right: Sequence[int], *, is_gamble: bool = False) -> None:
        """Add that one sum is at most another."""
        self._add(self.gambles if is_gamble else self.equations, (left, right), -float("inf"), "")

    def _add(self, target: list[Equation], sides: tuple[Sequence[int], Sequence[int]], low: float, label: str) -> None:
        terms: dict[int, float] = {}
        for unknowns, sign in zip(sides, (1.0, -1.0), strict=True):
            for unknown in unknowns:
                terms[unknown] = terms.get(unknown, 0.0) + sign
        terms = {unknown: value for unknown, value in terms.items() if value}
        said = (target is self.gambles, frozenset(terms.items()), low, label)
        # Two audiences that are shown the same say everything twice.
        if terms and said not in self._said:
            self._said.add(said)
            target.append(Equation(terms, low, 0.0, label))


def relate(knowledge: Knowledge, total: list[int], parts: list[int], label: str) -> None:
    """Tie a total to parts that add up to it, as the label says; without one they overlap and only bound it."""
    if label:
        knowledge.equal(total, parts, label)
        return
    knowledge.at_most(total, parts)
    for part in parts:
        knowledge.at_most([part], total)
