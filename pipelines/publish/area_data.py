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
from pipelines.statistics.states import WITHHELD

TABLE_ID = "area_rates"
TITLE = "Clients for every thousand people by area"
COLUMNS = (
    "period", "residence_area_code", "unit", "n", "share", "base", "not_known", "reach_n", "reach_base",
    "reach_not_known", "population", "rounded_to", "pool_code", "rate", "rate_low", "rate_high", "benchmark_id",
    "benchmark_low", "benchmark_high", "expected", "ratio", "ratio_low", "ratio_high", "q_value", "family_size",
    "state", "is_clearly_below", "status", "provisional",
)  # fmt: skip


def area_rates_csv(brief: Brief) -> bytes:
    """Write one row for each area of the benchmark, all areas first, the small ones together last.

    Grain: one row per period and area.

    Returns:
        The columns of `COLUMNS`; numbers are written in full, and are empty where they are hidden or cannot be had.
    """
    file = StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for rate in brief.area_rates:
        values = _values(brief, rate)
        writer.writerow([written(values[name]) for name in COLUMNS])
    return file.getvalue().encode()


def area_rates_schema(meanings: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Describe the file for machines, after the W3C's CSV on the Web."""
    key = ["period", "residence_area_code"]
    return {
        "url": f"{TABLE_ID}.csv",
        "dc:title": TITLE,
        "dialect": DIALECT,
        "tableSchema": {
            "columns": [column_schema(name, meanings.get(name, {}), key=key) for name in COLUMNS],
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
        "status": HIDDEN if rate.state == WITHHELD else SHOWN,
        "provisional": brief.edition.is_provisional,
    }
