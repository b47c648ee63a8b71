"""One file put through its profile: records as they arrived, and a state for every row that is not a record.

Answers "which rows are records, and which are not and why". Raw is what arrived: cells are chosen and named here, never
changed. Columns the profile drops leave no trace; those it uses and drops leave only what is derived from them. A file
is read a chunk at a time and handed on in batches, so that its size does not matter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.errors import ReadError
from pipelines.ingest.fields import fields
from pipelines.ingest.headings import Drift, Headings, find_headings
from pipelines.ingest.profiles import Profile
from pipelines.ingest.reading.opening import open_rows
from pipelines.ingest.records import named_cells, records_of
from pipelines.ingest.row_states import Downfill, row_states
from pipelines.ingest.tripwire.identifiers import Column, Tripwire, identifying_headings
from pipelines.ingest.tripwire.refusals import refuse_people

ROLES = {"reference": "reference", "date": "date", "period": "date"}


@dataclass(frozen=True)
class Batch:
    """Some rows of a file.

    `records`: one row per record; row_number, case_ref and client_ref (plain text, for hashing only; empty where
    missing), is_linked, and one text column per stored field (null when the source does not have it; the cells of
    several columns joined by U+001F).
    `set_aside`: one row per row that is not a record; row_number, state (`ignored` or `quarantined`) and reason.
    """

    records: pl.DataFrame
    set_aside: pl.DataFrame


@dataclass(frozen=True)
class Extracted:
    """What one file held: the SHA-256 of the bytes read, its rows without headings, and how it differs."""

    sha256: str
    rows_read: int
    drift: tuple[Drift, ...]


def read_extract(path: Path, profile: Profile, take: Callable[[Batch], None]) -> Extracted:
    """Read one file through its profile.

    Args:
        path: a file of the inbox; it is not altered.
        profile: the profile of its source.
        take: called with each batch as it is read. What it was given counts only if this function returns.
    Returns:
        What is known of the file as a whole. Its records and rows set aside are every row but the headings.
    Raises:
        ReadError: the file cannot be read, is empty or is cut off.
        IdentifiersFound: a column that the profile does not drop holds direct identifiers.
        ProfileError: the headings do not fit the profile; the message names every column.
    """
    n_rows = n_records = 0
    headings: Headings | None = None
    last = pl.DataFrame()
    with open_rows(path, profile.layout) as rows:
        for chunk in rows.chunks:
            if headings is None:
                headings = find_headings(path, chunk, profile)
                tripwire = _tripwire(path, profile, headings)
                downfill = Downfill(profile, headings)
            batch = _batch(chunk, profile, headings, tripwire=tripwire, downfill=downfill)
            n_rows += batch.records.height + batch.set_aside.height
            n_records += batch.records.height + batch.set_aside.filter(pl.col("state") == "quarantined").height
            last = chunk.tail(1)
            take(batch)
        if headings is None or n_records == 0:
            raise ReadError(f"{path} has headings but no records. If that is right, take the file out of the inbox.")
        refuse_people(path, profile.path, tripwire.findings())
        if not rows.ends_cleanly():
            _check_not_cut_off(path, last, profile, headings)
        return Extracted(rows.digest(), n_rows, headings.drift)


def _batch(
    chunk: pl.DataFrame, profile: Profile, headings: Headings, *, tripwire: Tripwire, downfill: Downfill
) -> Batch:
    below = chunk.filter(~pl.col("row_number").is_between(headings.first_row, headings.last_row))
    stated = downfill.filled(below.with_columns(row_states(below, profile, headings)))
    named = named_cells(stated.filter(pl.col("state") == "record"), profile, headings)
    tripwire.look(named)
    kept = records_of(named, profile)
    records = kept.filter(pl.col("reason").is_null()).drop("reason")
    refused = kept.filter(pl.col("reason").is_not_null()).select("row_number", "reason")
    set_aside = stated.filter(pl.col("state") != "record").select("row_number", "state", "reason")
    return Batch(
        records,
        pl.concat([set_aside, refused.select("row_number", pl.lit("quarantined").alias("state"), "reason")]),
    )


def _tripwire(path: Path, profile: Profile, headings: Headings) -> Tripwire:
    """Look at the headings of what would be stored, and prepare to look at its cells."""
    kept = {heading: name for name, group in profile.columns.items() for heading in group}
    present = {heading: name for heading, name in kept.items() if heading in headings.positions}
    promised = identifying_headings(headings.names[headings.positions[heading]] for heading in present)
    refuse_people(path, profile.path, promised)
    return Tripwire(
        {
            heading: Column(heading, ROLES.get(fields()[name].kind, "word"), _explained(profile, name))
            for heading, name in present.items()
        }
    )


def _explained(profile: Profile, field: str) -> frozenset[str]:
    """Give the words of a field that a person declared: they name nobody."""
    return frozenset({*profile.words.get(field, ()), *profile.missing[field], *profile.allowed.get(field, ())})


def _check_not_cut_off(path: Path, last: pl.DataFrame, profile: Profile, headings: Headings) -> None:
    cells = int(last["n_cells"][0])
    begins = str(last["cell_0"][0] or "").strip()
    is_footer = any(begins.startswith(text) for text in profile.rows.ignored_beginnings)
    if 1 <= cells < headings.width and not is_footer and not profile.rows.pads_short_rows:
        raise ReadError(
            f"{path} is cut off: row {last['row_number'][0]} is the last and has {cells} of {headings.width} "
            "cells. Export it again."
        )
