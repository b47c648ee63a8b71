"""What an analyst looks up after a run: rows that wait, words nobody explained, links and corrections.

Answers "which rows wait and why" and "which words does a profile have to explain". Listings are internal: they stand in
the folder of a run, which never leaves the machine. Only the list of words holds what stood in a file, because nobody
could explain a word without seeing it.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines import warehouse
from pipelines.ingest.row_states import row_reasons

QUARANTINE, UNKNOWN_WORDS = "quarantine.csv", "unknown_words.csv"
# Of the rows that wait for one reason in one file, so many numbers are kept; the list of a run has them all.
MOST_ROWS = 20
# A text that begins like a formula is shown behind an apostrophe, so that a spreadsheet does not run it.
FORMULA = r"^\s*[-=+@＝＋－＠]|^[\t\r\n]"


@dataclass(frozen=True)
class UnknownWords:
    """How many words of one field of one source nobody explained, and in how many records they stand."""

    source: str
    field: str
    treatment: str
    words: int
    records: int


@dataclass(frozen=True)
class Waiting:
    """Rows of one file that wait in quarantine for one reason; `rows` are the numbers of the first few of them."""

    source: str
    file: str
    reason: str
    n: int
    rows: tuple[int, ...]


@dataclass(frozen=True)
class AgeBands:
    """Cases of one source whose age is known, and those among them whose age band lies on both sides of a cut."""

    source: str
    cut: int
    known: int
    undetermined: int


@dataclass(frozen=True)
class Looked:
    """What a run found beside its accounting; counts are true and internal.

    `links` counts clients seen at several centres and cases that moved; `corrections` the records that each correction
    of `corrections.toml` concerns, by its number.
    """

    waiting: tuple[Waiting, ...]
    unknown_words: tuple[UnknownWords, ...]
    age_bands: tuple[AgeBands, ...]
    links: dict[str, int]
    corrections: dict[int, int]


def look(database: Path) -> Looked:
    """Read what a run found beside its accounting."""
    query = """
        select source_id, field, treatment, count(*), sum(n_records)::bigint
        from reference.unknown_words group by all order by all
    """
    with warehouse.reading(database) as connection:
        waiting = connection.execute(_FIRST_WAITING, [MOST_ROWS]).fetchall()
        words = connection.execute(query).fetchall()
        bands = connection.execute("select source_id, age_cut, n_known, n::bigint from marts.age_bands").fetchall()
        links = connection.execute("select link, n from marts.linkage").fetchall()
        corrections = connection.execute(
            "select correction, n_records from reference.corrections order by 1"
        ).fetchall()
    return Looked(
        tuple(Waiting(source, name, reason, n, tuple(rows)) for source, name, reason, n, rows in waiting),
        tuple(UnknownWords(*row) for row in words),
        tuple(AgeBands(*row) for row in bands),
        dict(links),
        dict(corrections),
    )


def write_listings(database: Path, folder: Path) -> None:
    """Write the rows that wait and the words nobody explained, readable for their owner only.

    Args:
        database: the warehouse in force.
        folder: the folder of a run.
    """
    with warehouse.reading(database) as connection:
        waiting = warehouse.read_frame(connection, _WAITING)
        words = warehouse.read_frame(connection, _WORDS)
    remedies = {name: entry.get("remedy", "") for name, entry in row_reasons().items()}
    explained = waiting.with_columns(
        remedy=pl.col("reason").replace_strict(remedies, default="", return_dtype=pl.String)
    )
    for name, frame in ((QUARANTINE, explained), (UNKNOWN_WORDS, words)):
        write_private(folder / name, frame)


def forget_words(internal_root: Path, words: Collection[tuple[str, str, str]]) -> int:
    """Take words out of the lists of all runs, because the records that held them are gone.

    Args:
        internal_root: the folder of what never leaves the machine.
        words: source, field and word.
    Returns:
        How many lists were written anew.
    """
    gone = pl.DataFrame(
        sorted(words), schema=dict.fromkeys(("source", "field", "word"), pl.String), orient="row"
    )  # fmt: skip
    n_changed = 0
    for path in sorted(internal_root.glob(f"*/{UNKNOWN_WORDS}")):
        listed = pl.read_csv(path, infer_schema=False)
        plain = listed.with_columns(word=pl.col("word").str.strip_prefix("'"))
        kept = listed.filter(~_among(plain, gone) & ~_among(listed, gone))
        if kept.height < listed.height:
            fresh = path.with_suffix(".new")
            write_private(fresh, kept)
            fresh.replace(path)
            n_changed += 1
    return n_changed


def _among(listed: pl.DataFrame, words: pl.DataFrame) -> pl.Series:
    keyed = words.unique().with_columns(is_gone=pl.lit(value=True))
    return listed.join(keyed, on=["source", "field", "word"], how="left", maintain_order="left")["is_gone"].fill_null(
        value=False
    )


def write_private(path: Path, frame: pl.DataFrame) -> None:
    """Write a frame as a CSV file that its owner alone can read, and in which no cell runs as a formula."""
    begins_like_a_formula = pl.col(pl.String).str.contains(FORMULA)
    shown = frame.with_columns(
        pl.when(begins_like_a_formula).then("'" + pl.col(pl.String)).otherwise(pl.col(pl.String)).name.keep()
    )
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        file.write(shown.write_csv())


_FIRST_WAITING = """
    with numbered as (
        select files.file_id, files.source_id, files.file_name, states.reason, states.row_number,
            row_number() over (partition by files.file_id, states.reason order by states.row_number) as place,
            count(*) over (partition by files.file_id, states.reason) as n
        from core.row_states as states join raw.files as files on files.file_id = states.file_id
        where states.state = 'quarantined'
    )
    select source_id, file_name, reason, n, list(row_number order by row_number)
    from numbered where place <= ? group by all order by source_id, reason, file_name
"""
_WAITING = """
    select files.source_id as source,
        files.file_name as file,
        states.row_number, states.reason
    from core.row_states as states join raw.files as files on files.file_id = states.file_id
    where states.state = 'quarantined'
    order by files.file_id, states.row_number
"""
_WORDS = """
    select source_id as source, field,
        value as word,
        treatment, n_records as records
    from reference.unknown_words
    order by source_id, field, n_records desc, value
"""
