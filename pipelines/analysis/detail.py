"""Tables that are made only for the periods a run works on, and never read for another one.

Answers "may this table be read for that period". A period for which nothing was made looks like one in which nobody
came, and figures of nobody would go unprotected; so reading it stops.
"""

from __future__ import annotations

import polars as pl

from pipelines import warehouse
from pipelines.errors import ModelError
from pipelines.periods import Period

_IS_DETAILED = "select 1 from reference.detailed_periods where publication_period = ?"


def is_detailed(connection: warehouse.Connection, period: Period) -> bool:
    """Tell whether all that a brief is made from was made for a period."""
    return not warehouse.read_frame(connection, _IS_DETAILED, [str(period)]).is_empty()


def read_detail(connection: warehouse.Connection, query: str, period: Period) -> pl.DataFrame:
    """Read rows of one publication period from a table that is made for a few of them.

    Args:
        connection: a warehouse whose marts are built.
        query: has one parameter, the period.
        period: a publication period.
    Raises:
        ModelError: nothing was made for the period.
    """
    if not is_detailed(connection, period):
        raise ModelError(
            f"The tables that protection and statistics read were not made for {period}. Name it in publish in "
            "caseload.toml, or run with --period, and run again."
        )
    return warehouse.read_frame(connection, query, [str(period)])
