"""Scores of policy: is each one that of a named source, and is each figure beside it that of the table by advice type?

Answers "was a score invented, or a figure changed on its way". Packaged scores are read again from their file; a
network's own are held against the manifest, which names where each was read.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pipelines.audit.phrases import own_words
from pipelines.audit.reading import POLICY, Release, Row, read_rows
from pipelines.codelists import NOT_KNOWN, TOTAL, codelist
from pipelines.resources import reference_file

NO_AREA, LOWEST, HIGHEST = "_Z", 0, 100
COLUMNS = (
    "period", "policy_area_code", "advice_type_code", "unit", "n", "share", "policy_score", "policy_edition",
    "policy_year", "status", "provisional",
)  # fmt: skip
_NAME, _TABLE, _UNIT = "policy", "by_advice_type", "clients"
_SCORE = frozenset({"edition", "data_year", "area", "value", "title", "address", "read_on", "is_own", "band"})
_SOURCE = ("title", "address", "read_on")
Facts = Mapping[str, Any]


def policy_problems(release: Release) -> Iterator[str]:
    """Name every score without a source, and every row that differs from its table or its score."""
    yield from map(release.problem, dict.fromkeys(_problems(release)))


def scores_of(release: Release) -> dict[str, Facts]:
    """Give every score that the manifest tells, by the address that pages cite; none where it tells of no policy."""
    facts = release.manifest.get("policy")
    told = facts.get("scores") if isinstance(facts, dict) else ()
    rows = [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []
    return {f"{_NAME}.{each.get('edition')}.{each.get('area')}.score": each for each in rows}


def areas_of(release: Release) -> Mapping[str, str]:
    """Give the name of each policy area, as the manifest tells it."""
    facts = release.manifest.get("policy")
    found = facts.get("areas") if isinstance(facts, dict) else {}
    return found if isinstance(found, dict) else {}


def band_of(value: int) -> str:
    """Give the words of the index for a score, read again from their file; nothing where it has none."""
    return next((row["label"] for row in _packaged("bands") if int(row["low"]) <= value <= int(row["high"])), "")


def bands() -> tuple[str, ...]:
    """Give all words of the index, the longest first, as some are part of others."""
    return tuple(sorted((row["label"] for row in _packaged("bands")), key=len, reverse=True))


def context_rows(release: Release) -> list[dict[str, str]]:
    """Give the rows of the data file; none where there is no such file.

    Raises:
        DisclosureError: the file is damaged.
    """
    path = f"data/{POLICY}.csv"
    if path not in release.files:
        return []
    header, rows = read_rows(f"{release.key}/{path}", release.files[path])
    return [dict(zip(header, row, strict=True)) for row in rows]


def _problems(release: Release) -> Iterator[str]:
    facts, has_file = release.manifest.get("policy"), f"data/{POLICY}.csv" in release.files
    if (facts is not None) != has_file:
        yield f"data/{POLICY}.csv and manifest.json do not both tell of policy. Release the edition again."
    elif facts is not None:
        try:
            yield from (*_of_scores(release, facts), *_of_names(release, facts), *_of_rows(release, facts))
        except (KeyError, TypeError, ValueError, AttributeError):
            yield "manifest.json tells of policy what nobody can judge. Release the edition again."


def _of_scores(release: Release, facts: Facts) -> Iterator[str]:
    keys = [(each["edition"], each["area"]) for each in facts["scores"]]
    if len(set(keys)) != len(keys) or not any(edition == facts["edition"] for edition, _ in keys):
        yield "manifest.json has a score of policy twice, or none of the edition it names. Release the edition again."
    for each in facts["scores"]:
        name, value = f"{each['edition']} {each['area']}", each["value"]
        is_known = set(each) == _SCORE and each["area"] in {TOTAL, *facts["areas"]}
        is_dated = each["edition"] != facts["edition"] or each["data_year"] == facts["data_year"]
        is_whole = isinstance(value, int) and not isinstance(value, bool) and LOWEST <= value <= HIGHEST
        if not is_known or not is_dated or not is_whole or not all(each[source] for source in _SOURCE):
            yield f"the score of policy {name} has no number, year or source that fits. Release the edition again."
        elif release.is_ours and each["band"] != band_of(value):
            yield f"the score of policy {name} is told in words of another score. Release the edition again."
        elif release.is_ours and not _has_source(facts, each):
            yield f"the score of policy {name} is not that of its source. Release the edition again."


def _has_source(facts: Facts, score: Facts) -> bool:
    """Tell whether a row of the packaged table says all of this; a network's own score is of none of its rows."""
    key = facts["index"], score["edition"], facts["country_code"], score["area"]
    named = ("index", "edition", "country_code", "policy_area_code")
    is_packaged = key in {tuple(row[name] for name in named) for row in _packaged("scores")}
    return not is_packaged if score["is_own"] else _is_packaged(facts, score)


def _is_packaged(facts: Facts, score: Facts) -> bool:
    told = {
        "index": facts["index"],
        "edition": score["edition"],
        "data_year": str(score["data_year"]),
        "country_code": facts["country_code"],
        "policy_area_code": score["area"],
        "score": str(score["value"]),
        **{name: score[name] for name in _SOURCE},
    }
    return any(all(row[name] == text for name, text in told.items()) for row in _packaged("scores"))


def _of_names(release: Release, facts: Facts) -> Iterator[str]:
    areas = {row["code"]: row["label"] for row in _packaged("areas")}
    country = codelist("nationalities").labels.get(facts["country_code"])
    is_named = own_words().has(facts["title"]) and facts["index"] in {row["index"] for row in _packaged("scores")}
    if release.is_ours and not (is_named and (facts["areas"], facts["country"]) == (areas, country)):
        yield "manifest.json names policy areas, the index or the country of scores otherwise. Release it again."


def _of_rows(release: Release, facts: Facts) -> Iterator[str]:
    table = release.tables.get(_TABLE)
    published = {row.codes[0]: row for row in (table.rows if table else ()) if _is_told(row)}
    rows, shown = context_rows(release), {}
    for each in facts["scores"]:
        if each["edition"] == facts["edition"]:
            shown[each["area"]] = str(each["value"]), each["edition"], str(each["data_year"])
    codes = [row.get("advice_type_code", "") for row in rows]
    if any(tuple(row) != COLUMNS for row in rows) or sorted(codes) != sorted(published):
        yield f"data/{POLICY}.csv has other rows or columns than {_TABLE}.csv. Release the edition again."
        return
    if not facts["area_of"].keys() <= published.keys() or not set(facts["area_of"].values()) <= {*facts["areas"]}:
        yield "manifest.json puts other advice types into policy areas than there are. Release the edition again."
        return
    for code, row in zip(codes, rows, strict=True):
        area = facts["area_of"].get(code, "")
        score = shown.get(area, ("", "", "")) if area else ("", "", "")
        if row != _expected(release, published[code], area or NO_AREA, score):
            yield f"data/{POLICY}.csv differs from {_TABLE}.csv or its score in {code}. Release the edition again."


def _is_told(row: Row) -> bool:
    return row.unit == _UNIT and row.codes[0] not in {TOTAL, NOT_KNOWN}


def _expected(release: Release, row: Row, area: str, score: tuple[str, str, str]) -> dict[str, str]:
    n = "" if row.n is None else str(row.n)
    status, late = "C" if row.is_hidden else "A", "true" if row.is_provisional else "false"
    values = (release.period, area, row.codes[0], row.unit, n, row.share, *score, status, late)
    return dict(zip(COLUMNS, values, strict=True))


@cache
def _packaged(name: str) -> tuple[dict[str, str], ...]:
    with reference_file("policy", f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
