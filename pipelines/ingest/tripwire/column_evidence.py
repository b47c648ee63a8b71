"""What only a whole column shows: dates of birth, and numbers that look like references one by one.

Answers "are most of these cells dates of birth, passport numbers, NHS numbers", from a sample of a column. What one
cell alone shows is looked for in `column_watch.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache

from pipelines.ingest.tripwire.identifier_checks import CHECKS
from pipelines.ingest.tripwire.identifier_kinds import Kind, kinds, python_pattern

MOST = 0.5
BIRTHS = "birth date"
# Birthdays of clients spread over decades; the days on which cases are opened do not.
BIRTH_SPREAD = 20
_SPREAD_IN_WORDS = 10
_OLD = 2000
_PIVOT = 30  # a year of two digits from 30 on belongs to the last century

_DAY_FIRST = re.compile(r"\s*(\d{1,2})[/. -](\d{1,2})[/. -](\d{4}|\d{2})(?:[T ]+[\d:.]+Z?)?\s*")
_YEAR_FIRST = re.compile(r"\s*(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})(?:[T ]+[\d:.]+Z?)?\s*")
_IN_WORDS = re.compile(r"\s*\d{1,2}(?:st|nd|rd|th)?[ -][A-Za-z]{3,9}[ ,-]+(\d{4}|\d{2})\s*")
_SERIAL = re.compile(r"\s*([1-5]\d{3,4})\s*")
_EIGHT = re.compile(r"(?:^|\D)(?:(\d{2})(\d{2})((?:19|20)\d{2})|((?:19|20)\d{2})(\d{2})(\d{2}))(?:\D|$)")
_SIX = re.compile(r"(?:^|\D)(\d{2})(\d{2})(\d{2})(?:\D|$)")
_SIX_MOST = 0.8
_FEWEST = {"word": 3, "date": 5, "reference": 5}
_DAY_NOUGHT = date(1899, 12, 30)


def shown_by_column(cells: Sequence[str], role: str) -> dict[str, list[int]]:
    """Say which kinds of identifiers most cells of a column are.

    Args:
        cells: some filled cells of one column, in order.
        role: `word`, `date` or `reference`.
    Returns:
        Name of the kind to the positions of the cells that look so.
    """
    births = _births(cells, role)
    found = {BIRTHS: births} if births else {}
    if role == "date" or not _may_be_numbers(cells):
        return found
    numbers = ((kind, _numbers(kind, cells)) for kind in kinds() if kind.references)
    return found | {kind.name: positions for kind, positions in numbers if positions}


def _may_be_numbers(cells: Sequence[str]) -> bool:
    """Tell whether enough cells look like a number of any kind; few columns do, and the others need no closer look."""
    looks = {cell: bool(_any_number().fullmatch(cell.strip())) for cell in set(cells)}
    return sum(looks[cell] for cell in cells) >= MOST * len(cells)


@cache
def _any_number() -> re.Pattern[str]:
    return python_pattern("|".join(f"(?:{kind.references})" for kind in kinds() if kind.references))


def _numbers(kind: Kind, cells: Sequence[str]) -> list[int]:
    """Give the positions of cells that look like numbers of this kind, if most do and they begin in many ways."""
    passes = CHECKS[kind.check]
    matches = ((i, python_pattern(kind.references).fullmatch(cell.strip())) for i, cell in enumerate(cells))
    hits = [(i, match) for i, match in matches if match and passes(match[0])]
    beginnings = {next(group for group in match.groups() if group).upper() for _, match in hits}
    return [i for i, _ in hits] if len(hits) >= MOST * len(cells) and len(beginnings) >= kind.distinct else []


def _births(cells: Sequence[str], role: str) -> list[int]:
    years = {cell: _year(cell, role) for cell in set(cells)}
    dated = [(i, year) for i, cell in enumerate(cells) if (year := years[cell])]
    if role == "reference":
        dated = dated if len(dated) >= MOST * len(cells) else _dated_by_six(cells)
    if len({cells[i] for i, _ in dated}) < _FEWEST[role] or len(dated) < MOST * len(cells):
        return []
    ordered = sorted(year for _, year in dated)
    spread = ordered[int(len(ordered) * 0.95) - (len(ordered) > 20)] - ordered[int(len(ordered) * 0.05)]
    if spread < (_SPREAD_IN_WORDS if role == "word" else BIRTH_SPREAD):
        return []
    is_old = ordered[len(ordered) // 2] < _OLD or role != "date"
    return [i for i, _ in dated] if is_old else []


def _dated_by_six(cells: Sequence[str]) -> list[tuple[int, int]]:
    found = [(i, year) for i, cell in enumerate(cells) if (year := _six_digits(cell))]
    return found if len(found) >= _SIX_MOST * len(cells) else []


def _year(cell: str, role: str) -> int | None:
    """Give the year of a cell that is a full date; of a reference, also where eight digits of it are one."""
    if match := _DAY_FIRST.fullmatch(cell):
        return _valid(int(match[1]), int(match[2]), match[3]) or _valid(int(match[2]), int(match[1]), match[3])
    if match := _YEAR_FIRST.fullmatch(cell):
        return _valid(int(match[3]), int(match[2]), match[1])
    if match := _IN_WORDS.fullmatch(cell):
        return _century(match[1])
    if role == "date" and (match := _SERIAL.fullmatch(cell)):
        return (_DAY_NOUGHT + timedelta(days=int(match[1]))).year
    if role == "reference" and (match := _EIGHT.search(cell)):
        day_first = match[1] is not None
        parts = match.groups()[:3] if day_first else match.groups()[:2:-1]
        return _valid(int(parts[0]), int(parts[1]), parts[2])
    return None


def _six_digits(cell: str) -> int | None:
    match = _SIX.search(cell)
    return _valid(int(match[1]), int(match[2]), match[3]) if match else None


def _valid(day: int, month: int, year: str) -> int | None:
    return _century(year) if 1 <= day <= 31 and 1 <= month <= 12 else None


@cache
def _century(year: str) -> int:
    number = int(year)
    if len(year) == 4:
        return number
    return 1900 + number if number >= _PIVOT else 2000 + number
