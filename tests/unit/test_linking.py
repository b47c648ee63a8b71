"""The relations between figures, as a reader knows them who cannot see a hidden 0."""

from __future__ import annotations

from pipelines.disclosure.linking import link
from pipelines.disclosure.system import CellName, LinkedSystem
from tests.properties.caseloads import caseload
from tests.properties.clients import people

UNKNOWN_TYPE = (("2026-Q3", ("_U",)),)
CLIENTS = (
    people(40, age="Y35T44", aged="N")
    + people(6, age="Y18T24", aged="N")
    + people(3, age="Y35T44", aged="N", cases=UNKNOWN_TYPE)
    + people(9, age="Y_GE65", aged="Y")
)
NOBODY = CellName("by_age_group_advice", ("Y18T24", "_U"), "clients")
SOMEBODY = CellName("by_age_group_advice", ("Y35T44", "_U"), "clients")
UNDER_55 = CellName("by_group_of_interest_advice", ("AGED_55_PLUS", "N", "_U"), "clients")


def breaks(system: LinkedSystem, steps: dict[CellName, int]) -> bool:
    """Tell whether an exact relation does not hold any more once some counts are other ones."""
    return any(
        sum(steps.get(name, 0) for name in relation.left) != sum(steps.get(name, 0) for name in relation.right)
        for relation in system.relations
        if relation.is_exact and UNDER_55 in relation.cells
    )


def test_whoever_a_hidden_zero_counted_would_count_in_the_groups_of_the_same_family():
    """Once, a reader was thought to take a young client for possible who is in no group of ages."""
    system = link(caseload(CLIENTS))
    assert system.counts[NOBODY] == 0
    assert system.counts[UNDER_55] == system.counts[SOMEBODY] == 3
    assert not breaks(system, {NOBODY: 1, SOMEBODY: -1})
    assert breaks(system, {NOBODY: 1})
    assert breaks(system, {NOBODY: 1, SOMEBODY: -1, UNDER_55: 1})
