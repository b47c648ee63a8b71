"""CSV files of public figures, packaged or a network's own: rows under known headings, with every problem told.

Answers "can this file be used". Such files hold no record, so that a problem names its file and row.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any

Rows = list[dict[str, Any]]


def read_rows(
    path: Path,
    problems: list[str],
    *,
    required: Collection[str],
    fields: Collection[str],
    problems_of: Callable[[dict[str, Any]], Iterable[str]],
) -> Rows | None:
    """Read a file.

    Args:
        path: a CSV file in UTF-8.
        problems: what is wrong with it is added.
        required: the columns that it must have.
        fields: those that it may have.
        problems_of: says what is wrong with one row.
    Returns:
        Its rows by heading; None where anything is wrong.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            headings = [name.strip() for name in reader.fieldnames or []]
            reader.fieldnames = headings
            rows: Rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error):
        problems.append(f"{path.name} cannot be read as a CSV file in UTF-8.")
        return None
    wrong = [f"{path.name}: the column {name} is missing." for name in required if name not in headings]
    wrong += [f"{path.name}: the column {name} is not known." for name in headings if name not in fields]
    wrong += [f"{path.name}: a column is there twice."] if len(set(headings)) < len(headings) else []
    wrong = wrong or [f"{path.name}, row {at}: {text}" for at, row in enumerate(rows, 2) for text in problems_of(row)]
    problems += wrong
    return None if wrong else rows
