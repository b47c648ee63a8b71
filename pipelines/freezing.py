"""The basis of published figures, kept as it stood when they were published.

Answers "which cases do published quarters count, and what waits to be counted". A published quarter is frozen: late,
corrected and merged cases of it wait until a person revises it, because two editions of one figure give away what
changed between them. `core.counted_cases` puts frozen and current cases together.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import polars as pl

from pipelines import arrivals, tables, warehouse
from pipelines.periods import Period, Quarter
from pipelines.warehouse import Connection

# What a published quarter keeps, each beside the model that says how it counts.
_COUNTED = ("cases", "enquiries")
_WITH_ENQUIRIES = "reference.revised_quarters where has_enquiries"
_FIRST = """
    select min(period)
    from (select period from core.counted_cases union all select period from core.counted_enquiries)
"""
_WAITING_ENQUIRIES = """
    select quarter, cast(sum(n) as bigint) as n
    from (
        select quarter, count(*) as n from core.changed_enquiries group by quarter
        union all
        select quarter, n_enquiries from raw.thinned_enquiries
    )
    group by quarter order by quarter
"""
# Tables of the codes of a case, each beside the model that says how they count; whoever leaves goes from all of them.
CODES = ("case_nationalities", "case_advice_types", "case_barriers", "case_stall_reasons")

_OF_QUARTERS = "list_contains($quarters, period)"
# What a publication keeps, and which rows of each table are those of some quarters.
KEPT = {
    **dict.fromkeys((f"raw.published_{name}" for name in _COUNTED), _OF_QUARTERS),
    **dict.fromkeys(
        (f"raw.published_{name}" for name in CODES),
        f"case_key in (select case_key from raw.published_cases where {_OF_QUARTERS})",  # noqa: S608 - own names
    ),
}


def freeze(database: Path, last: Quarter) -> None:
    """Keep the cases and enquiries of every quarter up to one that was just published, as they count in this build.

    Quarters that are frozen stay as they are, unless this run revises them; then all that it revises are kept anew,
    so that a case which moved between them still counts once. A quarter without a case is frozen too: a late case of
    it has to wait like any other.

    Args:
        database: a warehouse that was built, open for writing.
        last: the last quarter of the publication.
    """
    with warehouse.connect(database) as connection, warehouse.transaction(connection):
        frozen = _quarters(connection, "raw.published_quarters")
        revised = _quarters(connection, "reference.revised_quarters") & frozen
        fresh = (_up_to(connection, last) - frozen) | revised
        anew = fresh - (revised - _quarters(connection, _WITH_ENQUIRIES))
        _drop(connection, revised)
        connection.execute("delete from raw.thinned_enquiries where list_contains(?, quarter)", [list(anew)])
        _keep(connection, fresh)
        if not revised:
            arrivals.note(connection, fresh, KEPT)


def revised_quarters(database: Path) -> frozenset[str]:
    """Give the published quarters that the last build counted anew."""
    with warehouse.reading(database) as connection:
        return frozenset(_quarters(connection, "reference.revised_quarters"))


def revised_enquiries(database: Path) -> frozenset[str]:
    """Give the published quarters whose enquiries the last build counted anew."""
    with warehouse.reading(database) as connection:
        return frozenset(_quarters(connection, _WITH_ENQUIRIES))


def thinned_quarters(database: Path) -> frozenset[str]:
    """Give the published quarters from which people were erased, or cases expired, since they were published."""
    with warehouse.reading(database) as connection:
        return frozenset(_quarters(connection, "raw.thinned_quarters"))


def expired_quarters(database: Path) -> frozenset[str]:
    """Give the published quarters of which cases are gone because of their age."""
    with warehouse.reading(database) as connection:
        return frozenset(_quarters(connection, "raw.thinned_quarters where is_expired"))


def waiting_changes(database: Path) -> dict[str, int]:
    """Give, for each frozen quarter in order, how many of its cases came, went or changed since; internal.

    It is what the last build found: quarters frozen after it are not among them.
    """
    with warehouse.reading(database) as connection:
        query = "select quarter, n_changed from core.waiting_changes order by quarter"
        return dict(connection.execute(query).fetchall())


def waiting_enquiries(database: Path) -> dict[str, int]:
    """Give, for each frozen quarter with any, how many of its enquiries came, went or changed since; internal."""
    with warehouse.reading(database) as connection:
        return dict(connection.execute(_WAITING_ENQUIRIES).fetchall())


def thinned_enquiries(database: Path, *, is_expired: bool = False) -> frozenset[str]:
    """Give the published quarters from which enquiries are gone; those because of their age alone, if asked for."""
    with warehouse.reading(database) as connection:
        table = "raw.thinned_enquiries where is_expired" if is_expired else "raw.thinned_enquiries"
        return frozenset(_quarters(connection, table))


def thaw_later(database: Path, last: str) -> None:
    """Forget that later quarters were published, so that the next build counts their cases as they stand.

    Args:
        database: a warehouse open for writing.
        last: the last quarter of a publication that completed; empty where none did.
    """
    with warehouse.connect(database) as connection, warehouse.transaction(connection):
        _drop(connection, {quarter for quarter in _quarters(connection, "raw.published_quarters") if quarter > last})


def set_revised(database: Path, quarters: Collection[str], *, enquiries: bool = False) -> None:
    """Say which published quarters this run counts anew; the next build does so.

    Args:
        database: a warehouse open for writing.
        quarters: all of them; those of an earlier run are forgotten.
        enquiries: whether their enquiries are counted anew as well, or stay as they were published.
    """
    with warehouse.connect(database) as connection, warehouse.transaction(connection):
        told = {"quarter": sorted(set(quarters)), "has_enquiries": [enquiries] * len(set(quarters))}
        frame = pl.DataFrame(told, schema={"quarter": pl.String, "has_enquiries": pl.Boolean})
        tables.replace(connection, "reference.revised_quarters", frame)


def _quarters(connection: Connection, table: str) -> set[str]:
    return {row[0] for row in connection.execute(f"select quarter from {table}").fetchall()}  # noqa: S608 - own names


def _up_to(connection: Connection, last: Quarter) -> set[str]:
    """Give the quarters from the first with a case or an enquiry to the last, gaps included."""
    ((first,),) = connection.execute(_FIRST).fetchall()
    if first is None or first > str(last):
        return set()
    return {str(quarter) for quarter in Period(Quarter.parse(first), last).quarters}


def _drop(connection: Connection, quarters: Collection[str]) -> None:
    told = list(quarters)
    for name in CODES:
        connection.execute(
            f"delete from raw.published_{name} where case_key in "  # noqa: S608 - own names
            "(select case_key from raw.published_cases where list_contains(?, period))",
            [told],
        )
    for name in _COUNTED:
        connection.execute(f"delete from raw.published_{name} where list_contains(?, period)", [told])  # noqa: S608
    connection.execute("delete from raw.thinned_quarters where list_contains(?, quarter)", [told])
    connection.execute("delete from raw.published_quarters where list_contains(?, quarter)", [told])


def _keep(connection: Connection, quarters: Collection[str]) -> None:
    told = sorted(quarters)
    for name in _COUNTED:
        columns = ", ".join(tables.loaded_tables()[f"raw.published_{name}"])
        connection.execute(
            f"insert into raw.published_{name} ({columns}) select {columns} from core.counted_{name} "  # noqa: S608
            "where list_contains(?, period)",
            [told],
        )
    for name in CODES:
        connection.execute(
            f"insert into raw.published_{name} by name select codes.* from core.counted_{name} as codes "  # noqa: S608 - own names
            "join core.counted_cases as cases on cases.case_key = codes.case_key where list_contains(?, cases.period)",
            [told],
        )
    tables.insert(connection, "raw.published_quarters", pl.DataFrame({"quarter": told}, schema={"quarter": pl.String}))
