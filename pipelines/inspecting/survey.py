"""One pass over a file: how often each word stands in each column, and a sample of whole rows.

Answers "what is in this file" with counts, bounded in memory however long the file is. What the counts mean is decided
by the modules that read a `Survey`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from pipelines.ingest.words import normalised
from pipelines.inspecting.book import book
from pipelines.inspecting.top import Top

# Row numbers kept for a word, so that a person can look at it where it stands.
KEPT_ROWS = 5


@dataclass
class Column:
    """What one column holds.

    `words` counts each distinct cell, trimmed and not blank; `rows` are the first rows each stands in. A column with
    more distinct words than are kept `overflows`: its counts are of the words seen first.
    """

    index: int
    heading: str
    filled: int = 0
    overflows: bool = False
    words: Counter[str] = field(default_factory=Counter)
    rows: dict[str, list[int]] = field(default_factory=dict)

    @property
    def counted(self) -> int:
        """Give the number of filled rows whose word was counted."""
        return sum(self.words.values())


@dataclass
class Survey:
    """What a file holds below its headings.

    `n_rows` counts rows that are cases or parts of cases; blank rows, repeated headings and totals are counted apart.
    `sample` has row_number and one text column per column of the file, blanks as null.
    """

    columns: tuple[Column, ...]
    n_rows: int = 0
    blank_rows: int = 0
    repeated_headings: int = 0
    broken_rows: int = 0
    short_rows: int = 0
    header_records: int = 0
    beginnings: Counter[str] = field(default_factory=Counter)
    totals: dict[int, Counter[str]] = field(default_factory=dict)
    lone_rows: list[int] = field(default_factory=list)
    samples: list[pl.DataFrame] = field(default_factory=list)
    sampled: int = 0

    @property
    def sample(self) -> pl.DataFrame:
        """Give the first rows as one frame."""
        names = ["row_number", *(f"cell_{column.index}" for column in self.columns)]
        schema = {name: pl.Int64() if name == "row_number" else pl.String() for name in names}
        return pl.concat(self.samples) if self.samples else pl.DataFrame(schema=schema)


def take_survey(top: Top, chunks: Iterator[pl.DataFrame]) -> Survey:
    """Count the cells of a file.

    Args:
        top: where the headings are.
        chunks: every chunk of the file, the first included; see `ingest/rows.py`.
    Returns:
        The survey.
    """
    survey = Survey(tuple(Column(index, name) for index, name in enumerate(top.names)))
    for chunk in chunks:
        _add(survey, top, chunk)
    return survey


def _add(survey: Survey, top: Top, chunk: pl.DataFrame) -> None:
    rows = _cases(survey, top, _shaped(chunk, len(survey.columns)))
    survey.n_rows += rows.height
    if survey.sampled < book().limits["sample_rows"]:
        kept = rows.head(int(book().limits["sample_rows"]) - survey.sampled)
        survey.samples.append(kept.drop("n_cells", "problem"))
        survey.sampled += kept.height
    for column in survey.columns:
        _count(column, rows.select("row_number", cell=f"cell_{column.index}").drop_nulls())


def _shaped(chunk: pl.DataFrame, width: int) -> pl.DataFrame:
    """Give the cells inside the table, trimmed; a blank or missing one is null."""
    cells = [
        (pl.col(f"cell_{i}").str.strip_chars() if f"cell_{i}" in chunk.columns else pl.lit(None, dtype=pl.String))
        .replace("", None)
        .alias(f"cell_{i}")
        for i in range(width)
    ]
    return chunk.select("row_number", "n_cells", "problem", *cells)


def _cases(survey: Survey, top: Top, chunk: pl.DataFrame) -> pl.DataFrame:
    """Take out everything that is not a case, and count it."""
    rows = chunk.filter(pl.col("row_number") > top.last_row)
    broken = pl.col("problem").is_not_null()
    headers = broken & pl.col("problem").is_in(["header_record", "aggregate_record"])
    survey.header_records += rows.filter(headers).height
    survey.broken_rows += rows.filter(broken & ~headers).height
    rows = rows.filter(~broken)
    cells = [f"cell_{column.index}" for column in survey.columns]
    blank = pl.all_horizontal(pl.col(cell).is_null() for cell in cells)
    survey.blank_rows += rows.filter(blank).height
    rows = rows.filter(~blank)
    if any(top.last_heading):
        again = pl.all_horizontal(
            pl.col(cell).fill_null("") == text for cell, text in zip(cells, top.last_heading, strict=False)
        )
        survey.repeated_headings += rows.filter(again).height
        rows = rows.filter(~again)
    return _without_totals(survey, rows, cells)


def _without_totals(survey: Survey, rows: pl.DataFrame, cells: list[str]) -> pl.DataFrame:
    first = pl.coalesce(cells)
    pattern = "(?i)^(?:" + "|".join(_escaped(text) for text in book().beginnings) + ")"
    n_filled = pl.sum_horizontal(pl.col(cell).is_not_null() for cell in cells)
    # A row that begins so and is a whole record is a case: "Notes: …" may stand in a first column of free text.
    begins = first.str.contains(pattern) & (
        (n_filled * 2 <= len(cells)) | first.str.to_lowercase().is_in(book().totals)
    )
    found = rows.filter(begins)
    survey.beginnings.update(_beginning(str(text)) for text in found.select(first.alias("first"))["first"])
    rows = rows.filter(~begins)
    for index, cell in enumerate(cells):
        is_total = pl.col(cell).str.to_lowercase().is_in(book().totals).fill_null(value=False)
        counted = Counter(rows.filter(is_total)[cell].to_list())
        if counted:
            survey.totals.setdefault(index, Counter()).update(counted)
            rows = rows.filter(~is_total)
    lone = rows.filter((n_filled == 1) & (len(cells) > 3))
    survey.lone_rows += lone["row_number"].head(KEPT_ROWS).to_list()
    survey.short_rows += rows.filter(pl.col("n_cells") < len(cells)).height
    return rows


def _beginning(text: str) -> str:
    """Give the part of a row's first cell that is one of our own beginnings, in the file's own letters."""
    length = next(len(known) for known in book().beginnings if text.casefold().startswith(known.casefold()))
    return text[:length].rstrip()


def _escaped(text: str) -> str:
    return "".join(f"\\{character}" if character in r".*+?()[]{}|^$\-#&~" else character for character in text)


def _count(column: Column, cells: pl.DataFrame) -> None:
    column.filled += cells.height
    if column.overflows or cells.is_empty():
        return
    counted = cells.group_by("cell", maintain_order=True).agg(pl.len().alias("n"), pl.col("row_number").head(KEPT_ROWS))
    for word, n, rows in counted.iter_rows():
        column.words[word] += n
        kept = column.rows.setdefault(word, [])
        kept += rows[: KEPT_ROWS - len(kept)]
    column.overflows = len(column.words) > book().limits["distinct_words"]


def merged_words(columns: tuple[Column, ...] | list[Column]) -> dict[str, int]:
    """Count the words of several columns that fill one field, different spellings kept apart."""
    total: Counter[str] = Counter()
    for column in columns:
        total.update(column.words)
    return dict(total)


def spellings(words: Mapping[str, int]) -> dict[str, tuple[str, int]]:
    """Give each word once, by its normalised form, with the spelling met most and how many rows have any."""
    found: dict[str, tuple[str, int]] = {}
    for word, n in sorted(words.items(), key=lambda item: (-item[1], item[0])):
        key = normalised(word)
        first, sum_ = found.get(key, (word, 0))
        found[key] = (first, sum_ + n)
    return found
