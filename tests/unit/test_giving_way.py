"""Which of the finest tables an edition goes without: those of people, those of enquiries, or both."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipelines.analysis.breakdowns import Caseload
from pipelines.disclosure.giving_way import with_room
from pipelines.disclosure.protected import Rule
from pipelines.disclosure.rounded import RoundedPeriod
from pipelines.errors import DisclosureError
from tests.properties.caseloads import caseload
from tests.properties.clients import people
from tests.properties.enquired import beside, draw_enquiries

TIME, RESPONSE = "by_group_of_interest_time", "by_group_of_interest_response"
BOTH = beside(caseload(people(60)), draw_enquiries(50, ("a",), 1))


def moved(costs: dict[str, int], drawn: list[set[str]]) -> Callable[[Caseload], RoundedPeriod]:
    """Give what rounds: each of the finest tables that is there moves so many figures too far; -1: no rounding."""

    def draw(counts: Caseload) -> RoundedPeriod:
        present = {each.definition.table_id for each in counts.breakdowns} & set(costs)
        drawn.append(present)
        if any(costs[name] < 0 for name in present):
            raise DisclosureError("No rounding keeps all tables of this edition adding up.")
        told = {"widened": sum(costs[name] for name in present), "tables": present}
        return RoundedPeriod({}, {}, Rule("controlled_rounding", 10, "", base=5, reach=4), told)

    return draw


@pytest.mark.parametrize(
    ("costs", "kept", "draws"),
    [
        ({TIME: 0, RESPONSE: 0}, {TIME, RESPONSE}, 1),
        ({TIME: 7, RESPONSE: 0}, {RESPONSE}, 2),
        ({TIME: -1, RESPONSE: 0}, {RESPONSE}, 2),
        ({TIME: 0, RESPONSE: 3}, {TIME}, 3),
        ({TIME: 7, RESPONSE: 3}, set(), 4),
        ({TIME: -1, RESPONSE: -1}, set(), 4),
    ],
)
def test_only_what_leaves_too_little_room_gives_way(costs: dict[str, int], kept: set[str], draws: int) -> None:
    drawn: list[set[str]] = []
    found = with_room(BOTH, moved(costs, drawn))
    assert (found.report["tables"], len(drawn)) == (kept, draws)


def test_where_nothing_helps_the_reason_is_told() -> None:
    def draw(_: Caseload) -> RoundedPeriod:
        raise DisclosureError("Nothing can be rounded here.")

    with pytest.raises(DisclosureError, match="Nothing can be rounded here"):
        with_room(BOTH, draw)
