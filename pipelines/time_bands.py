"""The bands of time that released tables count by, as the models read them: `reference/codelists/times_to_*.csv`."""

from __future__ import annotations

import polars as pl

from pipelines.codelists import codelist


def times_to_outcome() -> pl.DataFrame:
    """Give the bands of time from opening to outcome, one row per code."""
    rows = [
        {
            "time_to_outcome_code": row["code"],
            "day_low": int(row["day_low"]),
            "day_high": int(row["day_high"]) if row["day_high"] else None,
            "has_outcome": {"yes": True, "no": False}.get(row["has_outcome"]),
        }
        for row in codelist("times_to_outcome").rows
    ]
    days = {"day_low": pl.Int64, "day_high": pl.Int64}
    return pl.DataFrame(rows, schema={"time_to_outcome_code": pl.String, **days, "has_outcome": pl.Boolean})


def times_to_opening() -> pl.DataFrame:
    """Give the bands of time from first contact to opening, one row per code."""
    rows = [
        {
            "time_to_opening_code": row["code"],
            "day_low": int(row["day_low"]),
            "day_high": int(row["day_high"]) if row["day_high"] else None,
            "opened_in_time_code": row["opened_in_time"],
        }
        for row in codelist("times_to_opening").rows
    ]
    days = {"day_low": pl.Int64, "day_high": pl.Int64}
    return pl.DataFrame(rows, schema={"time_to_opening_code": pl.String, "opened_in_time_code": pl.String, **days})
