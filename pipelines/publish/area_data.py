"""The rates by area as open data: one row for each area of the benchmark, with its population.

Answers "can somebody else work these out again". What a column means is told once, in `reference/columns.toml`.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from io import StringIO
from typing import Any

from pipelines.disclosure.protected import HIDDEN, SHOWN, AreaRate
from pipelines.publish.brief import Brief
from pipelines.publish.findings_data import DIALECT, column_schema, written
from pipelines.publish.places import centres_at
from pipelines.statistics.states import WITHHELD

TABLE_ID = "area_rates"
PLACES = "n_centres"
TITLE = "Clients for every thousand people by area"
COLUMNS = (
    "period", "residence_area_code", "unit", "n", "share", "base", "not_known", "reach_n", "reach_base",
    "reach_not_known", "population", "rounded_to", "pool_code", "rate", "rate_low", "rate_high", "benchmark_id",
    "benchmark_low", "benchmark_high", "expected", "ratio", "ratio_low", "ratio_high", "q_value", "family_size",
    "state", "is_clearly_below", "n_centres", "status", "provisional",
)  # fmt: skip


def area_rates_csv(brief: Brief) -> bytes:
    """Write one row for each area of the benchmark, all areas first, the small ones together last.

    Grain: one row per period and area.

    Returns:
        The columns of `columns`; numbers are written in full, and are empty where they are hidden or cannot be had.
    """
    file = StringIO()
    writer = csv.writer(file, lineterminator="\n")
    names = columns(brief)
    writer.writerow(names)
    for rate in brief.area_rates:
        values = _values(brief, rate)
        writer.writerow([written(values[name]) for name in names])
    return file.getvalue().encode()


def columns(brief: Brief) -> tuple[str, ...]:
    """Name the columns of the file: `n_centres` is there where the network stated where its law centres stand."""
    return tuple(name for name in COLUMNS if name != PLACES or brief.centre_places)


def area_rates_schema(brief: Brief, meanings: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Describe the file for machines, after the W3C's CSV on the Web."""
    key = ["period", "residence_area_code"]
    return {
        "url": f"{TABLE_ID}.csv",
        "dc:title": TITLE,
        "dialect": DIALECT,
        "tableSchema": {
            "columns": [column_schema(name, meanings.get(name, {}), key=key) for name in columns(brief)],
            "primaryKey": key,
        },
    }


def _values(brief: Brief, rate: AreaRate) -> dict[str, Any]:
    return {
        **vars(rate),
        "period": str(brief.edition.period),
        "residence_area_code": rate.group,
        "share": rate.observed,
        "pool_code": rate.pool,
        PLACES: len(centres_at(brief.centre_places, brief.area_rates, rate)),
        "status": HIDDEN if rate.state == WITHHELD else SHOWN,
        "provisional": brief.edition.is_provisional,
    }
