"""The periods that breakdowns are made for.

Answers "which quarters belong to which publication period": every quarter with cases, the periods somebody wants, and
those of the year so far; and for which of them a run needs more than the breakdowns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from pipelines import tables, warehouse
from pipelines.periods import Period, Quarter
from pipelines.warehouse import Connection

DETAILED = "reference.detailed_periods"
# A date outside is a misread one. The gate after the build stops on it if its case would count; here it would only make
# a table of every quarter up to it.
EARLIEST, LATEST = Quarter(1950, 1), Quarter(2099, 4)


def set_publication_periods(database: Path, periods: Iterable[Period], *, as_of: date | None = None) -> None:
    """Say which quarters belong to which publication period.

    Every single quarter that has cases is one. For each quarter of the periods given, and for the last quarter with
    cases that ended before a day, the calendar year from its start up to every later quarter is one as well, because
    figures of a quarter are protected together with those of the year that they will be part of.

    What only protection and statistics read is made for a few of them: those given, every quarter of the years that
    they reach, and those years so far. A caseload of twelve years has fifty publication periods and needs five.

    Args:
        database: the warehouse to write to.
        periods: the periods that breakdowns are made for.
        as_of: the day the run speaks of; without one, no period is added for a quarter that nobody asked for.
    """
    periods = list(periods)
    with warehouse.connect(database) as connection, warehouse.transaction(connection):
        quarters = case_quarters(connection)
        ended = [quarter for quarter in quarters if as_of and quarter.last_day < as_of]
        reached = {quarter for period in periods for quarter in period.quarters} | set(ended[-1:])
        years_so_far = _years_to_date(reached, quarters)
        wanted = {Period(quarter, quarter) for quarter in quarters} | set(periods) | years_so_far
        rows = [
            {
                "publication_period": str(period),
                "quarter": str(quarter),
                "is_within": period.first <= quarter <= period.last,
            }
            for period in sorted(wanted)
            if quarters and period.last >= quarters[0]
            for quarter in Period(quarters[0], period.last).quarters
        ]
        schema = {"publication_period": pl.String, "quarter": pl.String, "is_within": pl.Boolean}
        tables.replace(connection, "reference.publication_quarters", pl.DataFrame(rows, schema=schema))
        detailed = sorted(map(str, {*periods, *years_so_far, *_quarters_of_years(reached)}))
        tables.replace(
            connection, DETAILED, pl.DataFrame({"publication_period": detailed}, {"publication_period": pl.String})
        )


def _quarters_of_years(reached: Iterable[Quarter]) -> set[Period]:
    """Give each quarter of the years that some quarters lie in, as a period of its own."""
    years = {quarter.year for quarter in reached}
    return {Period(quarter, quarter) for year in years for quarter in (Quarter(year, number) for number in range(1, 5))}


def _years_to_date(reached: Iterable[Quarter], quarters: Sequence[Quarter]) -> set[Period]:
    """Give the periods from the start of each quarter's year to each later quarter up to it, if they have cases."""
    found = {
        Period(Quarter(quarter.year, 1), Quarter(quarter.year, number))
        for quarter in reached
        for number in range(2, quarter.number + 1)
    }
    return {period for period in found if any(period.first <= quarter <= period.last for quarter in quarters)}


def case_quarters(connection: Connection) -> list[Quarter]:
    """Give the quarters in which a case was opened, in order; misread ones left out.

    The dictionary tells them, and so do published figures, whose cases may have come to nothing since.
    """
    query = """
        select distinct case when day is null then code
            else cast(extract(year from day) as varchar) || '-Q' || cast(extract(quarter from day) as varchar) end
        from reference.meanings
        where (field = 'opened' and day is not null) or (field = 'period' and code is not null)
        union select period from raw.published_cases
    """
    found = (Quarter.parse(row[0]) for row in connection.execute(query).fetchall())
    return sorted(quarter for quarter in found if EARLIEST <= quarter <= LATEST)
