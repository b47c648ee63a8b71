"""The tables of barriers beside each other: which barriers, how many, and which two at once.

Answers "what follows for one of them from the others". Bounds are restated here from what a client can be counted in:
one row where nothing or one barrier is recorded, two rows or more where several are.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from pipelines.audit.equations import Population
from pipelines.audit.reading import Release
from pipelines.audit.structure import BARRIER, COUNT, PAIR, SOURCE
from pipelines.audit.worlds import World
from pipelines.codelists import NOT_KNOWN, codelist

NO_BARRIER, ONE, SEVERAL = "NONE", "ONE", "SEVERAL"
_APART = frozenset({NO_BARRIER, NOT_KNOWN})
Unknowns = Mapping[str, int]


def tie_barriers(world: World, release: Release) -> None:
    """Tie rows of barriers to the number of barriers, to pairs, and to the sources that do not collect them."""
    rows, numbers, pairs = (_rows(world, release, dimension) for dimension in (BARRIER, COUNT, PAIR))
    if not (rows and numbers):
        return
    facing = {code: unknown for code, unknown in rows.items() if code not in _APART}
    world.knowledge.equal([rows[NO_BARRIER]], [numbers[NO_BARRIER]], "clients with no barrier in both tables")
    world.knowledge.equal([rows[NOT_KNOWN]], [numbers[NOT_KNOWN]], "clients whose barriers are not known")
    _tie_sources(world, release, numbers[NOT_KNOWN])
    _tie_numbers(world, facing, numbers)
    if pairs:
        _tie_pairs(world, facing, (numbers, pairs))


def _rows(world: World, release: Release, dimension: str) -> dict[str, int]:
    """Give the unknowns of a one-way table by code."""
    found: dict[str, int] = {}
    for name, unknown in world.knowledge.index.items():
        is_here = (name.period, name.edition, name.unit) == (release.period, release.edition, "clients")
        if is_here and len(name.where) == 1 and name.where[0][0] == dimension:
            found[name.where[0][1]] = unknown
    return found


def _tie_sources(world: World, release: Release, unknown: int) -> None:
    told = release.structure.get("sources_without")
    sources = told.get("barrier") if isinstance(told, dict) else None
    if not isinstance(sources, list):
        return
    names = [Population(release.period, release.edition, "clients", ((SOURCE, str(each)),)) for each in sources]
    known = [world.knowledge.index[name] for name in names if name in world.knowledge.index]
    if len(known) == len(names):
        world.knowledge.at_most(known, [unknown])


def _tie_numbers(world: World, facing: Unknowns, numbers: Unknowns) -> None:
    one, several = numbers[ONE], numbers[SEVERAL]
    rows = list(facing.values())
    for row in rows:
        world.knowledge.at_most([row], [one, several])
    world.knowledge.at_most([one, several, several], rows)
    world.knowledge.at_most(rows, [one, *[several] * len(rows)])


def _tie_pairs(world: World, facing: Unknowns, others: tuple[Unknowns, Unknowns]) -> None:
    """Nobody has both who has not each, and whoever has either has some; three pairs cannot exclude each other."""
    numbers, pairs = others
    some = [numbers[ONE], numbers[SEVERAL]]
    both: dict[frozenset[str], int] = {}
    for row in codelist("barrier_pairs").rows:
        one, other = row["barrier_code"], row["second_barrier_code"]
        pair = both[frozenset((one, other))] = pairs[row["code"]]
        for limit in (facing[one], facing[other], numbers[SEVERAL]):
            world.knowledge.at_most([pair], [limit])
        world.knowledge.at_most([facing[one], facing[other]], [*some, pair])
    listed = sorted({code for codes in both for code in codes})
    world.knowledge.at_most([facing[code] for code in listed], [*some, *both.values()])
    for three in combinations(listed, 3):
        sides = [(code, [frozenset((code, other)) for other in three if other != code]) for code in three]
        for code, near in sides:
            far = frozenset(three) - {code}
            if {*near, far} <= both.keys():
                world.knowledge.at_most([both[each] for each in near], [facing[code], both[far]])
