"""The columns of a benchmark file and what each may hold.

Answers "is this row well formed". Messages name columns and codes of the benchmark file, which holds no record.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date

from pipelines.codelists import TOTAL, codelist

REQUIRED = (
    "benchmark_id",
    "title",
    "dimension",
    "code",
    "value",
    "unit",
    "reference_date",
    "geography",
    "population",
    "dual_rule",
    "caveat",
    "source",
)
FIELDS = (*REQUIRED, "rounded_to", "effective_sample", "note")
UNITS = ("people", "applications")
# How people with several nationalities are counted: as a row of their own, as the caseload counts them; under UK, else
# Irish, else another nationality; under one nationality by a rule nobody knows; or left out.
DUAL_RULES = ("apart", "uk_irish_first", "one_each", "left_out")
_LISTS = {
    "nationality_code": "nationalities",
    "nationality_class_code": "nationality_classes",
    "gender_code": "genders",
}
DIMENSIONS = (*_LISTS, "age", "group_code", "residence_area_code")
_SLUG = re.compile(r"^[a-z0-9][a-z0-9-]{0,60}$")
_BAND = re.compile(r"^(\d{1,3}\+|\d{1,3}-\d{1,3})$")
_CODE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]{0,40}$")
FURTHER_CODES = {"nationality_code": ("DUAL",), "gender_code": ()}


def field_problems(row: Mapping[str, str]) -> Iterator[str]:
    """Say what is wrong with one row."""
    for name in REQUIRED:
        if not (row.get(name) or "").strip():
            yield f"{name} is empty."
    for name in ("benchmark_id", "geography", "population"):
        if row[name] and not _SLUG.fullmatch(row[name]):
            yield f"{name} must be lower case letters, digits and hyphens."
    for name, allowed in (("unit", UNITS), ("dual_rule", DUAL_RULES), ("dimension", DIMENSIONS)):
        if row[name] and row[name] not in allowed:
            yield f"{name} must be one of {', '.join(allowed)}."
    yield from _number_problems(row)
    yield from _code_problems(row["dimension"], row["code"] or "")


def _number_problems(row: Mapping[str, str]) -> Iterator[str]:
    for name, is_open in (("value", True), ("rounded_to", True), ("effective_sample", False)):
        text = row.get(name) or ("0" if is_open else "1")
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not (math.isfinite(number) and (number >= 0 if is_open else number >= 1)):
            yield f"{name} must be a number of {0 if is_open else 1} or more, without commas."
    try:
        date.fromisoformat(row["reference_date"] or "")
    except ValueError:
        yield "reference_date must be a date such as 2021-03-21."


def _code_problems(dimension: str, code: str) -> Iterator[str]:
    if code == TOTAL:
        return
    if dimension == "age" and not (_BAND.fullmatch(code) and _is_band(code)):
        yield "code must be a band of ages such as 0-17, 18-64 or 65+."
    elif dimension in _LISTS and code not in (*codelist(_LISTS[dimension]).codes, *FURTHER_CODES.get(dimension, ())):
        yield f'there is no code "{code}" for {dimension}; docs/codes.md lists them.'
    elif not (dimension == "age" or _CODE.fullmatch(code)):
        yield "code must be letters, digits, hyphens and underscores."


def _is_band(code: str) -> bool:
    low, _, high = code.partition("-")
    return code.endswith("+") or int(low) <= int(high)
