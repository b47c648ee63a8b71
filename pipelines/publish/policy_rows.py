"""The published advice types under their policy areas: which rows there are, and whether anything is told.

Answers "what is set beside which score". Rows are those of the table by advice type, as its audience may see them; none
is added up, so that nothing is told that was not published.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.disclosure.protected import Cell, ProtectedTable
from pipelines.publish.brief import Brief
from pipelines.publish.policy import TABLE, Policy, Score
from pipelines.publish.ranking import known

# Why a brief tells nothing; empty where it tells something.
NOTHING_MAPPED, NOTHING_SCORED, TOLD = "none_mapped", "none_scored", ""


@dataclass(frozen=True)
class PolicyRow:
    """A published advice type; `area` is empty where it belongs to none, `score` None where nobody gave one."""

    cell: Cell
    area: str
    score: Score | None

    @property
    def code(self) -> str:
        """Give the code of the advice type."""
        return self.cell.codes[0]

    @property
    def is_empty(self) -> bool:
        """Tell whether it is published that nobody came for this."""
        return self.cell.n == 0


def policy_rows(brief: Brief, policy: Policy) -> tuple[PolicyRow, ...]:
    """Give every published advice type, area by area in the order of the index, then those without an area.

    An advice type that the mapping does not have belongs to no area.
    """
    rows = [
        PolicyRow(cell, area, policy.score(area) if area else None)
        for cell in (known(brief.tables[TABLE], "clients") if TABLE in brief.tables else ())
        for area in (policy.area_of.get(cell.codes[0], ""),)
    ]
    order = [*policy.areas, ""]
    return tuple(sorted(rows, key=lambda row: order.index(row.area)))


def state_of(brief: Brief, policy: Policy) -> str:
    """Tell why a brief sets nothing beside scores; empty where it does."""
    if not any(row.area and not row.is_empty for row in policy_rows(brief, policy)):
        return NOTHING_MAPPED
    return TOLD if any(score.area in policy.areas for score in policy.scores) else NOTHING_SCORED


def told_policy(brief: Brief) -> Policy | None:
    """Give the policy that a brief sets its advice types beside; None where it tells nothing of it."""
    policy = brief.policy
    return policy if policy is not None and state_of(brief, policy) == TOLD else None


def table_of(brief: Brief) -> ProtectedTable:
    """Give the table that the rows are those of."""
    return brief.tables[TABLE]
