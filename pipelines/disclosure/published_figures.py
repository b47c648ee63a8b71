"""The figures of a comparison, taken from protected tables alone.

Answers "how many of how many, for how many is it not known, and how far may each be from the truth", or that a figure
this needs is not published. Sources that do not collect a field leave the base where nobody of theirs can be known to
belong.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pipelines.analysis.recorded import Figures
from pipelines.codelists import NOT_KNOWN, TOTAL
from pipelines.disclosure.protected import Cell, ProtectedTable, Rule
from pipelines.groups import MEMBER

UNIT = "clients"


@dataclass(frozen=True)
class Sum:
    """Published figures added up; `reach` is how far the true sum may lie from it."""

    n: int
    reach: int


def group_figures(tables: Mapping[str, ProtectedTable], group: str, *, sources_out: Collection[str]) -> Figures | None:
    """Give the figures of a group of interest; None when one of them is not published.

    Args:
        tables: the protected tables of one audience.
        group: its code.
        sources_out: sources that do not collect what the group is made of.
    """
    table = tables["by_group_of_interest"]
    rows = {cell.codes[1]: cell for cell in table.cells(unit=UNIT) if cell.codes[0] == group}
    return _figures(rows, table.rule, (MEMBER, NOT_KNOWN), left_out=clients_of(tables, sources_out))


def row_figures(
    table: ProtectedTable, code: str, *, open_codes: Collection[str], left_out: Sum | None
) -> Figures | None:
    """Give the figures of one row of a one-way table; None when one of them is not published.

    Args:
        table: a protected table with one dimension.
        code: its row. A code without a row has a rounded count of 0; where counts are not rounded it is hidden.
        open_codes: rows whose clients may belong to the group as well, "not known" among them.
        left_out: clients of sources that do not collect the field; None when that is not published.
    """
    rows = {cell.codes[0]: cell for cell in table.cells(unit=UNIT)}
    return _figures(rows, table.rule, (code, *open_codes), left_out=left_out)


def clients_of(tables: Mapping[str, ProtectedTable], sources: Collection[str]) -> Sum | None:
    """Add up the clients of some sources; None when one of them is not published."""
    if not sources:
        return Sum(0, 0)
    table = tables.get("by_source")
    if table is None:
        return None
    cells = [cell.n for cell in table.cells(unit=UNIT) if cell.codes[0] in sources]
    shown = [n for n in cells if n is not None]
    return Sum(sum(shown), len(shown) * reach_of(table.rule)) if len(shown) == len(cells) else None


def reach_of(rule: Rule) -> int:
    """Give how far a true count may lie from the published one; not at all where it is not rounded."""
    return rule.reach or 0


def _figures(rows: Mapping[str, Cell], rule: Rule, codes: Collection[str], *, left_out: Sum | None) -> Figures | None:
    """Put figures together; the first code is the group, the others are those whose clients may belong to it."""
    group, *open_codes = codes
    counts = {code: _count(rows.get(code), rule) for code in (TOTAL, *codes)}
    shown = {code: n for code, n in counts.items() if n is not None}
    if TOTAL not in rows or left_out is None or len(shown) < len(counts):
        return None
    reach = reach_of(rule)
    missing = Sum(sum(shown[code] for code in open_codes), len(open_codes) * reach)
    out = _leaving(left_out, Sum(shown[NOT_KNOWN], reach))
    base = shown[TOTAL] - out.n
    # A smaller base supports no share.
    if base < rule.threshold:
        return None
    return Figures(
        members=shown[group],
        missing=missing.n - out.n,
        base=base,
        reach_members=reach,
        reach_missing=missing.reach + out.reach,
        reach_base=reach + out.reach,
    )


def _count(cell: Cell | None, rule: Rule) -> int | None:
    if cell is None:
        return 0 if rule.base else None
    return cell.n


def _leaving(left_out: Sum, not_known: Sum) -> Sum:
    """Give the clients that leave the base: those of the sources, at most all who are not known.

    A source may have begun to collect a field: then more of its clients are there than are not known, by more than
    rounding explains, and it stays in.
    """
    slack = left_out.reach + not_known.reach
    if not left_out.n or left_out.n > not_known.n + slack:
        return Sum(0, 0)
    return Sum(min(left_out.n, not_known.n), max(left_out.reach, not_known.reach))
