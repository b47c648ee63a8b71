"""Files that name people are refused: how that is said, and columns that no profile has declared.

Answers "does a column that nobody has spoken of name people". What is looked for is left to `identifiers.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from pipelines.errors import IdentifiersFound, listed
from pipelines.ingest.tripwire.identifiers import Column, identifying_cells, identifying_headings


def refuse_people(path: Path, profile_path: Path, found: Sequence[str]) -> None:
    """Stop a file that names people.

    Args:
        path: the file.
        profile_path: the profile in which its columns can be declared.
        found: a sentence for each find.
    Raises:
        IdentifiersFound: there is one.
    """
    if found:
        heading = (
            f"{path} holds what could identify a person, so nothing of it was stored. List each column under [drop] in "
            f"{profile_path.name}, or take it out of the export:"
        )
        raise IdentifiersFound(listed(list(found), heading=heading))


def people_in(rows: pl.DataFrame, headings: Mapping[str, str]) -> list[str]:
    """Describe the columns that name people, by their headings or by their first cells.

    A column without any filled cell names nobody, whatever its heading promises.

    Args:
        rows: row_number and cells, as text; the first rows of a file will do.
        headings: column of `rows` to its heading.
    Returns:
        One sentence per column and kind, with row numbers.
    """
    filled = {cell: name for cell, name in headings.items() if cell in rows.columns and _is_filled(rows[cell])}
    promised = {cell: identifying_headings([name]) for cell, name in filled.items()}
    others = {cell: Column(name) for cell, name in filled.items() if not promised[cell]}
    return [sentence for sentences in promised.values() for sentence in sentences] + identifying_cells(rows, others)


def _is_filled(cells: pl.Series) -> bool:
    return bool((cells.fill_null("").str.strip_chars() != "").any())
