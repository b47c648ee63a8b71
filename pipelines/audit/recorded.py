"""What is recorded of whom, by source: beside a law centre's own figures, and beside those of advice and families.

Answers "what do rounded figures of a centre's sources tell of its own". Whoever reads both can add up the sources of
the centre, which the manifest names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipelines.audit.equations import Population
from pipelines.audit.links import tie_rows
from pipelines.audit.reading import Release
from pipelines.audit.structure import (
    CENTRE_ID,
    FAMILY,
    FIELD,
    RELATIVE,
    SOURCE,
    TYPE,
    YES,
    Hierarchy,
    group_dimension,
    hierarchies,
)
from pipelines.audit.worlds import World, of_centre
from pipelines.codelists import NOT_KNOWN

# By dimension, then code: the unknown of those of whom something is or is not recorded.
Recorded = Mapping[str, Mapping[str, int]]


def tie_recorded(world: World, release: Release) -> None:
    """Tie what is recorded of the clients of a release to the codes that are known or not known."""
    recorded = _of_sources(world, release) if release.centre else _of_everybody(world, release)
    for hierarchy in hierarchies(release):
        if release.centre and hierarchy.parent in recorded:
            children = _children(world, release, hierarchy)
            if children:
                tie_rows(world, release, hierarchy, (children, dict(recorded[hierarchy.parent])), unit="clients")
    _tie_advice(world, release, recorded.get(f"{FIELD}:advice_type", {}))
    _tie_relatives(world, release, recorded.get(f"{FIELD}:client_role", {}))


def _of_everybody(world: World, release: Release) -> Recorded:
    found: dict[str, dict[str, int]] = {}
    for where, unknown in _same_edition(world, release):
        if len(where) == 1 and where[0][0].startswith(FIELD):
            found.setdefault(where[0][0], {})[where[0][1]] = unknown
    return found


def _of_sources(world: World, release: Release) -> Recorded:
    """Add up the network's figures of the centre's sources; a source of no one centre may have any of its clients."""
    centre_of = next((each.of for each in hierarchies(release) if (each.child, each.parent) == (SOURCE, CENTRE_ID)), {})
    own: dict[tuple[str, str], list[int]] = {}
    open_rows: dict[tuple[str, str], list[int]] = {}
    for where, unknown in _same_edition(world, release):
        named = dict(where)
        fields = [pair for pair in where if pair[0].startswith(FIELD)]
        if len(where) == 2 and SOURCE in named and fields:
            own.setdefault(fields[0], [])
            if centre_of.get(named[SOURCE]) == release.centre:
                own[fields[0]].append(unknown)
            elif named[SOURCE] not in centre_of:
                open_rows.setdefault(fields[0], []).append(unknown)
    found: dict[str, dict[str, int]] = {}
    for (dimension, code), sources in own.items():
        rest = open_rows.get((dimension, code), [])
        found.setdefault(dimension, {})[code] = _summed(world, release, (dimension, code), parts=(sources, rest))
    total = world.knowledge.unknown(_population(release, ()))
    for codes in found.values():
        world.knowledge.equal([total], list(codes.values()))
    return found


def _summed(world: World, release: Release, pair: tuple[str, str], *, parts: tuple[list[int], list[int]]) -> int:
    sources, open_rows = parts
    knowledge = world.knowledge
    unknown = knowledge.unknown(_population(release, (pair,)))
    rest = [knowledge.rest((release.centre, release.period, release.edition, *pair))] if open_rows else []
    knowledge.at_most(rest, open_rows)
    knowledge.equal([unknown], sources + rest)
    return unknown


def _children(world: World, release: Release, hierarchy: Hierarchy) -> dict[str, int]:
    """Give the centre's own rows of a dimension."""
    own = {(CENTRE_ID, release.centre)}
    found = {}
    for where, unknown in _same_edition(world, release):
        rest = [pair for pair in where if pair not in own]
        if len(where) == 2 and len(rest) == 1 and rest[0][0] == hierarchy.child:
            found[rest[0][1]] = unknown
    return found


def _tie_advice(world: World, release: Release, recorded: Mapping[str, int]) -> None:
    """Clients without a known type of advice are those of whom none is recorded; all of them have an unknown type."""
    without = world.knowledge.index.get(_population(release, ((FAMILY, NOT_KNOWN),)))
    unknown_type = world.knowledge.index.get(_population(release, ((TYPE, NOT_KNOWN),)))
    if without is not None and unknown_type is not None:
        world.knowledge.at_most([without], [unknown_type])
    if without is not None and recorded:
        world.knowledge.equal([without], [unknown for code, unknown in recorded.items() if code != YES])


def _tie_relatives(world: World, release: Release, recorded: Mapping[str, int]) -> None:
    """Whoever is recorded as main client or family member is known to be one or the other."""
    group = group_dimension(RELATIVE)
    known = [world.knowledge.index.get(_population(release, ((group, code),))) for code in ("Y", "N")]
    told = [unknown for unknown in known if unknown is not None]
    if YES in recorded and len(told) == len(known):
        world.knowledge.at_most([recorded[YES]], told)


def _population(release: Release, codes: tuple[tuple[str, str], ...]) -> Population:
    return Population(release.period, release.edition, "clients", of_centre(release, codes))


def _same_edition(world: World, release: Release) -> Iterator[tuple[tuple[tuple[str, str], ...], int]]:
    for found, unknown in list(world.knowledge.index.items()):
        if (found.period, found.edition, found.unit) == (release.period, release.edition, "clients"):
            yield found.where, unknown
