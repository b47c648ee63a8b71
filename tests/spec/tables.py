"""Pipe tables drawn on a documentation page, as data."""

from __future__ import annotations

from pathlib import Path

Row = dict[str, str]


def read_tables(page: Path) -> dict[str, list[Row]]:
    """Give the table under each heading of a page: one mapping of column to cell for each row.

    A table is a line of columns, a line of dashes and one line for each row; a heading has at most one table.
    """
    drawn: dict[str, list[str]] = {}
    heading = ""
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif line.startswith("|"):
            drawn.setdefault(heading, []).append(line)
    return {heading: _rows(lines) for heading, lines in drawn.items()}


def _rows(lines: list[str]) -> list[Row]:
    columns = _cells(lines[0])
    return [dict(zip(columns, _cells(line), strict=True)) for line in lines[2:]]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip()[1:-1].split("|")]
