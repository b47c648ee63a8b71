"""How much detail a centre's own brief can have: tables with too little left to show are not made.

Answers "which tables are too fine for so few clients". A two-way table of which more would be hidden than shown helps
nobody, and what it hides endangers the rest; a longer period has more to show. One-way tables are in every brief.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from pipelines.analysis.breakdowns import Breakdown, Caseload
from pipelines.disclosure.decided import decided
from pipelines.disclosure.grids import names_of
from pipelines.disclosure.system import CellName

SOURCE = "source_id"


def most_hidden() -> float:
    """Give the largest share of a table's figures above zero that may be hidden, 0 to 1."""
    return float(decided("detail", "most_hidden"))


def large_group() -> int:
    """Give how many times the threshold of clients a group needs before its advice is shown, zeros included."""
    return int(decided("detail", "large_group"))


def gives_way() -> frozenset[str]:
    """Name the tables that a rounded edition goes without where they leave the others too little room."""
    return frozenset(decided("detail", "gives_way"))


def without(caseload: Caseload, tables: Collection[str]) -> Caseload:
    """Give the same counts without some tables."""
    return replace(caseload, breakdowns=tuple(b for b in caseload.breakdowns if b.definition.table_id not in tables))


def own_brief(caseload: Caseload) -> Caseload:
    """Give a centre's counts with the tables of its own brief; a table for the network alone stands beside them.

    The network's rounded figures tell every reader of the centre's sources, so what they count hangs together with what
    its own brief hides. A table that tells of no source bounds nothing that its groups do not bound already.
    """
    shared = [each for each in caseload.breakdowns if each.definition.is_shared]
    beside = (*caseload.beside, *(each for each in shared if SOURCE in each.definition.dimensions and is_two_way(each)))
    return replace(without(caseload, {each.definition.table_id for each in shared}), beside=beside)


def too_fine(caseload: Caseload, hidden: Collection[CellName]) -> frozenset[str]:
    """Give the two-way tables of which too many figures above zero are hidden.

    Args:
        caseload: true counts.
        hidden: figures that would not be shown.
    """
    return frozenset(
        breakdown.definition.table_id
        for breakdown in caseload.breakdowns
        if is_two_way(breakdown) and _hidden_share(breakdown, hidden) > most_hidden()
    )


def tables_of(caseload: Caseload, names: Iterable[CellName]) -> frozenset[str]:
    """Give the tables that some figures stand in; a figure that no table shows stands in all that it follows from.

    What follows by subtraction follows from tables that cut the same thing, so the finer of these have to go.
    """
    wanted = {name.table_id for name in names}
    tables = {breakdown.definition.table_id for breakdown in caseload.breakdowns}
    finer = tables.intersection(decided("detail", "finer")) if wanted - tables else set()
    return frozenset((tables & wanted) | finer)


def is_two_way(breakdown: Breakdown) -> bool:
    """Tell whether a table cuts clients by two things at once."""
    return any(len(columns) > 1 for columns in breakdown.definition.columns.values())


def _hidden_share(breakdown: Breakdown, hidden: Collection[CellName]) -> float:
    names = [name for name, n in names_of(breakdown) if n]
    return sum(name in hidden for name in names) / len(names) if names else 0.0
