"""What may not be narrowed down, and what was.

Answers "which cells fail, and how". A rounded or hidden count fails when a reader can work it out, can prove it to be
small, or (rounded) can exclude more than the rounding promises.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

import numpy as np

from pipelines.audit.intervals import Contradiction, Reach
from pipelines.audit.nearest import lines_near
from pipelines.audit.people import People
from pipelines.audit.reading import Release
from pipelines.audit.worlds import World

# Lines that are followed together: enough to be quick as arrays, few enough that what one clears another need not.
AT_ONCE = 64
ROUNDED, HIDDEN, OTHERS, REST = "rounded", "hidden", "others", "rest"
EXACT, SMALL, NARROWED = "exact", "proved_small", "narrowed"
_SAID = {
    EXACT: "can be worked out exactly",
    SMALL: "can be proved to be small",
    NARROWED: "can be narrowed down further than its rounding says",
}
_REMEDY = {
    ROUNDED: "Round the edition again, or publish coarser codes.",
    HIDDEN: "Hide further counts of the same sums, or publish coarser codes.",
    OTHERS: "Publish coarser codes or a longer period.",
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
    """What failed: problems in words, and the claims that do not hold, with their fault and how it was told."""

    problems: list[str] = field(default_factory=list)
    faults: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def note(self, claim: Claim, fault: str, who: str) -> None:
        """Add that a claim does not hold; an empty fault says that it does."""
        place = (claim.release.key, claim.label)
        if fault and place not in self.faults:
            said = claim.release.problem(f"{claim.label} {_SAID[fault]}{who}. {_REMEDY[claim.kind]}")
            self.faults[place] = fault, said
            self.problems.append(said)

    def add(self, others: Findings) -> None:
        """Add what was found in other releases or by other readers; a claim that fell before is told as it was then."""
        known = {others.faults[place][1] for place in others.faults.keys() & self.faults.keys()}
        self.problems += [each for each in others.problems if each not in known]
        self.faults = others.faults | self.faults

    def count(self, fault: str) -> int:
        """Tell how many counts failed in one way."""
        return sum(each == fault for each, _ in self.faults.values())


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


def judge(
    world: World,
    wanted: Iterable[Claim],
    findings: Findings,
    *,
    gamble: bool = False,
    who: str = "",
    people: People | None = None,
) -> None:
    """Attack a world and note every claim that does not hold.

    Args:
        world: what the readers know.
        wanted: what must stay unknown.
        findings: problems are added.
        gamble: the readers also bet that later editions only added cases.
        who: names an insider whose knowledge was put in.
        people: those of the same world, where several readers ask for them.
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
        left = _not_cleared(world, reach, found, is_safe, people=people or People(world), gamble=gamble)
        failed = reach.unsafe(left, is_safe)
    except Contradiction:
        if not gamble:
            keys = sorted({claim.release.key for claims in found.values() for claim in claims})
            findings.problems.append(f"{', '.join(keys)}: no counts fit all that is published. Release it again.")
        return
    for unknown in failed:
        for claim, fault in zip(found[unknown], faults_of(unknown), strict=True):
            findings.note(claim, fault, who)


def _not_cleared(
    world: World,
    reach: Reach,
    unknowns: Collection[int],
    is_safe: Callable[[int], bool],
    *,
    people: People,
    gamble: bool,
) -> list[int]:
    """Clear unknowns by worlds with one person more or fewer, and give the others."""
    knowledge = world.knowledge
    equations = knowledge.equations + (knowledge.gambles if gamble else [])
    lines = lines_near(knowledge, equations, world.published)
    if not lines.is_possible:
        return list(unknowns)
    reach.widen(np.arange(len(lines.start)), lines.start)
    left: list[int] = []
    waiting = deque((unknown, people.around(unknown)) for unknown in unknowns)
    while waiting:
        growths = []
        for _ in range(min(AT_ONCE, len(waiting))):
            unknown, guesses = waiting.popleft()
            if is_safe(unknown):
                continue
            growth = next(guesses, None)
            if growth is None:
                left.append(unknown)
            else:
                growths.append(growth)
                waiting.append((unknown, guesses))
        if growths:
            reach.widen(*lines.along(growths))
    return left
