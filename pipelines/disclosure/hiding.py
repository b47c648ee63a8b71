"""The provisional disclosure rule: hide small counts, and enough others that no small count follows by subtraction.

Answers "which figures may be shown to this audience". It covers one-way tables of one period and nothing else; two-way
tables, centres' own briefs, overlapping periods and revised figures are refused elsewhere until the disclosure engine
can protect them.

Source: Hundepool and others (2012), "Statistical Disclosure Control", chapter 4 (frequency tables: threshold rule,
secondary suppression); Office for National Statistics Longitudinal Study, threshold of 10 for outputs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import polars as pl

from pipelines.analysis.breakdowns import Breakdown, Caseload
from pipelines.codelists import TOTAL
from pipelines.disclosure.attack import find_exposures
from pipelines.disclosure.protected import HIDDEN, SHOWN, ProtectedTable, Rule
from pipelines.disclosure.system import CellName, LinkedSystem, Relation, link
from pipelines.errors import DisclosureError
from pipelines.periods import Period, Quarter

# Every audience here sees the same cells, so that nobody learns more by reading two briefs side by side.
AUDIENCES = ("network", "public")
RULE_NAME = "provisional_hiding"


def provisional_rule(threshold: int) -> Rule:
    """Give the provisional rule with a network's threshold (in people; counts of 1 to threshold - 1 are hidden)."""
    return Rule(
        RULE_NAME,
        threshold,
        f"Counts of fewer than {threshold} are hidden, and so are some larger ones that would give them away.",
    )


def protect(
    caseload: Caseload, rule: Rule, audiences: Iterable[str], *, as_of: date, provisional_days: int
) -> dict[str, tuple[ProtectedTable, ...]]:
    """Turn the true counts of one period into tables that may be released.

    Small counts are hidden first. Then, in every relation in which a hidden count could be narrowed down too far, the
    next smallest count is hidden with all its ties, until the audit finds nothing. A total over everyone is never
    hidden.

    Args:
        caseload: the true counts of one publication period.
        rule: the rule to apply; only the provisional one is known.
        audiences: `network`, `public` or both.
        as_of: the day the release speaks of.
        provisional_days: days after its end during which a quarter is provisional.
    Returns:
        The tables of each audience, in the order of the brief.
    Raises:
        DisclosureError: the rule or an audience is unknown, there are too few clients altogether, or no set of hidden
            counts passes the audit.
    """
    wanted = tuple(audiences)
    _check_known(rule, wanted)
    system = link(caseload)
    _check_enough_clients(system, rule)
    hidden = _hide(system, rule.threshold)
    is_provisional = _provisional_quarters(caseload.period, as_of, provisional_days)
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


def protect_row_accounting(totals: Mapping[str, int], rule: Rule) -> dict[str, int | None]:
    """Hide small numbers of rows in the accounting that a manifest carries, by the same rule as people.

    Args:
        totals: rows per state, and `rows_read`, their sum.
        rule: the rule of the edition.
    Returns:
        The same names; None where the number is hidden.
    """
    names = {name: CellName("row_accounting", (name,), "rows") for name in totals if name != "rows_read"}
    total = CellName("row_accounting", (TOTAL,), "rows")
    counts = {cell: totals[name] for name, cell in names.items()} | {total: totals["rows_read"]}
    system = LinkedSystem(counts, (Relation((total,), tuple(names.values()), is_exact=True),))
    hidden = _hide(system, rule.threshold)
    shown = {name: None if cell in hidden else totals[name] for name, cell in names.items()}
    return {"rows_read": totals["rows_read"]} | shown


def _check_known(rule: Rule, audiences: tuple[str, ...]) -> None:
    if rule.name != RULE_NAME:
        raise DisclosureError(f"The disclosure rule {rule.name} is not known, so nothing was released.")
    unknown = [audience for audience in audiences if audience not in AUDIENCES]
    if unknown or not audiences:
        raise DisclosureError(
            f"Briefs for {', '.join(unknown) or 'nobody'} cannot be protected by this version, so nothing was "
            f"released. It can release for: {', '.join(AUDIENCES)}."
        )


def _check_enough_clients(system: LinkedSystem, rule: Rule) -> None:
    totals = [n for name, n in system.counts.items() if name.codes[-1] == TOTAL and name.table_id != "by_period"]
    if not totals or min(totals) < rule.threshold:
        raise DisclosureError(
            f"The period has fewer than {rule.threshold} clients altogether, too few to release anything. "
            "Publish a longer period."
        )


def _hide(system: LinkedSystem, threshold: int) -> frozenset[CellName]:
    """Find a set of cells to hide that the audit cannot see through."""
    small = sorted(name for name, n in system.counts.items() if 0 < n < threshold)
    hidden = frozenset(small)
    while True:
        hidden = _grow(system, hidden, frozenset(small), threshold)
        exposures = find_exposures(system, hidden, small, threshold=threshold)
        if not exposures:
            return hidden
        further = frozenset(name for exposure in exposures for name in _best_cover(system, hidden, exposure.cell))
        if not further:
            raise DisclosureError(
                "No way was found to hide every small count of this period, so nothing was released. "
                "Publish a longer period, or merge small centres or projects."
            )
        hidden |= further


def _grow(
    system: LinkedSystem, hidden: frozenset[CellName], small: frozenset[CellName], threshold: int
) -> frozenset[CellName]:
    """Hide more until no relation gives a hidden count away by itself.

    One hidden count alone in a relation is its remainder. Several give a small one away when their sum is too small to
    leave it room.
    """
    grown = hidden
    for relation in (relation for relation in system.relations if relation.is_exact):
        further = grown
        while further:
            inside = [name for name in relation.cells if name in grown]
            room = sum(system.counts.get(name, 0) - 1 for name in inside)
            is_tight = room < threshold - 1 and not small.isdisjoint(inside)
            further = _next_smallest(system, grown, relation.cells) if len(inside) == 1 or is_tight else frozenset()
            grown |= further
    return grown if grown == hidden else _grow(system, grown, small, threshold)


def _best_cover(system: LinkedSystem, hidden: frozenset[CellName], cell: CellName) -> frozenset[CellName]:
    """Choose what to hide next for an exposed count: from its own table, else from tables it is tied to."""
    own = [name for name in system.counts if (name.table_id, name.codes[:-1]) == (cell.table_id, cell.codes[:-1])]
    near = {name for relation in system.relations if cell in relation.cells for name in relation.cells}
    tied = {name for relation in system.relations if near & set(relation.cells) for name in relation.cells}
    return _next_smallest(system, hidden, own) or _next_smallest(system, hidden, tied)


def _next_smallest(system: LinkedSystem, hidden: frozenset[CellName], cells: Iterable[CellName]) -> frozenset[CellName]:
    """Give the smallest counts that are still shown, all ties together: ties could be told apart by their order."""
    shown: Mapping[CellName, int] = {
        name: system.counts.get(name, 0) for name in cells if name not in hidden and name.codes[-1] != TOTAL
    }
    candidates = {name: n for name, n in shown.items() if n > 0}
    least = min(candidates.values(), default=0)
    return frozenset(name for name, n in candidates.items() if n == least)


def _provisional_quarters(period: Period, as_of: date, days: int) -> frozenset[str]:
    def is_open(quarter: Quarter) -> bool:
        return as_of <= quarter.last_day + timedelta(days=days)

    recent = [period.last.after(-back) for back in range(8)]
    return frozenset(str(quarter) for quarter in recent if is_open(quarter))


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
    base = pl.col("n").filter(pl.col(dimensions[-1]) == TOTAL).first().over(["period", *dimensions[:-1], "unit"])
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
