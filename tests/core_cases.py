"""Small warehouses from hand-made cases, for tests of what is worked out from core tables over time and between places.

Cases stand in core.counted_cases, with the columns of core.cases; the real SQL files make everything that follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.codelists import MISSING_KINDS, NOT_RECOGNISED, codelist
from pipelines.groups import group_parts, packaged_groups
from pipelines.periods import Quarter
from pipelines.resources import sql_folder

MODELS = (
    *(
        "core.repeat_clients",
        "core.latest_cases",
        "core.client_kinds",
        "core.kind_groups",
        "core.clients",
        "core.client_issues",
    ),
    *("core.advice_families", "core.client_families"),
    *("marts.reporting_sources", "marts.quarterly_groups", "marts.clients_by_area", "marts.project_rates"),
    *("core.recorded_codes", "marts.recording_quality"),
)
TEXTS = {
    "source_id": "one",
    "centre_id": "oak",
    "project_id": "plan",
    "funder_id": "fund",
    "period": "2026-Q3",
    "age_group_code": "Y35T44",
    "gender_code": "F",
    "nationality_class_code": "EU8",
    "dual_class_code": None,
    "client_role_code": "MAIN",
    "family_evidence_code": "NONE",
    "residence_area_code": "not_recorded",
    "outcome_code": "not_recorded",
    "adviser_level_code": "not_collected",
    "service_depth_code": "not_collected",
    "referral_code": "not_collected",
    "time_to_outcome_code": "not_collected",
    "time_to_opening_code": "not_collected",
    "channel_code": "not_collected",
}
# What says which kind of person somebody is; nobody enquired here.
KIND_CODES = (
    *("nationality_code", "nationality_class_code", "gender_code", "age_group_code", "is_aged_55_plus_code"),
    *("is_dual_national_code", "is_family_member_code", "dual_class_code", "family_evidence_code"),
)
# What advice is about, and what numbers kinds of person are made of.
LISTS = (
    *("advice_types", "nationalities", "nationality_classes", "genders", "age_groups"),
    *("dual_classes", "family_evidence"),
)
AGES = {"Y_LT18": (0, 17), "Y25T34": (25, 34), "Y35T44": (35, 44), "Y55T64": (55, 64), "Y_GE65": (65, None)}


def cases(n: int, **fields: Any) -> list[dict[str, Any]]:
    """Give n cases that are alike, each of a client of its own unless a client is named.

    Args:
        n: how many.
        fields: columns of core.counted_cases, and `advice` (codes), `client` (a key), `opened_on` (a date).
    """
    return [dict(fields) for _ in range(n)]


def write_core(path: Path, rows: Iterable[dict[str, Any]], periods: Sequence[str] = ()) -> Path:
    """Write a database from cases and build what this project's SQL makes of them.

    Args:
        path: the file to make.
        rows: from `cases`; keys are given in their order.
        periods: publication periods beside the single quarters, such as 2026-Q1_2026-Q3.
    """
    given = [_case(number, dict(row)) for number, row in enumerate(rows)]
    with duckdb.connect(str(path)) as connection:
        for schema in ("core", "marts", "reference"):
            connection.execute(f"create schema {schema}")
        for name, frame in _tables(given, periods).items():
            connection.register("frame", frame)
            connection.execute(f"create table {name} as select * from frame")  # noqa: S608 - a name of our own
        for model in MODELS:
            sql = (sql_folder() / f"{model.replace('.', '/')}.sql").read_text("utf-8")
            connection.execute(f"create table {model} as {sql}")
    return path


def _case(number: int, row: dict[str, Any]) -> dict[str, Any]:
    low, high = AGES.get(row.get("age_group_code", TEXTS["age_group_code"]), (None, None))
    is_dual = bool(row.get("dual_class_code"))
    made = {"number": number, "age_low": low, "age_high": high, "is_dual_national": is_dual, "opened_on": None}
    made |= {"case_key": f"case{number}", "client_key": row.pop("client", f"client{number}")}
    made |= TEXTS | {"advice": ("HOU",), "barriers": ("not_recorded",)} | row
    known = made["nationality_class_code"] not in (*MISSING_KINDS, NOT_RECOGNISED)
    return made | {"is_dual_national": is_dual if known else None, "closed_on": None}


def _tables(rows: list[dict[str, Any]], periods: Sequence[str]) -> dict[str, pl.DataFrame]:
    told = {"advice_type_code": "advice", "barrier_code": "barriers"}
    names = ("core.counted_case_advice_types", "core.counted_case_barriers")
    frame = pl.DataFrame(
        rows, schema_overrides={"opened_on": pl.Date, "dual_class_code": pl.String}, infer_schema_length=None
    )
    frame = frame.with_columns(pl.col("closed_on").cast(pl.Date), pl.col("age_low", "age_high").cast(pl.Int64))
    return {
        "core.counted_cases": frame.rename({"number": "record_id"}).drop("advice", "barriers"),
        "core.enquiry_codes": pl.DataFrame(schema=dict.fromkeys(KIND_CODES, pl.String)),
        "core.counted_case_nationalities": frame.select("case_key", nationality_code=pl.lit("PL")),
        **{
            name: frame.select("case_key", pl.col(column).list.unique().alias(code)).explode(code)
            for name, (code, column) in zip(names, told.items(), strict=True)
        },
        **_reference(sorted(set(frame["period"])), periods),
    }


def _reference(quarters: Sequence[str], periods: Sequence[str]) -> dict[str, pl.DataFrame]:
    within = [(quarter, quarter, True) for quarter in quarters]
    within += [(period, quarter, period[:7] <= quarter <= period[-7:]) for period in periods for quarter in quarters]
    lists = {"missing": (*MISSING_KINDS, NOT_RECOGNISED), **{name: codelist(name).codes for name in LISTS}}
    conditions = [row for group in (*packaged_groups(), *group_parts()) for row in group.rows()]
    return {
        "reference.publication_quarters": pl.DataFrame(
            within, schema=["publication_period", "quarter", "is_within"], orient="row"
        ),
        "reference.detailed_periods": pl.DataFrame({"publication_period": sorted({period for period, *_ in within})}),
        "reference.codes": pl.DataFrame(
            [{"code_list": name, "code": code} for name, codes in lists.items() for code in codes]
        ),
        "reference.group_conditions": pl.DataFrame(conditions),
    }


def quarters(n: int, *, last: str = "2026-Q3") -> list[str]:
    """Give so many quarters in a row up to the last."""
    end = Quarter.parse(last)
    return [str(end.after(-back)) for back in range(n - 1, -1, -1)]


def opened(day: str) -> date:
    """Give a date from its ISO text."""
    return date.fromisoformat(day)
