"""Tables between DuckDB and Parquet files: how an engine outside gets its input, and how its results come back.

Answers "which bytes of records lie outside the warehouse, and where". They hold personal data: the folder is the
caller's, for its owner alone, and gone when the engine closes. DuckDB itself opens no file, so rows pass through memory
in batches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds
import pyarrow.parquet as pq

from pipelines.modes import PRIVATE_FOLDER
from pipelines.warehouse import Connection

# Rows at a time in memory, and in a group of a file: a file's groups are what several workers read side by side.
AT_ONCE = 122_880
# Every join with the dictionary wants the words of one field. In a file of its own its size is known beforehand, and
# however many words another field has, it is sent whole to where the records are, which then stay where they are. Its
# fields are words of ours.
READ_IN_PARTS = {"reference.meanings": "field"}


def hand_over(connection: Connection, table: str, folder: Path) -> bool:
    """Write a table of the warehouse as Parquet: one file, or one for each part of a table that is read in parts.

    Args:
        connection: an open warehouse.
        table: a qualified name.
        folder: made for it; an older one must be gone.
    Returns:
        Whether it is in parts: folders named after a column and its word, which is not in the files then.
    """
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True)
    column = READ_IN_PARTS.get(table)
    query = f"select distinct {column} from {table} order by all"  # noqa: S608 - names of our own
    words = connection.execute(query).fetchall() if column else []
    for (word,) in words:
        part = folder / f"{column}={word}"
        part.mkdir(mode=PRIVATE_FOLDER)
        query = f"select * exclude ({column}) from {table} where {column} = ?"  # noqa: S608 - names of our own
        _write(connection.sql(query, params=[word]), part)
    if not words:
        _write(connection.sql(f"select * from {table}"), folder)  # noqa: S608 - a name of our own
    return bool(words)


def _write(found: Any, folder: Path) -> None:
    with (
        found.to_arrow_reader(AT_ONCE) as rows,
        pq.ParquetWriter(folder / "part-0.parquet", rows.schema, compression="snappy") as file,
    ):
        for batch in rows:
            file.write_batch(batch, row_group_size=AT_ONCE)


@contextmanager
def taking_back(connection: Connection, folder: Path) -> Iterator[Callable[[str], None]]:
    """Take tables back one after another, in a thread, while others are still made.

    Args:
        connection: an open warehouse, which nobody else uses until the block ends.
        folder: where each table has a folder of its name.
    Returns:
        A function that is told of every table that is there. When the block ends, all of them were taken back; when it
        fails, only those that were begun.
    """
    with ThreadPoolExecutor(1) as worker:
        taken: list[Future[None]] = []
        try:
            yield lambda table: taken.append(worker.submit(take_back, connection, table, folder / table))
            for each in taken:
                each.result()
        except BaseException:
            worker.shutdown(cancel_futures=True)
            raise


def take_back(connection: Connection, table: str, folder: Path) -> None:
    """Append the rows of Parquet files to a table that is there, by the names of the columns and in their order.

    The table's types decide: what Spark adds up has another type than what DuckDB adds up, with the same value.

    Args:
        connection: an open warehouse.
        table: a qualified name.
        folder: what `hand_over` or an engine wrote; its files are read in the order of their names.
    """
    files = sorted(folder.glob("*.parquet"))
    if files:
        rows = ds.dataset(files, format="parquet").scanner(batch_size=AT_ONCE).to_reader()
        query = f"insert into {table} by name select * from incoming"  # noqa: S608 - a name of our own
        connection.from_arrow(rows).query("incoming", query)
