"""The scores of an index of policy, by country, year and policy area: which there are, and from whom.

Answers "how favourable were the rules, by this index". Packaged ones stand in `reference/policy/scores.csv`, a
network's own in `policy/` of its workspace, both in the format of docs/policy.md. A score that no file has
does not exist.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.analysis.network_files import read_rows
from pipelines.codelists import TOTAL, codelist
from pipelines.errors import SettingsError, listed
from pipelines.policy_choice import policy_areas
from pipelines.resources import reference_file

FOLDER, PACKAGED = "policy", "scores.csv"
REQUIRED = (
    "index", "edition", "data_year", "country_code", "policy_area_code", "score", "title", "address", "read_on",
)  # fmt: skip
FIELDS = (*REQUIRED, "note")
INDEX, LOWEST, HIGHEST = "MIPEX", 0, 100
_YEAR = re.compile(r"(19|20)\d\d")
_ADDRESS = re.compile(r"https?://[^\s\"<>]+")


@dataclass(frozen=True)
class PolicyScore:
    """One score of one policy area, or of all areas together where `policy_area_code` is `_T`.

    `edition` is the year the index was published under, `data_year` the year whose rules it looks at. `score` runs
    from 0 to 100, both included.
    """

    index: str
    edition: str
    data_year: int
    country_code: str
    policy_area_code: str
    score: int
    title: str
    address: str
    read_on: date
    is_own: bool = False

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Give what tells a score from every other one."""
        return self.index, self.edition, self.country_code, self.policy_area_code


def read_policy_scores(workspace: Path) -> tuple[PolicyScore, ...]:
    """Read every score: the packaged ones, then the network's own.

    Args:
        workspace: its `policy/` may hold any number of CSV files.
    Returns:
        One entry per index, edition, country and policy area, in the order of files and rows.
    Raises:
        SettingsError: a file is wrong, or a score is there twice; every problem of every file is told.
    """
    paths = (reference_file(FOLDER, PACKAGED), *sorted((workspace / FOLDER).glob("*.csv")))
    problems: list[str] = []
    found = [score for path in paths for score in _read_file(path, problems, is_own=path != paths[0])]
    problems += [
        f"The score of {' '.join(key)} is there twice. Take one of the two out; nothing replaces another score."
        for key, n in Counter(score.key for score in found).items()
        if n > 1
    ]
    problems += _year_problems(found)
    if problems:
        raise SettingsError(listed(problems, heading="Scores of policy cannot be used as they are:"))
    return tuple(found)


def _year_problems(found: list[PolicyScore]) -> Iterator[str]:
    """An edition looks at one year in each country: a brief dates all its scores with it."""
    years: dict[tuple[str, str, str], set[int]] = {}
    for score in found:
        years.setdefault(score.key[:3], set()).add(score.data_year)
    for key, told in years.items():
        if len(told) > 1:
            yield f"The scores of {' '.join(key)} name several years of data. An edition has one for each country."


def _read_file(path: Path, problems: list[str], *, is_own: bool) -> Iterator[PolicyScore]:
    rows = read_rows(path, problems, required=REQUIRED, fields=FIELDS, problems_of=_problems_of)
    yield from (_score(row, is_own=is_own) for row in rows or ())


def _problems_of(row: Mapping[Any, Any]) -> Iterator[str]:
    """Say what is wrong with one row; it holds figures of an index and no record."""
    told = {name: row.get(name) or "" for name in REQUIRED}
    if None in row or None in row.values():
        yield "it has more or fewer values than the file has columns."
    yield from (f"{name} is empty." for name, text in told.items() if not text.strip())
    areas = (*policy_areas(), TOTAL)
    lists = {"index": (INDEX,), "country_code": codelist("nationalities").codes, "policy_area_code": areas}
    for name, known in lists.items():
        if told[name] and told[name] not in known:
            yield f"there is no {name} such as this; docs/policy.md says which there are."
    for name in ("edition", "data_year"):
        if told[name] and not _YEAR.fullmatch(told[name]):
            yield f"{name} must be a year such as 2015."
    if told["score"] and not _is_score(told["score"]):
        yield f"score must be a whole number from {LOWEST} to {HIGHEST}."
    if told["address"] and not _ADDRESS.fullmatch(told["address"]):
        yield "address must begin with https:// and have no blanks."
    yield from _day_problems(told)


def _is_score(text: str) -> bool:
    """Tell whether a text is a score.

    >>> _is_score("60"), _is_score("060"), _is_score("60.5"), _is_score("101")
    (True, False, False, False)
    """
    return text.isascii() and text.isdecimal() and text == str(int(text)) and int(text) <= HIGHEST


def _day_problems(told: Mapping[str, str]) -> Iterator[str]:
    if told["read_on"] and not _is_day(told["read_on"]):
        yield "read_on must be a date such as 2026-11-29."
    years = told["edition"], told["data_year"]
    if all(map(_YEAR.fullmatch, years)) and years[1] > years[0]:
        yield "data_year must not be after edition."


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _score(row: Mapping[str, str], *, is_own: bool) -> PolicyScore:
    texts = ("index", "edition", "country_code", "policy_area_code", "title", "address")
    return PolicyScore(
        **{name: row[name].strip() for name in texts},
        data_year=int(row["data_year"]),
        score=int(row["score"]),
        read_on=date.fromisoformat(row["read_on"]),
        is_own=is_own,
    )
