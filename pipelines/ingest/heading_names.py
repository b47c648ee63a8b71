"""What the columns of a sheet are called, by the rows at its top.

Answers "what is the name of each column", wherever its parts stand. Which name means what is answered in `headings.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.ingest.words import normalised

LETTERS = 26


def heading_names(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Give the name of every column whose headings stand in one row or several.

    In several rows an upper heading carries on to the right until the next one, as merged cells do, and the parts are
    joined by " / ". A name that comes again is numbered; a column without one is called by its letter.

    >>> heading_names([["Ref", "Client", ""], ["", "Age", "Sex"]])
    ('Ref', 'Client / Age', 'Client / Sex')
    >>> heading_names([["Issue", "", "Issue"]])
    ('Issue', 'column B', 'Issue (2)')
    """
    width = max((len(row) for row in rows), default=0)
    parts = [_carried(row, width) for row in rows[:-1]] + [[*rows[-1], *[""] * (width - len(rows[-1]))]]
    joined = [
        " / ".join(dict.fromkeys(cell.strip() for cell in cells if cell.strip())) for cells in zip(*parts, strict=True)
    ]
    while joined and not joined[-1]:
        joined.pop()
    seen: dict[str, int] = {}
    names = []
    for index, name in enumerate(joined):
        named = " ".join(name.split()) or f"column {column_letter(index)}"
        seen[normalised(named)] = times = seen.get(normalised(named), 0) + 1
        names.append(named if times == 1 else f"{named} ({times})")
    return tuple(names)


def column_letter(index: int) -> str:
    """Give the letter a spreadsheet shows over a column; the first is 0.

    >>> column_letter(0), column_letter(27)
    ('A', 'AB')
    """
    rest, last = divmod(index, LETTERS)
    return (column_letter(rest - 1) if rest else "") + chr(ord("A") + last)


def _carried(row: Sequence[str], width: int) -> list[str]:
    carried, last = [], ""
    for cell in [*row, *[""] * (width - len(row))]:
        last = cell.strip() or last
        carried.append(last)
    return carried
