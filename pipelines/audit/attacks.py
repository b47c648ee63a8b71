"""The attacks on what readers can open together: on its figures, with what a law centre knows, and on full profiles.

Answers "what does somebody learn who puts all of it together".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from pipelines.audit.barriers import tie_barriers
from pipelines.audit.groups import tie_groups
from pipelines.audit.insiders import Insiders, as_insider, mentioned
from pipelines.audit.judging import Findings, claims, judge
from pipelines.audit.links import tie_codes, tie_units
from pipelines.audit.people import People
from pipelines.audit.profiles import add_profiles
from pipelines.audit.reading import MANIFEST, Release
from pipelines.audit.recorded import tie_recorded
from pipelines.audit.stalls import tie_stalls
from pipelines.audit.sums import sum_problems, table_problems
from pipelines.audit.times import tie_editions, tie_periods
from pipelines.audit.worlds import World, build, of_centre
from pipelines.workers import in_turn, useful


@dataclass(frozen=True, eq=False)
class _Asked:
    """Some law centres that attack the same figures: what all of them can open, and what each of them knows.

    `named` are the codes that any law centre has clients of, by table.
    """

    opened: tuple[Release, ...]
    judged: frozenset[str]
    named: Mapping[str, Collection[str]]
    insiders: Insiders


# What figures are read from; all else are pages, drawings and papers.
FIGURES = (MANIFEST, "data/")
# Digests of attacks of this process in which no centre learnt anything.
_told_nothing: set[str] = set()


def put_together(
    scope: Collection[Release], judged: Collection[Release], named: Mapping[str, Collection[str]] | None = None
) -> World:
    """Put everything that some readers can open into one world.

    Args:
        scope: all that they can open.
        judged: the releases that are looked at.
        named: further codes, by table, that a reader knows to matter although their rows are left out.
    """
    world = build(scope, named)
    for release in scope:
        tie_codes(world, release)
        tie_groups(world, release)
        tie_units(world, release)
        tie_recorded(world, release)
        tie_barriers(world, release)
        tie_stalls(world, release)
    tie_periods(world, scope)
    tie_editions(world, judged)
    return world


def figures_alone(release: Release) -> Release:
    """Give a release without its pages and drawings: what an attack on its figures reads."""
    return replace(release, files={path: data for path, data in release.files.items() if path.startswith(FIGURES)})


def attack(scope: Collection[Release], judged: Collection[Release], findings: Findings) -> None:
    """Attack with the files alone.

    Args:
        scope: all that the readers can open.
        judged: the releases that are looked at.
        findings: problems are added.
    """
    world = put_together(scope, judged)
    findings.problems += sum_problems(world, judged)
    for release in judged:
        findings.problems += table_problems(world, release)
    wanted = claims(world, judged)
    judge(world, wanted, findings)
    if world.knowledge.gambles:
        judge(world, wanted, findings, gamble=True)


def attack_as_centres(
    opened: Mapping[str, Release], wanted: Collection[str], findings: Findings, insiders: Insiders
) -> None:
    """Attack the network's figures as each law centre, which knows its own part of every one of them.

    All centres read the same, so that one world serves many of them. Figures from which they learnt nothing are not
    attacked again with the same knowledge: a run asks when it has rounded them, and again when they stand in files.

    Args:
        opened: all that every centre can open.
        wanted: the releases that are looked at; those of one centre are passed over.
        findings: problems are added.
        insiders: true counts of law centres, by centre and period.
    """
    judged = [opened[key] for key in wanted if key in opened]
    if not insiders or not judged:
        return
    told = _digest(opened.values(), judged, insiders)
    if told in _told_nothing:
        return
    kept = tuple(figures_alone(each) for each in opened.values())
    asked = _Asked(kept, frozenset(each.key for each in judged), mentioned(insiders), insiders)
    found, workers = Findings(), useful(len(insiders), 1)
    # True counts of law centres go to no other machine.
    for part in in_turn(_as_some, _dealt(asked, workers), workers=workers, may_leave=False):
        found.add(part)
    findings.add(found)
    if not found.problems:
        _told_nothing.add(told)


def _dealt(asked: _Asked, parts: int) -> list[_Asked]:
    """Deal the centres out in their order, about as many to each part."""
    centres = list(asked.insiders.items())
    size = -(-len(centres) // parts)
    return [replace(asked, insiders=dict(centres[at : at + size])) for at in range(0, len(centres), size)]


def _as_some(asked: _Asked) -> Findings:
    """Attack as some of the centres, one after the other."""
    found, judged = Findings(), [each for each in asked.opened if each.key in asked.judged]
    world = put_together(asked.opened, judged, asked.named)
    unproved, people = claims(world, judged), People(world)
    for centre, own in asked.insiders.items():
        changed, left = as_insider(world, unproved, centre, own)
        judge(changed, left, found, who=f", by {centre} for the others", people=people)
    return found


def _digest(opened: Iterable[Release], judged: Iterable[Release], insiders: Insiders) -> str:
    """Give a digest of all that an attack follows from: what figures say, which are judged, and what centres know."""
    said = [sorted({repr(each.figures) for each in releases}) for releases in (opened, judged)]
    known = sorted(
        (centre, period, sorted(own.items())) for centre, periods in insiders.items() for period, own in periods.items()
    )
    return sha256(repr((said, known)).encode()).hexdigest()


def attack_profiles(scope: Collection[Release], judged: Collection[Release], findings: Findings) -> None:
    """Attack with what follows from clients having one gender, one age and one nationality each.

    Args:
        scope: all that the readers can open.
        judged: the releases that are looked at.
        findings: problems are added.
    """
    world = put_together(scope, judged)
    for release in judged:
        add_profiles(world.knowledge, release, of_centre(release, ()))
    judge(world, claims(world, judged), findings)
