"""The findings as open data: one CSV file beside the tables, with everything a finding rests on.

Answers "can I work this out again". Each row holds the published figures, the benchmark and what was made of them; the
same numbers stand in the manifest.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from io import StringIO
from typing import Any

from pipelines.codelists import TOTAL
from pipelines.disclosure.protected import HIDDEN, SHOWN, Finding
from pipelines.publish.brief import Brief

TABLE_ID = "findings"
# How every data file is written, in the words of the W3C's CSV on the Web.
DIALECT = {"header": True, "delimiter": ",", "encoding": "utf-8", "lineTerminators": ["\n"]}
TITLE = "Comparisons with benchmark populations"
LEADING = ("period", "dimension", "group_code", "unit", "n", "share")
MEASURES = (
    "base",
    "not_known",
    "reach_n",
    "reach_base",
    "reach_not_known",
    "share_low",
    "share_high",
    "missing_low",
    "missing_high",
    "benchmark_id",
    "benchmark",
    "benchmark_low",
    "benchmark_high",
    "effective_sample",
    "expected",
    "ratio",
    "ratio_low",
    "ratio_high",
    "q_value",
    "family_size",
    "state",
    "is_under_served",
)
KEY = ("period", "dimension", "group_code")
COLUMNS = (*LEADING, *MEASURES, "status", "provisional")
WHOLE = ("n", "base", "not_known", "reach_n", "reach_base", "reach_not_known", "family_size", "n_centres")
TEXTS = (*KEY, "residence_area_code", "pool_code", "unit", "benchmark_id", "state", "status")
FLAGS = ("provisional", "is_under_served", "is_clearly_below")


def rows_told(brief: Brief) -> tuple[Finding, ...]:
    """Give the findings that are about a group; those about a whole dimension hold no figure."""
    return tuple(finding for finding in brief.findings if finding.group != TOTAL)


def findings_csv(brief: Brief) -> bytes:
    """Write one row per finding about a group, in the order of the manifest.

    Grain: one row per period, dimension and group.

    Returns:
        The columns of `COLUMNS`; numbers are written in full, so that each can be worked out again to the last digit,
        and are empty where they are hidden or cannot be had.
    """
    file = StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for finding in rows_told(brief):
        values = _values(brief, finding)
        writer.writerow([written(values[name]) for name in COLUMNS])
    return file.getvalue().encode()


def findings_schema(meanings: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Describe the file for machines, after the W3C's CSV on the Web."""
    return {
        "url": f"{TABLE_ID}.csv",
        "dc:title": TITLE,
        "dialect": DIALECT,
        "tableSchema": {
            "columns": [column_schema(name, meanings.get(name, {}), key=KEY) for name in COLUMNS],
            "primaryKey": list(KEY),
        },
    }


def _values(brief: Brief, finding: Finding) -> dict[str, Any]:
    return {
        **vars(finding),
        "period": str(brief.edition.period),
        "group_code": finding.group,
        "share": finding.observed,
        "share_low": finding.low,
        "share_high": finding.high,
        "status": HIDDEN if finding.state == "withheld" else SHOWN,
        "provisional": brief.edition.is_provisional,
    }


def written(value: object) -> str:
    """Write a value in full; nothing where there is none."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def column_schema(name: str, meaning: Mapping[str, str], *, key: Collection[str]) -> dict[str, Any]:
    """Describe one column of a file of findings, or of rates, whose rows `key` tells apart."""
    datatype = "integer" if name in WHOLE else "string" if name in TEXTS else "double"
    described: dict[str, Any] = {"name": name, "titles": name, "datatype": datatype}
    if name in FLAGS:
        described["datatype"] = {"base": "boolean", "format": "true|false"}
    if meaning.get("description"):
        described["dc:description"] = meaning["description"]
    return described | {"required": name in {*key, "unit", "state", "status"}}
