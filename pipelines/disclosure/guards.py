"""What the provisional rule refuses: everything it was not made for.

Answers "may this be protected at all". Each refusal stops the release (exit 14); none names a count.
"""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from pipelines.analysis.breakdowns import Breakdown, Caseload
from pipelines.codelists import TOTAL
from pipelines.disclosure.protected import Rule
from pipelines.disclosure.system import LinkedSystem
from pipelines.errors import DisclosureError

# Every audience here sees the same cells, so that nobody learns more by reading two briefs side by side.
AUDIENCES = ("network", "public")
RULE_NAME = "provisional_hiding"
# A network may raise the threshold, never lower it.
LEAST_THRESHOLD = 10
# Tables in which a client can stand in several rows, or that count something else; `system` knows their relations.
WITHOUT_PROFILE = {"by_advice_type": ("advice_type_code",), "by_period": ("quarter",)}


def require_known(rule: Rule, audiences: Collection[str]) -> None:
    """Refuse rules and audiences that this version does not know.

    Raises:
        DisclosureError: the rule or an audience is unknown, or the threshold is below the least one allowed.
    """
    if rule.name != RULE_NAME:
        raise DisclosureError(f"The disclosure rule {rule.name} is not known, so nothing was released.")
    if rule.threshold < LEAST_THRESHOLD:
        raise DisclosureError(f"A threshold below {LEAST_THRESHOLD} is not allowed, so nothing was released.")
    unknown = [audience for audience in audiences if audience not in AUDIENCES]
    if unknown or not audiences:
        raise DisclosureError(
            f"Briefs for {', '.join(unknown) or 'nobody'} cannot be protected by this version, so nothing was "
            f"released. It can release for: {', '.join(AUDIENCES)}."
        )


def require_one_way(caseload: Caseload) -> None:
    """Refuse tables whose relations the rule does not know, or whose rows do not count what the profiles count.

    Raises:
        DisclosureError: a table is two-way, holds another period, holds a row twice or does not add up.
    """
    strangers = [breakdown.definition.table_id for breakdown in caseload.breakdowns if not _is_known(breakdown)]
    if strangers:
        raise DisclosureError(
            f"The provisional rule protects one-way tables only, and {', '.join(strangers)} is something else, so "
            "nothing was released."
        )
    wrong = [breakdown.definition.table_id for breakdown in caseload.breakdowns if not _adds_up(breakdown, caseload)]
    if wrong:
        raise DisclosureError(
            f"Tables contradict the clients they count: {', '.join(wrong)}. Nothing can be protected that does not "
            "add up, so nothing was released."
        )


def require_enough_clients(system: LinkedSystem, rule: Rule) -> None:
    """Refuse a period with so few clients that every figure would have to be hidden.

    Raises:
        DisclosureError: a total is below the threshold, or there is none.
    """
    totals = [n for name, n in system.counts.items() if name.codes[-1] == TOTAL]
    if not totals or min(totals) < rule.threshold:
        raise DisclosureError(
            f"The period has fewer than {rule.threshold} clients altogether, too few to release anything. "
            "Publish a longer period."
        )


def _is_known(breakdown: Breakdown) -> bool:
    definition = breakdown.definition
    if not definition.profiles:
        return WITHOUT_PROFILE.get(definition.table_id) == definition.dimensions
    return all(len(leading) + 1 == len(definition.dimensions) for leading in definition.profiles)


def _adds_up(breakdown: Breakdown, caseload: Caseload) -> bool:
    frame, dimensions = breakdown.frame, list(breakdown.definition.dimensions)
    is_twice = frame.select("period", *dimensions, "unit").is_duplicated().any()
    is_elsewhere = (frame["period"] != str(caseload.period)).any()
    if is_twice or is_elsewhere or (frame["n"] < 0).any():
        return False
    return all(
        _counted(frame, leading, dimensions[-1]) == _profiled(caseload.profiles, column)
        for leading, column in breakdown.definition.profiles.items()
    )


def _counted(frame: pl.DataFrame, leading: tuple[str, ...], last: str) -> dict[str, int]:
    """Give the counts above zero of the rows under some leading codes, total included."""
    dimensions = [name for name in frame.columns if name not in {"period", "unit", "n", last}]
    kept = frame.filter(*(pl.col(name) == code for name, code in zip(dimensions, leading, strict=True)))
    return {code: n for code, n in kept.select(last, "n").iter_rows() if n}


def _profiled(profiles: pl.DataFrame, column: str) -> dict[str, int]:
    counts = dict(profiles.group_by(column).agg(pl.col("n").sum()).iter_rows())
    return {TOTAL: sum(counts.values()), **counts} if counts else {}
