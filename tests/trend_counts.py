"""Counts of a series by quarter, for tests of change over time, and how to find a row of what they give."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from core_cases import quarters

from pipelines.analysis.trend_series import Window, window_of
from pipelines.periods import Quarter

LAST = Quarter.parse("2026-Q3")


def counts(
    values: np.ndarray, *, code: str = "A", place: tuple[str, str] = ("one", "oak"), membership: str = "Y"
) -> pl.DataFrame:
    """Give the counts of one series of one source, a quarter each up to the last."""
    names = quarters(len(values))
    told = {"source_id": place[0], "centre_id": place[1], "series": "group", "code": code}
    told |= {"membership_code": membership, "unit": "clients"}
    rows = [told | {"quarter": name, "n": int(n)} for name, n in zip(names, values, strict=True)]
    return pl.DataFrame(rows).select("quarter", *told, "n")


def reported(n: int, *places: tuple[str, str, int]) -> pl.DataFrame:
    """Give who reported: source, centre and how many of the last n quarters."""
    rows = [
        {"quarter": name, "source_id": source, "centre_id": centre}
        for source, centre, size in places
        for name in quarters(n)[-size:]
    ]
    return pl.DataFrame(rows)


def window(n: int, *places: tuple[str, str, int], **choices: Any) -> Window:
    return window_of(reported(n, *(places or (("one", "oak", n),))), last=LAST, **choices)


def newest(frame: pl.DataFrame, code: str = "A", quarter: str = "2026-Q3") -> dict[str, Any]:
    return frame.row(by_predicate=(pl.col("code") == code) & (pl.col("quarter") == quarter), named=True)


def series_row(frame: pl.DataFrame, series: str, quarter: str = "2026-Q3", code: str = "_T") -> dict[str, Any]:
    is_row = (pl.col("series") == series) & (pl.col("code") == code) & (pl.col("quarter") == quarter)
    return frame.row(by_predicate=is_row, named=True)
