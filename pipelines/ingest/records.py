"""Cells to the fields of a record: chosen, named, and freed of what must not be stored.

Answers "which cell is which field", "what is the reference of this row" and "how old was the client", once a row is
known to be a record. Dates of birth and postcodes go in here and do not come out.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pipelines.codelists import MISSING_KINDS
from pipelines.ingest.births import ages_at_opening, postcode_district
from pipelines.ingest.fields import CELL_SEPARATOR, word_fields
from pipelines.ingest.headings import Headings
from pipelines.ingest.profiles import Profile

# A longer reference is a note, and notes may name people.
LONGEST_REFERENCE = 60
# Blanks and marks without width around a reference, which a copy or another program leaves behind.
UNSEEN = " \t\n\r\x0b\x0c\xa0\u2002\u2003\u2007\u2009\u202f\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
# What a spreadsheet makes of a long number; several cases may then share it.
ROUNDED = r"^[0-9](\.[0-9]+)?[eE]\+?[0-9]+$"


def named_cells(rows: pl.DataFrame, profile: Profile, headings: Headings) -> pl.DataFrame:
    """Give the cells that fill a field under their headings, and nothing else.

    Args:
        rows: records, as cells.
        profile: says which headings fill a field.
        headings: where they are; a column this file does not have reads as blank.
    Returns:
        row_number and one text column per heading that fills a field.
    """
    wanted = dict.fromkeys(heading for group in profile.sources.values() for heading in group)
    cells = [
        pl.col(f"cell_{headings.positions[heading]}").fill_null("").alias(heading)
        if f"cell_{headings.positions.get(heading)}" in rows.columns
        else pl.lit("").alias(heading)
        for heading in wanted
    ]
    return rows.select("row_number", *cells)


def records_of(named: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """Give the records of some rows.

    Args:
        named: row_number and one text column per heading that fills a field.
        profile: says which field each fills and how references, births and postcodes are read.
    Returns:
        row_number, case_ref, client_ref, is_linked, the stored fields, and reason: why a row has to wait, or null.
    """
    references = [_reference(profile, name).alias(name) for name in ("case_ref", "client_ref", "linked_case_ref")]
    words = [_cell(profile, name).alias(name) for name in word_fields()]
    frame = named.select("row_number", *references, *words)
    frame = _with_derived(frame, named, profile)
    reason = _reference_problem("case_ref", _reference_problem("client_ref", pl.lit(None, dtype=pl.String)))
    return frame.select(
        "row_number",
        _case_reference(profile),
        "client_ref",
        (pl.col("linked_case_ref") != "").alias("is_linked"),
        *word_fields(),
        reason.alias("reason"),
    )


def read_reference(profile: Profile, field: str, line: str) -> str:
    """Read a reference that a person typed as a file of the source would have it.

    Args:
        profile: how the source writes references.
        field: `case_ref` or `client_ref`.
        line: the reference; where the source has it in several columns, their cells with a tab between them.
    Returns:
        The reference, empty where the line holds none.
    """
    headings = profile.sources.get(field, ())
    cells = line.split("\t")
    if len(cells) != len(headings):
        return ""
    row = pl.DataFrame({heading: [cell] for heading, cell in zip(headings, cells, strict=True)})
    return str(row.select(_reference(profile, field).alias("reference")).item())


def _case_reference(profile: Profile) -> pl.Expr:
    """Give the reference of a case; where a row is a person, each person within it has a case of their own."""
    if profile.rows.one_row_per != "person":
        return pl.col("case_ref")
    both = pl.concat_str([pl.col("case_ref"), pl.col("client_ref")], separator=CELL_SEPARATOR)
    return pl.when(pl.col("case_ref") == "").then(pl.lit("")).otherwise(both).alias("case_ref")


def _cell(profile: Profile, field: str) -> pl.Expr:
    headings = profile.columns.get(field, ())
    if not headings:
        return pl.lit(None, dtype=pl.String)
    return _joined(headings)


def _joined(headings: Sequence[str]) -> pl.Expr:
    return pl.concat_str([pl.col(heading) for heading in headings], separator=CELL_SEPARATOR)


def _reference(profile: Profile, field: str) -> pl.Expr:
    """Give a reference, of one column or several, free of outer spaces; empty where all of them are."""
    headings = profile.sources.get(field, ())
    if not headings:
        return pl.lit("")
    parts = [_reference_part(pl.col(heading), profile, field) for heading in headings]
    joined = pl.concat_str(parts, separator=CELL_SEPARATOR)
    return pl.when(pl.all_horizontal([part == "" for part in parts])).then(pl.lit("")).otherwise(joined)


def _reference_part(cell: pl.Expr, profile: Profile, field: str) -> pl.Expr:
    """Give one cell of a reference without what nobody sees; a word that means missing refers to nobody."""
    part = cell.str.strip_chars(UNSEEN)
    if profile.strips_leading_zeros:
        part = part.str.strip_chars_start("0")
    # Within a cell the separator would let two references of several columns read as one.
    part = part.str.replace_all(CELL_SEPARATOR, " ", literal=True)
    is_missing = part.str.to_lowercase().is_in([word for word in profile.missing[field] if word])
    return pl.when(is_missing).then(pl.lit("")).otherwise(part)


def _reference_problem(field: str, otherwise: pl.Expr) -> pl.Expr:
    is_long = pl.col(field).str.len_chars() > LONGEST_REFERENCE
    is_rounded = pl.col(field).str.contains(ROUNDED)
    rounded = pl.when(is_rounded).then(pl.lit(f"{field}_rounded")).otherwise(otherwise)
    return pl.when(is_long).then(pl.lit(f"{field}_too_long")).otherwise(rounded)


def _with_derived(frame: pl.DataFrame, named: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    if "date_of_birth" in profile.used:
        ages = _ages(frame, named, profile)
        # A birth that is missing gives way to an age that is not.
        is_missing = pl.col("birth_age").is_in(["", *MISSING_KINDS])
        has_age = pl.col("age").fill_null("").str.strip_chars() != ""
        age = pl.when(is_missing & has_age).then(pl.col("age")).otherwise(pl.col("birth_age"))
        frame = frame.with_columns(birth_age=ages).with_columns(age=age).drop("birth_age")
    if "postcode" in profile.used:
        frame = frame.with_columns(residence_area=postcode_district(named[profile.used["postcode"][0]]))
    return frame


def _ages(frame: pl.DataFrame, named: pl.DataFrame, profile: Profile) -> pl.Series:
    births = frame.select("opened", "period").with_columns(birth=named[profile.used["date_of_birth"][0]])
    return ages_at_opening(
        births,
        birth_formats=profile.birth_formats,
        date_formats=profile.date_formats,
        period_format=profile.period_format,
        year_begins=profile.year_begins,
        missing=profile.missing["date_of_birth"],
    )
