"""What ties periods and editions to each other.

Answers "what follows from last quarter's brief beside this one, and from the second edition beside the first".
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pipelines.audit.equations import CAP, Population
from pipelines.audit.reading import Release
from pipelines.audit.structure import FAMILY, TYPE, group_dimension
from pipelines.audit.worlds import World
from pipelines.periods import Period

# Membership that any case of a client may bring: a later case does not overrule an earlier one.
_ANY_CASE = group_dimension("FAMILY_MEMBER")


def tie_periods(world: World, releases: Collection[Release]) -> None:
    """Tie each period to the shorter ones it adds to.

    Cases and issues of a period are those of its parts. A client may be in several parts: the whole is at most their
    sum, and whoever came in the last part is in the whole with the same codes.

    Args:
        world: the unknowns of all editions; equations are added.
        releases: the releases they were read from.
    """
    tied = set()
    for release in releases:
        parts = _parts(release, releases)
        if parts and (release.period, release.edition) not in tied:
            tied.add((release.period, release.edition))
            overlap = bool(release.structure.get("clients_overlap_in_time", True))
            _tie(world, (release.period, release.edition), parts, overlap=overlap)


def _parts(release: Release, releases: Collection[Release]) -> list[tuple[str, int]]:
    """Give the parts a period adds to, in order of time: those it names, or the newest editions of all inside it."""
    told = release.structure.get("parts")
    if isinstance(told, dict):
        found = {str(period): int(edition) for period, edition in told.items()}
    else:
        own = Period.parse(release.period)
        found = {}
        for each in releases:
            period = Period.parse(each.period)
            if period != own and own.first <= period.first and period.last <= own.last:
                found[each.period] = max(each.edition, found.get(each.period, 0))
    known = {(each.period, each.edition) for each in releases}
    return sorted((part for part in found.items() if part in known), key=lambda part: Period.parse(part[0]))


def _tie(world: World, whole: tuple[str, int], parts: Sequence[tuple[str, int]], *, overlap: bool) -> None:
    is_complete = _is_partition(whole[0], [period for period, _ in parts])
    is_apart = len({quarter for period, _ in parts for quarter in Period.parse(period).quarters}) == sum(
        len(Period.parse(period).quarters) for period, _ in parts
    )
    for found, unknown in list(world.knowledge.index.items()):
        if (found.period, found.edition) != whole or found.unit == "cases":
            continue
        names = [Population(period, edition, found.unit, found.where) for period, edition in parts]
        known = [world.knowledge.index.get(name) for name in names]
        inside = [each for each in known if each is not None]
        is_whole = is_complete and len(inside) == len(parts)
        if found.unit == "clients" and overlap:
            _bound_clients(world, found, unknown, (known, is_whole))
        elif inside and is_whole:
            world.knowledge.equal([unknown], inside, f"{whole[0]} and its parts ({found.unit})")
        elif inside and is_apart:
            world.knowledge.at_most(inside, [unknown])


def _is_partition(whole: str, parts: Sequence[str]) -> bool:
    quarters = [quarter for part in parts for quarter in Period.parse(part).quarters]
    return sorted(quarters) == list(Period.parse(whole).quarters)


def _bound_clients(world: World, found: Population, unknown: int, parts: tuple[list[int | None], bool]) -> None:
    known, is_whole = parts
    inside = [each for each in known if each is not None]
    dimensions = {name for name, _ in found.where}
    if _ANY_CASE in dimensions and (_ANY_CASE, "Y") not in found.where:
        return
    # Codes of a person are those of the latest case; advice of any case counts.
    lasting = inside if dimensions <= {TYPE, FAMILY} else [each for each in known[-1:] if each is not None]
    for part in lasting:
        world.knowledge.at_most([part], [unknown])
    mixes = bool(dimensions & {TYPE, FAMILY}) and not dimensions <= {TYPE, FAMILY}
    if is_whole and not mixes:
        world.knowledge.at_most([unknown], inside)


def tie_editions(world: World, targets: Collection[Release]) -> None:
    """Make the change from one edition to a later one an unknown of its own, and the bet that cases were only added.

    Args:
        world: the unknowns of all editions; changes that concern a target are added to its rests.
        targets: the releases that are judged.
    """
    index = world.knowledge.index
    for release in targets:
        for found, later in list(index.items()):
            if (found.period, found.edition) != (release.period, release.edition):
                continue
            for edition in range(1, found.edition):
                earlier = index.get(Population(found.period, edition, found.unit, found.where))
                if earlier is None:
                    continue
                change = world.knowledge.rest((later, earlier), -CAP, CAP)
                world.knowledge.equal([later], [earlier, change])
                world.knowledge.at_most([earlier], [later], is_gamble=True)
                codes = " ".join(code for _, code in found.where) or "all"
                label = f"the change of {codes} ({found.unit}) since edition {edition}"
                world.rests.append((change, release, label))
