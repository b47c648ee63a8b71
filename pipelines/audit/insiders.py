"""What a law centre knows beside the files: how many of its own clients stand behind each figure of the network.

Answers "what is left to find out for somebody who takes their own clients out". A centre knows its own part of every
period that is published.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from pipelines.audit.equations import Equation, Knowledge
from pipelines.audit.judging import OTHERS, Claim
from pipelines.audit.reading import Release
from pipelines.audit.structure import CENTRE_ID, hierarchies, where
from pipelines.audit.worlds import World, population
from pipelines.codelists import TOTAL

# True counts by table, codes and unit; those of each centre, by period.
Own = Mapping[tuple[str, tuple[str, ...], str], int]
Insiders = Mapping[str, Mapping[str, Own]]


def mentioned(insiders: Insiders) -> dict[str, set[str]]:
    """Give the codes, by table, that some centre has clients of: their rows matter even where they are left out."""
    found: dict[str, set[str]] = {}
    for own in (own for periods in insiders.values() for own in periods.values()):
        for (table_id, codes, _), n in own.items():
            if n:
                found.setdefault(table_id, set()).add(codes[0])
    return found


def as_insider(
    world: World, wanted: Collection[Claim], centre: str, own: Mapping[str, Own]
) -> tuple[World, list[Claim]]:
    """Put in what a law centre knows of its own clients.

    Args:
        world: what the files say.
        wanted: what must stay unknown.
        centre: the law centre.
        own: its true counts by period; a table without any entry is not known to it.
    Returns:
        The world in which every count is at least its own part, and the claims about what is left after taking it out.
    """
    releases = list(_newest(world.releases))
    parts: dict[int, int] = {}
    for release in releases:
        if release.period in own:
            parts |= _own_parts(world, release, centre, own[release.period])
    knowledge = world.knowledge
    lower = list(knowledge.lower)
    for unknown, n in parts.items():
        lower[unknown] = max(lower[unknown], n)
    fixed = _sums_alone(world) if _are_clients_shared(releases) else set()
    equations = [each if id(each) in fixed else _less_own(each, parts) for each in knowledge.equations]
    changed = Knowledge(lower, list(knowledge.upper), knowledge.index, equations, knowledge.gambles)
    apart = {unknown for release in releases for unknown in _entirely_own(world, release, centre)}
    left = [
        Claim(claim.unknown, OTHERS, claim.limit, claim.release, claim.label, parts[claim.unknown])
        for claim in wanted
        if claim.unknown in parts and claim.unknown not in apart
    ]
    return replace(world, knowledge=changed), left


def _newest(releases: Iterable[Release]) -> Iterator[Release]:
    """Leave out editions that were revised since: the centre's counts are those of the newest one."""
    named = list(releases)
    newest: dict[str, int] = {}
    for release in named:
        newest[release.period] = max(release.edition, newest.get(release.period, 0))
    yield from (release for release in named if release.edition == newest[release.period])


def _own_parts(world: World, release: Release, centre: str, own: Own) -> dict[int, int]:
    known_tables = {table_id for table_id, _, _ in own}
    total = next((n for (_, codes, unit), n in own.items() if unit == "clients" and set(codes) == {TOTAL}), 0)
    parts: dict[int, int] = {}
    for table in release.tables.values():
        for row in table.rows:
            unknown = world.cells[release.key, row.reference]
            if table.table_id in known_tables:
                parts[unknown] = own.get((table.table_id, row.codes, row.unit), 0)
            elif table.dimensions == (CENTRE_ID,):
                parts[unknown] = total if row.codes[0] in {centre, TOTAL} else 0
    for (key, reference), unknown in world.cells.items():
        table_id, *codes, unit = reference.split(".")
        if key == release.key and table_id in known_tables:
            parts.setdefault(unknown, own.get((table_id, tuple(codes), unit), 0))
    return parts


def _are_clients_shared(releases: Iterable[Release]) -> bool:
    return any(bool(release.structure.get("clients_at_several_centres")) for release in releases)


def _sums_alone(world: World) -> set[int]:
    """Give the bounds that need not hold for everybody else's clients, where a client may be at several centres.

    A client belongs to the centre of the latest case, and takes all issues there: to one centre in a quarter and to
    another in the year, and with issues of cases that stay where they were.
    """
    population_of = {unknown: population for population, unknown in world.knowledge.index.items()}
    found = set()
    for equation in world.knowledge.equations:
        populations = [population_of[unknown] for unknown in equation.terms if unknown in population_of]
        units = {each.unit for each in populations}
        if len({each.period for each in populations}) > 1 or {"cases", "issues"} <= units:
            found.add(id(equation))
    return found


def _less_own(equation: Equation, parts: Mapping[int, int]) -> Equation:
    """A bound holds for everybody else's clients too."""
    if equation.is_sum or any(unknown not in parts for unknown in equation.terms):
        return equation
    own = sum(value * parts[unknown] for unknown, value in equation.terms.items())
    return Equation(equation.terms, equation.low, min(equation.high, equation.high + own), equation.label)


def _entirely_own(world: World, release: Release, centre: str) -> Iterator[int]:
    """Give the unknowns that count the insider's clients alone."""
    inside = {
        (h.child, code)
        for h in hierarchies(release)
        for code, parent in h.of.items()
        if h.parent == CENTRE_ID and parent == centre
    }
    for table in release.tables.values():
        for row in table.rows:
            if set(where(table, row.codes)) & (inside | {(CENTRE_ID, centre)}):
                yield world.knowledge.index[population(world, release, table, row)]
