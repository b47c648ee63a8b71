"""Full profiles: every client has one gender, one age group and one group of nationalities, and some kinds of advice.

Answers "what do tables of two dimensions say together about three". Slow, and seldom more than the tables say.
"""

from __future__ import annotations

from itertools import combinations, product

from pipelines.audit.equations import Knowledge, Population
from pipelines.audit.reading import Release
from pipelines.audit.structure import AGE, CLASS, FAMILY
from pipelines.codelists import TOTAL

DIMENSIONS = ("gender_code", AGE, CLASS)
Where = tuple[tuple[str, str], ...]


def add_profiles(knowledge: Knowledge, release: Release, at: Where) -> None:
    """Add an unknown for each combination of codes, and every published count as a sum of them.

    Args:
        knowledge: unknowns and equations are added.
        release: whose edition is taken apart.
        at: codes that all of its clients share.
    """
    lists = {name: _codes(release, name) for name in DIMENSIONS}
    used = [name for name in DIMENSIONS if lists[name]]
    profiles = [tuple(zip(used, codes, strict=True)) for codes in product(*(lists[name] for name in used))]
    if len(used) < 2:
        return
    people = _unknowns(knowledge, release, profiles, at)
    advised = [_unknowns(knowledge, release, profiles, (*at, (FAMILY, code))) for code in _codes(release, FAMILY)]
    for profile in profiles:
        for each in advised:
            knowledge.at_most([each[profile]], [people[profile]])
        if advised:
            knowledge.at_most([people[profile]], [each[profile] for each in advised])


def _codes(release: Release, dimension: str) -> list[str]:
    found: dict[str, None] = {}
    for table in release.tables.values():
        if dimension in table.dimensions:
            place = table.dimensions.index(dimension)
            found |= dict.fromkeys(row.codes[place] for row in table.rows if row.codes[place] != TOTAL)
    return list(found)


def _unknowns(knowledge: Knowledge, release: Release, profiles: list[Where], at: Where) -> dict[Where, int]:
    """Make the unknowns of all profiles with some further codes, and tie every count of such clients to them."""
    made = {profile: knowledge.fresh() for profile in profiles}
    for size in range(len(DIMENSIONS) + 1):
        for names in combinations(range(len(profiles[0])), size):
            sums: dict[Where, list[int]] = {}
            for profile, unknown in made.items():
                sums.setdefault(tuple(profile[place] for place in names), []).append(unknown)
            for codes, unknowns in sums.items():
                found = Population(release.period, release.edition, "clients", tuple(sorted((*at, *codes))))
                if found in knowledge.index:
                    knowledge.equal([knowledge.index[found]], unknowns)
    return made
