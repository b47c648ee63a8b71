"""The provisional disclosure rule: hide small counts, and enough others that no small count follows by subtraction.

Answers "which figures may be shown to this audience". It covers one-way tables of one period and nothing else; two-way
tables, centres' own briefs, overlapping periods and revised figures are refused elsewhere until the disclosure engine
can protect them.

Source: Hundepool and others (2012), "Statistical Disclosure Control", chapter 4 (frequency tables: threshold rule,
secondary suppression); Office for National Statistics Longitudinal Study, threshold of 10 for outputs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

import polars as pl

from pipelines.analysis.breakdowns import Breakdown, Caseload
from pipelines.codelists import TOTAL
from pipelines.disclosure.guards import (
    AUDIENCES,
    RULE_NAME,
    require_enough_clients,
    require_known,
    require_one_way,
)
from pipelines.disclosure.pattern import find_pattern
from pipelines.disclosure.protected import HIDDEN, SHOWN, ProtectedTable, Rule
from pipelines.disclosure.system import CellName, LinkedSystem, Relation, link
from pipelines.errors import DisclosureError

__all__ = ["AUDIENCES", "RULE_NAME", "protect", "protect_row_accounting", "provisional_rule"]
NOTHING_BEFORE: Mapping[str, bool] = MappingProxyType({})


def provisional_rule(threshold: int) -> Rule:
    """Give the provisional rule with a network's threshold (in people; counts of 1 to threshold - 1 are hidden)."""
    return Rule(
        RULE_NAME,
        threshold,
        f"Counts from 1 to {threshold - 1} are hidden, and so are some larger ones that would give them away.",
    )


def protect(
    caseload: Caseload,
    rule: Rule,
    audiences: Iterable[str],
    *,
    as_of: date,
    provisional_days: int,
    quarters_before: Mapping[str, bool] = NOTHING_BEFORE,
) -> dict[str, tuple[ProtectedTable, ...]]:
    """Turn the true counts of one period into tables that may be released.

    Small counts are hidden first. Then, in every relation in which a hidden count could be narrowed down too far, the
    next smallest count is hidden with all its ties, until the audit finds nothing. A total over all clients or issues
    is never hidden; that over the cases of all quarters is, where nothing else helps.

    Args:
        caseload: the true counts of one publication period.
        rule: the rule to apply; only the provisional one is known.
        audiences: `network`, `public` or both.
        as_of: the day the release speaks of.
        provisional_days: days after its end during which a quarter is provisional.
        quarters_before: quarters that by_period of other published periods already tells, and whether it hides them.
            A hidden one stays hidden, and a shown one is of no use for hiding another.
    Returns:
        The tables of each audience, in the order of the brief.
    Raises:
        DisclosureError: the rule, an audience or a kind of table is unknown, there are too few clients altogether, or
            no set of hidden counts passes the audit.
    """
    wanted = tuple(audiences)
    require_known(rule, wanted)
    require_one_way(caseload)
    system = link(caseload)
    require_enough_clients(system, rule)
    hidden = find_pattern(system, rule.threshold, *_bound_by(system, quarters_before))
    is_provisional = caseload.period.provisional_quarters(as_of, provisional_days)
    return {
        audience: tuple(
            ProtectedTable(
                breakdown.definition.table_id,
                audience,
                rule,
                breakdown.definition.dimensions,
                _released(breakdown, hidden, is_provisional),
            )
            for breakdown in caseload.breakdowns
        )
        for audience in wanted
    }


def protect_row_accounting(totals: Mapping[str, int], rule: Rule, *, n_cases: int | None) -> dict[str, int | None]:
    """Hide small numbers of rows in the accounting that a manifest carries, by the same rule as people.

    Every accepted row is a case, so the accounting is tied to by_period: the accepted rows that it does not count are
    the cases opened after the period.

    Args:
        totals: rows per state, and `rows_read`, their sum.
        rule: the rule of the edition.
        n_cases: the total of by_period; None when it is hidden.
    Returns:
        The same names; None where the number is hidden. Everything is hidden when nothing less would do.
    """
    nothing: dict[str, int | None] = dict.fromkeys(totals)
    if n_cases is None or n_cases > totals["accepted"]:
        return nothing
    names = {name: CellName("row_accounting", (name,), "rows") for name in totals if name != "rows_read"}
    read, cases, later = (CellName("row_accounting", codes, "rows") for codes in ((TOTAL,), (TOTAL, TOTAL), ("later",)))
    counts = {cell: totals[name] for name, cell in names.items()}
    counts |= {read: totals["rows_read"], cases: n_cases, later: totals["accepted"] - n_cases}
    ties = Relation((read,), tuple(names.values()), True), Relation((names["accepted"],), (cases, later), True)
    try:
        hidden = find_pattern(LinkedSystem(counts, ties, frozenset([later])), rule.threshold)
    except DisclosureError:
        return nothing
    shown = {name: None if cell in hidden else totals[name] for name, cell in names.items()}
    return {"rows_read": None if read in hidden else totals["rows_read"]} | shown


def _bound_by(
    system: LinkedSystem, quarters_before: Mapping[str, bool]
) -> tuple[frozenset[CellName], frozenset[CellName]]:
    """Give the quarters that must be hidden and those that must not, because they were before."""
    known = {CellName("by_period", (quarter,), "cases"): was_hidden for quarter, was_hidden in quarters_before.items()}
    here = {name: was_hidden for name, was_hidden in known.items() if system.counts.get(name)}
    return frozenset(name for name in here if here[name]), frozenset(name for name in here if not here[name])


def _released(breakdown: Breakdown, hidden: frozenset[CellName], provisional: frozenset[str]) -> pl.DataFrame:
    """Take the hidden counts out of a table and add shares of what is shown."""
    definition = breakdown.definition
    dimensions = list(definition.dimensions)
    is_hidden = [
        CellName(definition.table_id, tuple(row[name] for name in dimensions), row["unit"]) in hidden
        for row in breakdown.frame.iter_rows(named=True)
    ]
    frame = breakdown.frame.with_columns(is_hidden=pl.Series(is_hidden, dtype=pl.Boolean))
    n = pl.when(~pl.col("is_hidden")).then(pl.col("n"))
    base = n.filter(pl.col(dimensions[-1]) == TOTAL).first().over(["period", *dimensions[:-1], "unit"])
    return frame.with_columns(
        n=n.cast(pl.Int64),
        share=(n / base).cast(pl.Float64),
        status=pl.when("is_hidden").then(pl.lit(HIDDEN)).otherwise(pl.lit(SHOWN)),
        provisional=_quarter(dimensions).is_in(sorted(provisional)),
    ).select("period", *dimensions, "unit", "n", "share", "status", "provisional")


def _quarter(dimensions: list[str]) -> pl.Expr:
    """Give the quarter that decides whether a row is provisional: its own, else the last of its period."""
    last = pl.col("period").str.slice(-7)
    if "quarter" not in dimensions:
        return last
    return pl.when(pl.col("quarter") == TOTAL).then(last).otherwise(pl.col("quarter"))
