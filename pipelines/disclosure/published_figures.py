"""The figures of a comparison, taken from protected tables alone.

Answers "how many of how many, and for how many is it not known", or that a figure this needs is not published. Sources
that do not collect a field leave the base where nobody of theirs can be known to belong.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pipelines.codelists import NOT_KNOWN, TOTAL
from pipelines.disclosure.guards import LEAST_THRESHOLD
from pipelines.disclosure.protected import Cell, ProtectedTable
from pipelines.groups import MEMBER

UNIT = "clients"


@dataclass(frozen=True)
class Figures:
    """Recorded members, those not known, and all clients compared; `base` counts members and not known too."""

    members: int
    missing: int
    base: int


def group_figures(tables: Mapping[str, ProtectedTable], group: str, *, sources_out: Collection[str]) -> Figures | None:
    """Give the figures of a group of interest; None when one of them is not published.

    Args:
        tables: the protected tables of one audience.
        group: its code.
        sources_out: sources that do not collect what the group is made of.
    """
    rows = {cell.codes[1]: cell for cell in tables["by_group_of_interest"].cells(unit=UNIT) if cell.codes[0] == group}
    return _figures(rows, MEMBER, (NOT_KNOWN,), left_out=clients_of(tables, sources_out))


def row_figures(
    table: ProtectedTable, code: str, *, open_codes: Collection[str], left_out: int | None
) -> Figures | None:
    """Give the figures of one row of a one-way table; None when one of them is not published.

    Args:
        table: a protected table with one dimension.
        code: its row; a code without a row has no client.
        open_codes: rows whose clients may belong to the group as well, "not known" among them.
        left_out: clients of sources that do not collect the field; None when that is not published.
    """
    rows = {cell.codes[0]: cell for cell in table.cells(unit=UNIT)}
    return _figures(rows, code, open_codes, left_out=left_out)


def _figures(
    rows: Mapping[str, Cell], code: str, open_codes: Collection[str], *, left_out: int | None
) -> Figures | None:
    needed = [rows[name] for name in (TOTAL, code, *open_codes) if name in rows]
    if TOTAL not in rows or left_out is None or any(cell.n is None for cell in needed):
        return None
    count = {cell.codes[-1]: cell.n or 0 for cell in needed}
    missing = sum(count.get(name, 0) for name in open_codes)
    # A source may have begun to collect a field: then some of its clients are known, and it stays in.
    out = left_out if left_out <= count.get(NOT_KNOWN, 0) else 0
    base = count[TOTAL] - out
    # A smaller base supports no share.
    return Figures(count.get(code, 0), missing - out, base) if base >= LEAST_THRESHOLD else None


def clients_of(tables: Mapping[str, ProtectedTable], sources: Collection[str]) -> int | None:
    """Add up the clients of some sources; None when one of them is not published."""
    cells = [cell for cell in tables["by_source"].cells(unit=UNIT) if cell.codes[0] in sources]
    if any(cell.n is None for cell in cells):
        return None
    return sum(cell.n or 0 for cell in cells)
