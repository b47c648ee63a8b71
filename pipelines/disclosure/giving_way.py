"""Tables that a rounded edition goes without where they leave the others too little room.

Answers "which tables can be rounded together". The finest tables of the network are small counts for the most part.
Where they would push figures further from their counts than the rule says, or leave no rounding at all, they give way.
"""

from __future__ import annotations

from collections.abc import Callable

from pipelines.analysis.breakdowns import Caseload
from pipelines.disclosure.detail import gives_way, without
from pipelines.disclosure.rounded import RoundedPeriod
from pipelines.errors import DisclosureError


def with_room(caseload: Caseload, draw: Callable[[Caseload], RoundedPeriod]) -> RoundedPeriod:
    """Round a period, without its finest tables where that keeps more figures as near as the rule says.

    Args:
        caseload: true counts.
        draw: rounds counts.
    Raises:
        DisclosureError: there is no rounding, with or without the finest tables.
    """
    coarser = without(caseload, gives_way())
    if len(coarser.breakdowns) == len(caseload.breakdowns):
        return draw(caseload)
    try:
        found = draw(caseload)
    except DisclosureError:
        return draw(coarser)
    if not found.report["widened"]:
        return found
    try:
        return min(found, draw(coarser), key=lambda rounded: rounded.report["widened"])
    except DisclosureError:
        return found


def given_way(caseload: Caseload, rounded: RoundedPeriod) -> tuple[str, ...]:
    """Name the tables that an edition goes without, although there are counts for them."""
    counted = {each.definition.table_id for each in caseload.breakdowns}
    return tuple(sorted(gives_way() & counted - {name.table_id for name in rounded.values}))
