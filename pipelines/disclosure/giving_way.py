"""Tables that a rounded edition goes without where they leave the others too little room.

Answers "which tables can be rounded together". The finest tables of the network are small counts for the most part.
Where they would push figures further from their counts than the rule says, or leave no rounding at all, they give way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipelines.analysis.breakdowns import Caseload
from pipelines.disclosure.detail import gives_way, without
from pipelines.disclosure.rounded import RoundedPeriod
from pipelines.errors import DisclosureError


def with_room(caseload: Caseload, draw: Callable[[Caseload], RoundedPeriod]) -> RoundedPeriod:
    """Round a period, without its finest tables where that keeps more figures as near as the rule says.

    Nothing ties tables of enquiries to those of people, so the finest of either give way before both do.

    Args:
        caseload: true counts.
        draw: rounds counts.
    Raises:
        DisclosureError: there is no rounding, with or without the finest tables.
    """
    *finer, last = (caseload, *_coarser(caseload))
    best: RoundedPeriod | None = None
    for each in finer:
        found = _drawn(each, draw)
        if found and not found.report["widened"]:
            return found
        best = _nearer(best, found)
    return draw(last) if best is None else _nearer(best, _drawn(last, draw)) or best


def _coarser(caseload: Caseload) -> Iterator[Caseload]:
    """Give the caseload without the finest tables of people, without those of enquiries, and without all of them."""
    fine = [each.definition for each in caseload.breakdowns if each.definition.table_id in gives_way()]
    people, enquiries = ({each.table_id for each in fine if each.counts_enquiries is kind} for kind in (False, True))
    for tables in dict.fromkeys(map(frozenset, (people, enquiries, people | enquiries))):
        if tables:
            yield without(caseload, tables)


def _drawn(caseload: Caseload, draw: Callable[[Caseload], RoundedPeriod]) -> RoundedPeriod | None:
    try:
        return draw(caseload)
    except DisclosureError:
        return None


def _nearer(one: RoundedPeriod | None, other: RoundedPeriod | None) -> RoundedPeriod | None:
    """Give the rounding that moves fewer figures further than the rule says; the first where both are alike."""
    found = [each for each in (one, other) if each]
    return min(found, key=lambda rounded: rounded.report["widened"]) if found else None


def given_way(caseload: Caseload, rounded: RoundedPeriod) -> tuple[str, ...]:
    """Name the tables that an edition goes without, although there are counts for them."""
    counted = {each.definition.table_id for each in caseload.breakdowns}
    return tuple(sorted(gives_way() & counted - {name.table_id for name in rounded.values}))
