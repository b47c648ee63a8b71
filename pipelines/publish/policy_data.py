"""Advice types beside scores of policy as open data, and the scores with their sources for the manifest.

Answers "can I set these beside each other myself". Counts and shares are those of the data file by advice type, each
score is that of a row which the manifest names with its edition, its year and where it was read.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import asdict
from io import StringIO
from typing import Any

from pipelines.publish.brief import Brief
from pipelines.publish.findings_data import DIALECT
from pipelines.publish.policy import DATA, NO_AREA, Policy
from pipelines.publish.policy_rows import PolicyRow, policy_rows, told_policy
from pipelines.publish.policy_words import policy_say
from pipelines.publish.sentences import to_text
from pipelines.publish.wording import wording

LEADING = ("period", "policy_area_code", "advice_type_code")
COLUMNS = (*LEADING, "unit", "n", "share", "policy_score", "policy_edition", "policy_year", "status", "provisional")
PATH = f"data/{DATA}.csv"


def policy_files(brief: Brief) -> dict[str, bytes]:
    """Write the data file; nothing where the brief sets nothing beside scores."""
    policy = told_policy(brief)
    return {} if policy is None else {PATH: _csv(brief, policy)}


def policy_schemas(brief: Brief, column: Callable[[str], dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Describe the data file for machines, after the W3C's CSV on the Web.

    Args:
        brief: tells whether there is such a file.
        column: describes one column by its name.
    """
    policy = told_policy(brief)
    if policy is None:
        return ()
    always = {*LEADING, "unit", "status", "provisional"}
    described = {
        "url": f"{DATA}.csv",
        "dc:title": to_text(policy_say(brief, policy, "caption")),
        "dialect": DIALECT,
        "tableSchema": {
            "columns": [column(name) | {"required": name in always} for name in COLUMNS],
            "primaryKey": list(LEADING),
        },
    }
    return (described,)


def policy_facts(brief: Brief) -> dict[str, Any] | None:
    """Give the index, the mapping and every score that is told, each with its source; None where nothing is told.

    An advice type that the mapping does not name belongs to no policy area.
    """
    policy = told_policy(brief)
    if policy is None:
        return None
    return {
        "index": policy.index,
        "title": str.__str__(wording()["policy"]["index"]),
        "country_code": policy.country_code,
        "country": policy.country,
        "edition": policy.scores[0].edition,
        "data_year": policy.scores[0].data_year,
        "areas": dict(policy.areas),
        "area_of": {row.code: row.area for row in policy_rows(brief, policy) if row.area},
        "scores": [
            asdict(score) | {"read_on": score.read_on.isoformat(), "band": policy.band(score)}
            for score in policy.all_scores
        ],
    }


def _csv(brief: Brief, policy: Policy) -> bytes:
    file = StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_row(brief, row) for row in policy_rows(brief, policy))
    return file.getvalue().encode()


def _row(brief: Brief, row: PolicyRow) -> tuple[str | int, ...]:
    """Write one advice type; what is hidden, cannot be had or has no score is empty."""
    cell, score = row.cell, row.score
    return (
        str(brief.edition.period),
        row.area or NO_AREA,
        row.code,
        cell.unit,
        "" if cell.n is None else cell.n,
        "" if cell.share is None else f"{cell.share:.4f}",
        *((score.value, score.edition, score.data_year) if score else ("", "", "")),
        "C" if cell.is_hidden else "A",
        "true" if cell.provisional else "false",
    )
