"""Groups that are made of codes: a network's own, such as young women, beside the tables that count the same people.

Answers "which rows make up this group". The manifest says what a group is made of; everybody can add those rows up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from pipelines.audit.equations import Population
from pipelines.audit.reading import Release
from pipelines.audit.structure import group_dimension
from pipelines.audit.worlds import Where, World

MEMBER = "Y"


def tie_groups(world: World, release: Release) -> None:
    """Tie the members of every group to the rows whose codes make them members.

    Where every row is there, they are the group; where some are not, or a code may leave membership open, the group is
    at least those that are.
    """
    for group, made_of, is_whole in _declared(release):
        for context, members in _members(world, release, group):
            rows = [_unknown(world, release, (*context, *codes)) for codes in _combinations(made_of)]
            present = [row for row in rows if row is not None]
            if is_whole and len(present) == len(rows):
                world.knowledge.equal([members], present, f"members of {group}")
            elif present:
                world.knowledge.at_most(present, [members])


def _declared(release: Release) -> Iterator[tuple[str, Mapping[str, list[str]], bool]]:
    declared = release.structure.get("groups")
    for group, told in sorted((declared if isinstance(declared, dict) else {}).items()):
        yield group, told["codes"], bool(told["is_whole"])


def _members(world: World, release: Release, group: str) -> Iterator[tuple[Where, int]]:
    """Give each figure of members, with what else it is cut by."""
    member = (group_dimension(group), MEMBER)
    for found, unknown in list(world.knowledge.index.items()):
        is_here = (found.period, found.edition, found.unit) == (release.period, release.edition, "clients")
        if is_here and member in found.where:
            yield tuple(pair for pair in found.where if pair != member), unknown


def _combinations(made_of: Mapping[str, list[str]]) -> Iterator[Where]:
    dimensions = sorted(made_of)
    for codes in product(*(made_of[name] for name in dimensions)):
        yield tuple(zip(dimensions, codes, strict=True))


def _unknown(world: World, release: Release, codes: Where) -> int | None:
    wanted = Population(release.period, release.edition, "clients", tuple(sorted(codes)))
    return world.knowledge.index.get(wanted)
