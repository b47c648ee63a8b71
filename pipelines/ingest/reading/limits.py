"""How large a file may be before it is refused: `reference/limits.toml` as one value.

Answers "what is too much". Who counts, and what a refusal says, is left to the readers.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache

from pipelines.declarations import read_toml
from pipelines.errors import SettingsError
from pipelines.resources import reference_file


@dataclass(frozen=True)
class Limits:
    """The limits of `reference/limits.toml`, where each one is explained."""

    cell_characters: int
    row_characters: int
    workbook_bytes: int
    unpacked_bytes: int
    unpacking_ratio: int
    unpacked_bytes_harmless: int
    archive_members: int
    xml_depth: int
    xml_token_bytes: int
    shared_characters: int
    sheets: int
    sheet_rows: int
    sheet_columns: int
    sheet_cells: int
    sheet_extent: int
    merged_ranges: int
    parquet_bytes: int
    parquet_group_bytes: int
    parquet_columns: int
    parquet_rows: int
    parquet_cells: int


@cache
def limits() -> Limits:
    """Give the limits that are in force.

    Raises:
        SettingsError: the file is missing, or lacks a limit.
    """
    declared = read_toml(reference_file("limits.toml"), SettingsError)
    missing = [field.name for field in fields(Limits) if field.name not in declared]
    if missing:
        raise SettingsError(f"reference/limits.toml lacks {', '.join(missing)}. Install the package again.")
    return Limits(**{field.name: int(declared[field.name]) for field in fields(Limits)})


def megabytes(count: int) -> str:
    """Give a number of bytes as a person says it.

    >>> megabytes(200_000_000)
    '200 MB'
    """
    return f"{count / 1_000_000:,.0f} MB"
