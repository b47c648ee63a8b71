"""Taking records out of the warehouse for good: every layer, every copy, and the bytes of the file.

Answers "is nothing of these records left". The caller says which records and which published cases go; rows of files
stay counted by their numbers, as ignored. Everything happens on the caller's connection; `rewrite` then makes the file
anew, because a database keeps the bytes of what was deleted.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pipelines import freezing, warehouse
from pipelines.ingest.fields import word_fields
from pipelines.warehouse import BUILT_LAYERS, Connection

# What the caller fills: the records that go, and the published cases and enquiries that go.
LEAVING_RECORDS, LEAVING_CASES = "leaving_records", "leaving_published"
# Cases and enquiries of published quarters, under one name: an enquiry never has the pseudonym of a case.
PUBLISHED = """(
    select case_key, client_key, period from raw.published_cases
    union all
    select enquiry_key, client_key, period from raw.published_enquiries
)"""
_BY_RECORD = ("raw.joined_rows", "raw.rule_failures", "reference.corrected_records", "reference.excluded_records")

Words = set[tuple[str, str, str]]

# To write a database anew, DuckDB has to open the former one beside it. It may open that file and no other: the
# settings that close it are set once the file is named, before anything is read.
_CLOSED = {name: warehouse.CONFIGURATION[name] for name in ("enable_external_access", "lock_configuration")}
_OPEN = {name: value for name, value in warehouse.CONFIGURATION.items() if name not in _CLOSED}


def remove_records(connection: Connection, *, reason: str, is_expired: bool) -> tuple[dict[str, int], Words]:
    """Remove the records of `leaving_records` and the published cases and enquiries of `leaving_published`.

    Args:
        connection: an open warehouse with these two temporary tables, in a transaction.
        reason: why the rows of these records are ignored from now on.
        is_expired: whether they go because of their age; a published quarter without them is then never revised.
    Returns:
        The number of rows removed from each table, and the words that stand in no record any more, as source, field
        and word.
    """
    words = _words_of(connection)
    connection.execute(_SET_ASIDE, {"reason": reason})
    removed = {
        table: _delete(connection, table, "record_id", LEAVING_RECORDS) for table in ("raw.records", *_BY_RECORD)
    }
    for query in (_THINNED, _THINNED_ENQUIRIES):
        connection.execute(query, {"is_expired": is_expired})
    for name in freezing.CODES:
        removed[f"raw.published_{name}"] = _delete(connection, f"raw.published_{name}", "case_key", LEAVING_CASES)
    removed["raw.published_cases"] = _delete(connection, "raw.published_cases", "case_key", LEAVING_CASES)
    removed["raw.published_enquiries"] = _delete(
        connection, "raw.published_enquiries", "enquiry_key", LEAVING_CASES, key="case_key"
    )
    gone = words - _all_words(connection)
    schema = dict.fromkeys(("source_id", "field", "value"), pl.String)
    _forget_words(connection, pl.DataFrame(sorted(gone), schema=schema, orient="row"))
    return {table: n for table, n in removed.items() if n}, gone


def drop_built(connection: Connection) -> None:
    """Drop every table that models make, before they are made anew of fewer records."""
    for layer in BUILT_LAYERS:
        connection.execute(f"drop schema if exists {layer} cascade")
        connection.execute(f"create schema {layer}")


def rewrite(database: Path) -> None:
    """Write a database anew, so that nothing that was deleted is left in the bytes of its file.

    Args:
        database: a warehouse open for writing, with nobody connected to it.
    """
    # Its name is not that of a warehouse, so nobody takes what is left of a stopped run for one.
    fresh = database.with_name(f"{database.name}.fresh")
    fresh.unlink(missing_ok=True)
    with warehouse.connect(fresh, configuration=_OPEN) as connection:
        # Statements that set something, and those that attach a file, have no parameters.
        quoted = str(database).replace("'", "''")
        connection.execute(f"set allowed_paths = ['{quoted}', '{quoted}.wal']")
        for name, value in _CLOSED.items():
            connection.execute(f"set {name} = {value}")
        connection.execute(f"attach '{quoted}' as former (read_only)")
        connection.execute(f'copy from database former to "{fresh.name.partition(".")[0]}"')
        connection.execute("detach former")
        connection.execute("force checkpoint")
    database.with_name(f"{database.name}.wal").unlink(missing_ok=True)
    fresh.replace(database)


def _delete(connection: Connection, table: str, column: str, leaving: str, *, key: str = "") -> int:
    key = key or column
    query = f"delete from {table} where {column} in (select {key} from {leaving})"  # noqa: S608 - names of our own
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def _forget_words(connection: Connection, gone: pl.DataFrame) -> None:
    """Take words out of the dictionary and out of the list of words that nobody explained."""
    for table in ("reference.meanings", "reference.unknown_words"):
        connection.from_arrow(gone.to_arrow()).query(
            "gone",
            f"delete from {table} as words using gone "  # noqa: S608 - names of our own
            "where words.source_id = gone.source_id and words.field = gone.field and words.value = gone.value",
        )


def _words_of(connection: Connection) -> Words:
    """Give every word of the records that go, and those that corrections put in their place."""
    return _words(connection, f"where record_id in (select record_id from {LEAVING_RECORDS})")  # noqa: S608 - own name


def _all_words(connection: Connection) -> Words:
    return _words(connection, "")


def _words(connection: Connection, condition: str) -> Words:
    found: Words = set()
    for field in word_fields():
        query = f"""
            with chosen as (select * from raw.records {condition})
            select source_id, {field} from chosen where {field} <> ''
            union select chosen.source_id, corrected.{field}
            from reference.corrected_records as corrected join chosen using (record_id) where corrected.{field} <> ''
        """  # noqa: S608 - names of our own
        found |= {(source_id, field, value) for source_id, value in connection.execute(query).fetchall()}
    return found


_SET_ASIDE = """
    insert into raw.set_aside by name
    select file_id, row_number, 'ignored' as state, $reason as reason
    from raw.records join leaving_records using (record_id)
    union all
    select file_id, row_number, 'ignored', $reason from raw.joined_rows join leaving_records using (record_id)
"""
# A case that goes on under another client was not lost, and is counted as one that came.
_THINNED = """
    insert into raw.thinned_quarters by name
    select
        published.period as quarter,
        case when $is_expired then 0 else count(*) filter (where remaining.case_key is null) end as n_cases,
        $is_expired as is_expired
    from raw.published_cases as published
    join leaving_published using (case_key)
    left join (select distinct case_key from raw.records) as remaining on remaining.case_key = published.case_key
    group by published.period
"""
_THINNED_ENQUIRIES = """
    insert into raw.thinned_enquiries by name
    select published.period as quarter, count(*) as n_enquiries, $is_expired as is_expired
    from raw.published_enquiries as published
    join leaving_published on leaving_published.case_key = published.enquiry_key
    group by published.period
"""
