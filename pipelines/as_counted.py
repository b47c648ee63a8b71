"""Whether what was published since the last build was kept as it counted in it.

Answers "does anything count otherwise now that quarters were published". A publication keeps what its figures were made
from, so as a rule nothing does, and none of its cases has to be gone through again. It is not taken on trust: rows that
were kept are held against rows that counted, by digests whatever their order.
"""

from __future__ import annotations

from pipelines import arrivals
from pipelines.concerned import PUBLISHED, among
from pipelines.tables import loaded_tables
from pipelines.warehouse import Connection

# Rows of quarters that came, each kind with how its rows are told.
_OF_QUARTERS = among("period", PUBLISHED, "key")
_OF_CASES = among("case_key", "came_published", "case_key")
_KEPT = {
    "cases": _OF_QUARTERS,
    "enquiries": _OF_QUARTERS,
    "case_nationalities": _OF_CASES,
    "case_advice_types": _OF_CASES,
    "case_barriers": _OF_CASES,
    "case_stall_reasons": _OF_CASES,
}


def are_as_counted(connection: Connection) -> bool:
    """Tell whether all that was published since the last build is what counted in it.

    Args:
        connection: a warehouse in which `arrivals.only_came` looked; the quarters stand in `concerned.PUBLISHED`.
    """
    return all(
        _digest(connection, "raw.published", name) == _digest(connection, "core.counted", name) for name in _KEPT
    )


def _digest(connection: Connection, stem: str, name: str) -> tuple[int, ...]:
    """Digest rows of a table as a publication keeps them."""
    kept = loaded_tables()[f"raw.published_{name}"].items()
    columns = ", ".join(f"cast({column} as {kind}) as {column}" for column, kind in kept)
    return arrivals.digest(connection, f"select {columns} from {stem}_{name} where {_KEPT[name]}")  # noqa: S608
