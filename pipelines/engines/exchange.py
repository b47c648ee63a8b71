"""Tables between DuckDB and Parquet files: how an engine outside gets its input, and how its results come back.

Answers "which bytes of records lie outside the warehouse, and where". They hold personal data: the folder is the
caller's, for its owner alone, and gone when the engine closes. DuckDB itself opens no file, so rows pass through memory
in batches.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow.dataset as ds
import pyarrow.parquet as pq

from pipelines.modes import PRIVATE_FOLDER
from pipelines.warehouse import Connection

# Rows at a time in memory, and in a group of a file: a file's groups are what several workers read side by side.
AT_ONCE = 122_880


def hand_over(connection: Connection, table: str, folder: Path) -> None:
    """Write a table of the warehouse as one Parquet file.

    Args:
        connection: an open warehouse.
        table: a qualified name.
        folder: made for it; an older one must be gone.
    """
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True)
    query = f"select * from {table}"  # noqa: S608 - a name of our own
    with (
        connection.sql(query).to_arrow_reader(AT_ONCE) as rows,
        pq.ParquetWriter(folder / "part-0.parquet", rows.schema, compression="snappy") as file,
    ):
        for batch in rows:
            file.write_batch(batch, row_group_size=AT_ONCE)


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
