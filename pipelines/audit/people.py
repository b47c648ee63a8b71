"""One client more or fewer: which counts change with a single person.

Answers "what else would be different had somebody else come". A guess that saves solving: whoever uses it checks it
against everything that is known, so a wrong guess costs time and proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from pipelines.audit.equations import Population
from pipelines.audit.structure import CENTRE_ID, Hierarchy
from pipelines.audit.worlds import World
from pipelines.periods import Period

Person = dict[str, str]
# Populations of one period, edition and unit: the names of their dimensions, then the codes, then the unknown.
Shapes = dict[tuple[str, ...], dict[tuple[str, ...], int]]


class People:
    """The populations of a world, ready to look up those that one person belongs to."""

    def __init__(self, world: World) -> None:
        self._of = {unknown: found for found, unknown in world.knowledge.index.items()}
        self._hierarchies = tuple(world.hierarchies.values())
        self._shapes: dict[tuple[str, int, str], Shapes] = {}
        self._codes: dict[tuple[str, int], dict[str, list[str]]] = {}
        self._growths: dict[tuple[int, str, int], dict[int, float]] = {}
        ranked: dict[tuple[str, int], dict[str, list[tuple[int, str]]]] = {}
        for found, unknown in world.knowledge.index.items():
            place = (found.period, found.edition, found.unit)
            names = tuple(name for name, _ in found.where)
            codes = tuple(code for _, code in found.where)
            self._shapes.setdefault(place, {}).setdefault(names, {})[codes] = unknown
            for name, code in found.where if len(set(names) - {CENTRE_ID}) <= 1 else ():
                ranked.setdefault(place[:2], {}).setdefault(name, []).append((-world.rounded.get(found, 0), code))
        for brief, lists in ranked.items():
            self._codes[brief] = {name: [code for _, code in sorted(each)] for name, each in lists.items()}

    def around(self, unknown: int) -> Iterator[dict[int, float]]:
        """Guess what changes when a population grows by one person: unknowns with their growth, likely ones first."""
        found = self._of.get(unknown)
        if found is None:
            return
        for quarter in _quarters(found.period):
            for rank in (0, 1):
                # Every law centre asks for the same people again.
                place = (unknown, quarter, rank)
                if place not in self._growths:
                    self._growths[place] = self._growth(self._person(found, rank), quarter)
                yield self._growths[place]

    def _person(self, found: Population, rank: int) -> Person:
        codes = self._codes.get((found.period, found.edition), {})
        person = dict(found.where)
        self._fit(person, codes, rank)
        for name in codes:
            if name not in person:
                person[name] = codes[name][min(rank, len(codes[name]) - 1)]
                self._fit(person, codes, rank)
        return person

    def _fit(self, person: Person, codes: Mapping[str, Sequence[str]], rank: int) -> None:
        for hierarchy in self._hierarchies * 2:
            child = person.get(hierarchy.child)
            parent = hierarchy.of.get(child.partition("+")[0]) if child else None
            if parent is not None:
                person.setdefault(hierarchy.parent, parent)
            elif child is None and hierarchy.parent in person:
                choices = _children(hierarchy, person[hierarchy.parent], codes.get(hierarchy.child, ()))
                if choices:
                    person[hierarchy.child] = choices[min(rank, len(choices) - 1)]

    def _growth(self, person: Person, quarter: str) -> dict[int, float]:
        grown: dict[int, float] = {}
        inside = [shapes for (period, *_), shapes in self._shapes.items() if _holds(period, quarter)]
        for shapes in inside:
            for names, members in shapes.items():
                unknown = members.get(tuple(person.get(name, "") for name in names))
                if unknown is not None:
                    grown[unknown] = 1.0
        return grown


def _children(hierarchy: Hierarchy, parent: str, codes: Sequence[str]) -> list[str]:
    inside = [code for code in codes if hierarchy.of.get(code.partition("+")[0]) == parent]
    return inside or [code for code in codes if hierarchy.of.get(code.partition("+")[0]) is None]


@cache
def _quarters(period: str) -> list[str]:
    try:
        return [str(quarter) for quarter in reversed(Period.parse(period).quarters)]
    except ValueError:
        return [period]


@cache
def _holds(period: str, quarter: str) -> bool:
    if period == quarter:
        return True
    try:
        return quarter in map(str, Period.parse(period).quarters)
    except ValueError:
        # The total of a table of quarters ends with the first and the last of them.
        *_, first, last = ("", *period.split("_"))
        return bool(first) and (quarter <= last or quarter.startswith(f"before {first}"))
