"""One file put through its profile: records as they arrived, and a state for every row that is not a record.

Raw is what arrived: cells are chosen and named here, never changed. Columns the profile drops leave no trace.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import polars as pl

from pipelines.declarations import suggestion
from pipelines.errors import IdentifiersFound, ProfileError, ReadError, listed
from pipelines.ingest.fields import CELL_SEPARATOR, fields
from pipelines.ingest.identifiers import identifying_cells, identifying_headings
from pipelines.ingest.profiles import Profile
from pipelines.ingest.readers import Grid, first_rows, read_grid


@dataclass(frozen=True)
class Extract:
    """What one file holds.

    `records`: one row per record; row_number, one text column per field of `reference/fields.toml` (null when the
    source does not have it; the cells of several columns joined by U+001F) and content, all of them joined.
    `set_aside`: one row per row that is not a record; row_number, state (`ignored` or `quarantined`) and reason.
    """

    file_name: str
    sha256: str
    records: pl.DataFrame
    set_aside: pl.DataFrame

    @property
    def rows_read(self) -> int:
        """Give the number of rows of the file, headings left out."""
        return self.records.height + self.set_aside.height


def read_extract(path: Path, profile: Profile) -> Extract:
    """Read one file through its profile.

    Args:
        path: a file of the inbox; it is not altered.
        profile: the profile of its source.
    Returns:
        Records and rows set aside; together they are every row but the headings.
    Raises:
        ReadError: the file cannot be read, is empty or is cut off.
        IdentifiersFound: a column that would be stored holds direct identifiers.
        ProfileError: the headings do not fit the profile; the message names every column.
    """
    heading_row, positions = _find_headings(path, profile)
    grid = read_grid(path, profile)
    _check_not_cut_off(path, grid, profile)
    states = _states(grid, profile, heading_row, len(positions))
    numbered = grid.frame.join(states, on="row_number").filter(pl.col("row_number") != heading_row)
    records = numbered.filter(pl.col("state") == "record")
    if records.is_empty():
        raise ReadError(f"{path} has headings but no records. If that is right, take the file out of the inbox.")
    _refuse_identifiers(path, records, profile, positions)
    return Extract(
        file_name=path.name,
        sha256=sha256(path.read_bytes()).hexdigest(),
        records=_records(records, profile, positions),
        set_aside=numbered.filter(pl.col("state") != "record").select("row_number", "state", "reason"),
    )


def _refuse_identifiers(path: Path, records: pl.DataFrame, profile: Profile, positions: dict[str, int]) -> None:
    kept = [heading for headings in profile.columns.values() for heading in headings]
    found = identifying_headings(kept)
    found += identifying_cells(records, {f"cell_{positions[heading]}": heading for heading in kept})
    if found:
        heading = (
            f"{path} holds what could identify a person, so nothing of it was stored. List each column under [drop] in "
            f"{profile.path.name}, or take it out of the export:"
        )
        raise IdentifiersFound(listed(found, heading=heading))


def _find_headings(path: Path, profile: Profile) -> tuple[int, dict[str, int]]:
    """Give the row number of the headings and the position of each column."""
    rows = first_rows(path, profile)
    expected = set(profile.headings)
    scores = [len(expected & {cell.strip() for cell in row}) for row in rows]
    best = max(range(len(rows)), key=lambda index: scores[index])
    if scores[best] * 2 < len(expected):
        raise ProfileError(
            f"{path} does not fit its profile {profile.path.name}: no row near the top holds its headings. "
            f"Expected: {', '.join(profile.headings)}. Check that the file is in the right folder."
        )
    headings = [cell.strip() for cell in rows[best]]
    while headings and not headings[-1]:
        headings.pop()
    _check_headings(path, profile, headings)
    return best + 1, {name: index for index, name in enumerate(headings)}


def _check_headings(path: Path, profile: Profile, headings: Sequence[str]) -> None:
    unknown = [name for name in headings if name not in profile.headings]
    problems = [
        f'the column "{name}" is missing.{suggestion(name, unknown)}'
        for name in profile.headings
        if name not in headings
    ]
    problems += [
        f'the column "{name}" is new. Map it under [columns] or list it under [drop].' for name in unknown if name
    ]
    problems += ["a column has no heading."] if "" in headings else []
    problems += [f'the heading "{n}" occurs twice.' for n in sorted({n for n in headings if headings.count(n) > 1})]
    if problems:
        raise ProfileError(listed(problems, heading=f"{path} no longer fits its profile {profile.path.name}:"))


def _check_not_cut_off(path: Path, grid: Grid, profile: Profile) -> None:
    last = grid.frame.tail(1)
    cells = int(last["n_cells"][0])
    begins = str(last["cell_0"][0] or "").strip()
    is_footer = any(begins.startswith(text) for text in profile.ignored_beginnings)
    if not grid.ends_with_newline and 1 <= cells < len(profile.headings) and not is_footer:
        raise ReadError(
            f"{path} is cut off: row {last['row_number'][0]} is the last and has {cells} of {len(profile.headings)} "
            "cells. Export it again."
        )


def _states(grid: Grid, profile: Profile, heading_row: int, n_columns: int) -> pl.DataFrame:
    """Give every row its state: `record`, `ignored` or `quarantined`, with the reason."""
    cells = [pl.col(f"cell_{index}") for index in range(grid.width)]
    filled = [cell.fill_null("").str.strip_chars() for cell in cells]
    is_blank = pl.all_horizontal([cell == "" for cell in filled])
    first_filled = pl.coalesce([pl.when(cell != "").then(cell) for cell in filled])
    begins = [first_filled.str.starts_with(text) for text in profile.ignored_beginnings]
    is_declared = pl.any_horizontal(begins) if begins else pl.lit(value=False)
    too_few = pl.col("n_cells") < n_columns
    too_many = pl.any_horizontal([cell != "" for cell in filled[n_columns:]] or [pl.lit(value=False)])
    reason = (
        pl.when(pl.col("row_number") < heading_row)
        .then(pl.lit("above_headings"))
        .when(is_blank)
        .then(pl.lit("blank"))
        .when(is_declared)
        .then(pl.lit("title_total_or_footer"))
        .when(too_few)
        .then(pl.lit("too_few_cells"))
        .when(too_many)
        .then(pl.lit("too_many_cells"))
    )
    state = pl.col("reason").replace_strict(
        {"too_few_cells": "quarantined", "too_many_cells": "quarantined", None: "record"}, default="ignored"
    )
    return grid.frame.select("row_number", reason.alias("reason")).with_columns(state.alias("state"))


def _records(rows: pl.DataFrame, profile: Profile, positions: dict[str, int]) -> pl.DataFrame:
    columns = [
        pl.concat_str([pl.col(f"cell_{positions[heading]}") for heading in headings], separator=CELL_SEPARATOR).alias(
            name
        )
        for name, headings in profile.columns.items()
    ]
    absent = [pl.lit(None, dtype=pl.String).alias(name) for name in fields() if name not in profile.columns]
    content = pl.concat_str([pl.col(name).fill_null("") for name in fields()], separator=CELL_SEPARATOR)
    chosen = rows.select("row_number", *columns, *absent)
    return chosen.select("row_number", *fields(), content.alias("content"))
