"""Which rows of a file are records, and what the others are.

Answers "record, ignored or quarantined, and why" for every row below, above and among the headings. The reasons are
those of `reference/row_reasons.toml`. Tests that few rows can meet are made on those few rows only.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import polars as pl

from pipelines.declarations import read_toml
from pipelines.errors import SettingsError
from pipelines.ingest.headings import Headings
from pipelines.ingest.profiles import Profile
from pipelines.ingest.reading.quoting import TOO_LONG
from pipelines.ingest.words import normalised
from pipelines.resources import reference_file

# What a row with a blank cell is, below a row of that kind.
BELOW = {"total": "total", "unclear": "nothing_above"}


@cache
def row_reasons() -> dict[str, dict[str, str]]:
    """Give every reason with its state, what it means and what to do about it."""
    return read_toml(reference_file("row_reasons.toml"), SettingsError)


def row_states(chunk: pl.DataFrame, profile: Profile, headings: Headings) -> list[pl.Expr]:
    """Give the state and the reason of every row of a chunk.

    Args:
        chunk: rows as `open_rows` gives them, headings left out.
        profile: says which rows are titles or totals and whether short rows are filled up.
        headings: where the columns are.
    Returns:
        Two expressions, `state` (`record`, `ignored` or `quarantined`) and `reason` (null for a record).
    """
    is_short = pl.col("n_cells") < headings.width
    tests = (
        ("blank", _among(_blank_rows(chunk))),
        ("title_total_or_footer", _begins(chunk, profile.rows.ignored_beginnings)),
        ("total", _totals(chunk, profile, headings)),
        ("repeated_headings", _among(_repeated(chunk, headings))),
        ("too_few_cells", pl.lit(profile.rows.pads_short_rows).not_() & is_short),
        ("too_many_cells", _is_filled(_beyond(chunk, headings))),
        ("cell_without_heading", _is_filled([f"cell_{index}" for index in headings.unnamed])),
    )
    problem = _problem(chunk, profile, headings)
    reason = problem
    for name, test in reversed(tests):
        # A row that its reader could not take apart is not looked at any further.
        reason = pl.when(test & problem.is_null()).then(pl.lit(name)).otherwise(reason)
    reason = pl.when(pl.col("row_number") < headings.first_row).then(pl.lit("above_headings")).otherwise(reason)
    states = {name: entry["state"] for name, entry in row_reasons().items()}
    state = reason.replace_strict({**states, None: "record"}, return_dtype=pl.String)
    return [reason.alias("reason"), state.alias("state")]


class Downfill:
    """Fills the blank cells of columns whose blanks mean "as above", across chunks."""

    def __init__(self, profile: Profile, headings: Headings) -> None:
        positions = {normalised(name): index for name, index in headings.positions.items()}
        wanted = [positions.get(normalised(name)) for name in profile.rows.fill_down]
        self._cells = [index for index in wanted if index is not None]
        self._above: dict[int, tuple[str | None, str | None]] = {}

    def filled(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Give rows with those blanks filled from the nearest row above that has something there.

        Titles, footers and repeated headings stand between two rows and are passed over. What follows a total is a
        total. Below a row that cannot be read, or one that may be a footer or a total, nobody can tell what "as above"
        means, so such a row waits.

        Args:
            rows: rows of a chunk with their state and reason.
        """
        for index in self._cells:
            rows = self._filled(rows, index)
        return rows

    def _filled(self, rows: pl.DataFrame, index: int) -> pl.DataFrame:
        cell = f"cell_{index}"
        if cell not in rows.columns:
            rows = rows.with_columns(pl.lit(None, dtype=pl.String).alias(cell))
        earlier, kind_before = self._above.get(index, (None, None))
        kind = _kind_above(rows, index)
        rows = rows.with_columns(
            pl.when(kind.is_not_null()).then(pl.col(cell)).forward_fill().alias("above"),
            kind.forward_fill().alias("kind_above"),
        )
        is_first = pl.col("kind_above").is_null()
        rows = rows.with_columns(
            pl.when(is_first).then(pl.lit(earlier, dtype=pl.String)).otherwise("above").alias("above"),
            pl.col("kind_above").fill_null(pl.lit(kind_before, dtype=pl.String)),
        )
        if rows.height:
            self._above[index] = (rows["above"][-1], rows["kind_above"][-1])
        return rows.with_columns(_taken(cell)).drop("above", "kind_above")


def _taken(cell: str) -> list[pl.Expr]:
    """Give what a cell becomes, and the reason and state of its row, by what stands above a blank."""
    wants = (pl.col("state") == "record") & _blank(cell)
    becomes = pl.when(wants).then(pl.col("kind_above").replace_strict(BELOW, default=None, return_dtype=pl.String))
    states = {name: row_reasons()[name]["state"] for name in BELOW.values()}
    return [
        pl.when(wants & (pl.col("kind_above") == "row")).then("above").otherwise(cell).alias(cell),
        pl.coalesce(becomes, "reason").alias("reason"),
        pl.coalesce(becomes.replace_strict(states, default=None, return_dtype=pl.String), "state").alias("state"),
    ]


def _kind_above(rows: pl.DataFrame, index: int) -> pl.Expr:
    """Say what a row means to the blank cells below it in one column; null where they look further up."""
    cell = f"cell_{index}"
    filled = [~_blank(name) for name in _cells(rows)]
    is_cut = (pl.col(cell) == TOO_LONG) | (_blank(cell) & (pl.col("problem").is_not_null() | pl.col(cell).is_null()))
    # A hidden row is left out, and yet it stands above the next one.
    is_row = pl.col("state").is_in(["record", "quarantined"]) | (pl.col("reason") == "hidden_row")
    return (
        pl.when((pl.col("state") == "quarantined") & is_cut.fill_null(value=True)).then(pl.lit("unclear"))
        .when(_blank(cell)).then(pl.lit(None, dtype=pl.String))
        .when(is_row).then(pl.lit("row"))
        .when(pl.col("reason") == "total").then(pl.lit("total"))
        .when((pl.col("reason") == "title_total_or_footer") & (pl.sum_horizontal(filled) > 1)).then(pl.lit("unclear"))
    )  # fmt: skip


def _problem(chunk: pl.DataFrame, profile: Profile, headings: Headings) -> pl.Expr:
    """Give what the reader found wrong; an overlong cell matters only in a column that is used."""
    if not (chunk["problem"] == "cell_too_long").any():
        return pl.col("problem")
    used = [headings.positions.get(heading) for group in profile.sources.values() for heading in group]
    cells = [pl.col(f"cell_{index}") for index in used if index is not None and f"cell_{index}" in chunk.columns]
    is_cut = pl.any_horizontal([cell == TOO_LONG for cell in cells])
    is_left_out = pl.all_horizontal([cell.fill_null("") == "" for cell in cells])
    is_harmless = (pl.col("problem") == "cell_too_long") & ~is_cut.fill_null(value=False) & ~is_left_out
    return pl.when(is_harmless).then(pl.lit(None, dtype=pl.String)).otherwise(pl.col("problem"))


def _cells(chunk: pl.DataFrame) -> list[str]:
    return [name for name in chunk.columns if name.startswith("cell_")]


def _among(numbers: pl.Series) -> pl.Expr:
    return pl.col("row_number").is_in(numbers.implode()) if len(numbers) else pl.lit(value=False)


def _blank(cell: str) -> pl.Expr:
    return pl.col(cell).fill_null("").str.strip_chars() == ""


def _blank_rows(chunk: pl.DataFrame) -> pl.Series:
    left = chunk
    for cell in _cells(chunk):
        left = left.filter(_blank(cell))
        if left.is_empty():
            break
    return left["row_number"]


def _repeated(chunk: pl.DataFrame, headings: Headings) -> pl.Series:
    """Find rows that say the headings again, as a report with pages does."""
    left = chunk
    for name, index in headings.positions.items():
        if left.is_empty():
            break
        if f"cell_{index}" in chunk.columns:
            left = left.filter(pl.col(f"cell_{index}").str.strip_chars().is_in([name, headings.names[index]]))
    return left["row_number"] if headings.positions else left.clear()["row_number"]


def _begins(chunk: pl.DataFrame, beginnings: Sequence[str]) -> pl.Expr:
    if not beginnings:
        return pl.lit(value=False)
    filled = [pl.col(cell).fill_null("").str.strip_chars() for cell in _cells(chunk)]
    first = pl.coalesce([pl.when(cell != "").then(cell) for cell in filled])
    return pl.any_horizontal([first.str.starts_with(text) for text in beginnings]).fill_null(value=False)


def _totals(chunk: pl.DataFrame, profile: Profile, headings: Headings) -> pl.Expr:
    positions = {normalised(name): index for name, index in headings.positions.items()}
    tests = [
        pl.col(f"cell_{positions[normalised(heading)]}").fill_null("").str.strip_chars().is_in(list(cells))
        for heading, cells in profile.rows.ignored_cells.items()
        if f"cell_{positions.get(normalised(heading))}" in chunk.columns
    ]
    return pl.any_horizontal(tests) if tests else pl.lit(value=False)


def _beyond(chunk: pl.DataFrame, headings: Headings) -> list[str]:
    return [cell for cell in _cells(chunk) if int(cell.removeprefix("cell_")) >= headings.width]


def _is_filled(cells: Sequence[str]) -> pl.Expr:
    return pl.any_horizontal([~_blank(cell) for cell in cells]) if cells else pl.lit(value=False)
