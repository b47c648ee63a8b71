"""What may not be narrowed down, and what was.

Answers "which cells fail, and how". A rounded or hidden count fails when a reader can work it out, can prove it to be
small, or (rounded) can exclude more than the rounding promises.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from pipelines.audit.equations import Equation, Knowledge
from pipelines.audit.intervals import Contradiction, Reach
from pipelines.audit.nearest import lines_near
from pipelines.audit.people import People
from pipelines.audit.reading import Release
from pipelines.audit.structure import CENTRE_ID, hierarchies, where
from pipelines.audit.worlds import World, population
from pipelines.codelists import TOTAL

ROUNDED, HIDDEN, OTHERS, REST = "rounded", "hidden", "others", "rest"
EXACT, SMALL, NARROWED = "exact", "proved_small", "narrowed"
Own = Mapping[tuple[str, tuple[str, ...], str], int]
_SAID = {
    EXACT: "can be worked out exactly",
    SMALL: "can be proved to be small",
    NARROWED: "can be narrowed down further than its rounding says",
}
_REMEDY = {
    ROUNDED: "Round the edition again, or publish coarser codes.",
    HIDDEN: "Hide further counts of the same sums, or publish coarser codes.",
    OTHERS: "Round the edition again with what each centre knows, or publish coarser codes.",
    REST: "Publish coarser codes of one of the two.",
}


@dataclass(frozen=True)
class Claim:
    """An unknown that must stay unknown: how it is protected, the limit of small counts, and its name.

    `own` is what the reader knows to be their own part of it. That a hidden count is 0 may come out: zeros are shown
    elsewhere, and nobody is behind them.
    """

    unknown: int
    kind: str
    limit: int
    release: Release
    label: str
    own: int = 0

    def fault(self, interval: tuple[int, int]) -> str:
        """Say what is wrong with an interval; empty when it is wide enough."""
        low, high = interval[0] - self.own, interval[1] - self.own
        is_small = low >= 1 and high < self.limit
        if self.kind == REST:
            return SMALL if is_small or (-high >= 1 and -low < self.limit) else ""
        if low >= high:
            return "" if self.kind == HIDDEN and high <= 0 else EXACT
        if is_small:
            return SMALL
        return NARROWED if self.kind == ROUNDED and high - low + 1 < self.limit else ""


@dataclass
class Findings:
    """What failed: problems in words, and the claims by fault."""

    problems: list[str] = field(default_factory=list)
    faults: dict[tuple[str, str], str] = field(default_factory=dict)

    def note(self, claim: Claim, fault: str, who: str) -> None:
        """Add that a claim does not hold; an empty fault says that it does."""
        place = (claim.release.key, claim.label)
        if fault and place not in self.faults:
            self.faults[place] = fault
            said = f"{claim.label} {_SAID[fault]}{who}. {_REMEDY[claim.kind]}"
            self.problems.append(claim.release.problem(said))

    def count(self, fault: str) -> int:
        """Tell how many counts failed in one way."""
        return sum(each == fault for each in self.faults.values())


def claims(world: World, targets: Collection[Release]) -> list[Claim]:
    """Give every count of some releases that must stay unknown."""
    found = []
    for release in targets:
        kind = ROUNDED if release.base is not None else HIDDEN
        for table in release.tables.values():
            for row in table.rows:
                if release.base is not None or row.is_hidden:
                    unknown = world.cells[release.key, row.reference]
                    found.append(Claim(unknown, kind, release.limit, release, f"{table.table_id} {row.label}"))
        shown = {(release.key, row.reference) for table in release.tables.values() for row in table.rows}
        for (key, reference), unknown in world.cells.items():
            if key == release.key and (key, reference) not in shown and "+" not in reference:
                label = f"{reference.partition('.')[0]} (a row that is left out)"
                found.append(Claim(unknown, kind, release.limit, release, label))
        found += [Claim(at, REST, release.limit, each, label) for at, each, label in world.rests if each is release]
    return found


def judge(world: World, wanted: Iterable[Claim], findings: Findings, *, gamble: bool = False, who: str = "") -> None:
    """Attack a world and note every claim that does not hold.

    Args:
        world: what the readers know.
        wanted: what must stay unknown.
        findings: problems are added.
        gamble: the readers also bet that later editions only added cases.
        who: names an insider whose knowledge was put in.
    """
    found: dict[int, list[Claim]] = {}
    for claim in wanted:
        found.setdefault(claim.unknown, []).append(claim)

    def faults_of(unknown: int) -> list[str]:
        # A bet that narrows a rounded count and proves nothing small is no more than a bet.
        faults = [claim.fault(reach.interval(unknown)) for claim in found[unknown]]
        return ["" if gamble and fault == NARROWED else fault for fault in faults]

    def is_safe(unknown: int) -> bool:
        return not any(faults_of(unknown))

    try:
        reach = Reach(world.knowledge, gamble=gamble)
        failed = reach.unsafe(_not_cleared(world, reach, found, is_safe, gamble=gamble), is_safe)
    except Contradiction:
        if not gamble:
            keys = sorted({claim.release.key for claims in found.values() for claim in claims})
            findings.problems.append(f"{', '.join(keys)}: no counts fit all that is published. Release it again.")
        return
    for unknown in failed:
        for claim, fault in zip(found[unknown], faults_of(unknown), strict=True):
            findings.note(claim, fault, who)


def _not_cleared(
    world: World, reach: Reach, unknowns: Collection[int], is_safe: Callable[[int], bool], *, gamble: bool
) -> list[int]:
    """Clear unknowns by worlds with one person more or fewer, and give the others."""
    knowledge = world.knowledge
    equations = knowledge.equations + (knowledge.gambles if gamble else [])
    lines = lines_near(knowledge, equations, world.published)
    if not lines.is_possible:
        return list(unknowns)
    reach.widen(np.arange(len(lines.start)), lines.start)
    people = People(world)
    left = []
    for unknown in unknowns:
        growths = people.around(unknown)
        while not is_safe(unknown):
            growth = next(growths, None)
            if growth is None:
                left.append(unknown)
                break
            reach.widen(*lines.along(growth))
    return left


def as_insider(world: World, wanted: Collection[Claim], centre: str, own: Own) -> tuple[World, list[Claim]]:
    """Put in what a law centre knows of its own clients.

    Args:
        world: what the files say.
        wanted: what must stay unknown.
        centre: the law centre.
        own: its true counts by table, codes and unit; a table without any entry is not known to it.
    Returns:
        The world in which every count is at least its own part, and the claims about what is left after taking it out.
    """
    parts = _own_parts(world, {claim.release.key: claim.release for claim in wanted}.values(), centre, own)
    knowledge = world.knowledge
    lower = list(knowledge.lower)
    for unknown, n in parts.items():
        lower[unknown] = max(lower[unknown], n)
    equations = [_less_own(each, parts) for each in knowledge.equations]
    changed = Knowledge(lower, list(knowledge.upper), knowledge.index, equations, knowledge.gambles)
    apart = _entirely_own(world, wanted, centre)
    left = [
        Claim(claim.unknown, OTHERS, claim.limit, claim.release, claim.label, parts[claim.unknown])
        for claim in wanted
        if claim.unknown in parts and claim.unknown not in apart
    ]
    return replace(world, knowledge=changed), left


def _own_parts(world: World, releases: Iterable[Release], centre: str, own: Own) -> dict[int, int]:
    known_tables = {table_id for table_id, _, _ in own}
    total = next((n for (_, codes, unit), n in own.items() if unit == "clients" and set(codes) == {TOTAL}), 0)
    parts: dict[int, int] = {}
    for release in releases:
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


def _less_own(equation: Equation, parts: Mapping[int, int]) -> Equation:
    """A bound holds for everybody else's clients too."""
    if equation.is_sum or any(unknown not in parts for unknown in equation.terms):
        return equation
    own = sum(value * parts[unknown] for unknown, value in equation.terms.items())
    return Equation(equation.terms, equation.low, min(equation.high, equation.high + own), equation.label)


def _entirely_own(world: World, wanted: Collection[Claim], centre: str) -> set[int]:
    """Give the unknowns that count the insider's clients alone."""
    found = set()
    for release in {claim.release.key: claim.release for claim in wanted}.values():
        inside = {
            (h.child, code)
            for h in hierarchies(release)
            for code, parent in h.of.items()
            if h.parent == CENTRE_ID and parent == centre
        }
        for table in release.tables.values():
            for row in table.rows:
                if set(where(table, row.codes)) & (inside | {(CENTRE_ID, centre)}):
                    found.add(world.knowledge.index[population(world, release, table, row)])
    return found
