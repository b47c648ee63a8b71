"""The rows of one file to rows of the warehouse: references become pseudonyms, rows of one case are put together.

Answers "what of a file is stored". References are hashed with the network's key on their way in, so they never stand in
a table as they arrived. Everything happens in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from pipelines import tables
from pipelines.erasures import REASON, Erased, is_erased_sql
from pipelines.ingest.fields import fields, word_fields
from pipelines.ingest.headings import Drift
from pipelines.ingest.profiles import Profile
from pipelines.keys import pseudonym_sql, stored_sql, text_sql
from pipelines.sources import Source
from pipelines.warehouse import Connection

if TYPE_CHECKING:
    from pipelines.ingest.extracts import Batch

# Record ids are made of the file's number and the row's, so that they order by arrival.
ROWS_PER_FILE = 1_000_000_000
# Between the parts of what a pseudonym stands for; the same control character joins the columns of one field.
JOIN = "chr(31)"
# Where each person of a case has a row, what stands before the reference of the person.
HOUSEHOLD = "substring(case_ref, 1, length(case_ref) - length(client_ref) - 1)"
_SET_ASIDE = tables.Way("raw.set_aside", "select file_id, row_number, state, reason from incoming")
_TABLES = ("raw.files", "raw.records", "raw.joined_rows", "raw.set_aside", "raw.drift")


class Shelf:
    """Takes the batches of one file and stores them.

    Where a case has one row, rows go to `raw.records`, those of small files together. Where it has several, they wait
    in a table of their own until the file is read, and are then put together. Where people were erased, every record
    waits outside the database's file until it is known to be about somebody else.
    """

    def __init__(
        self, waiting: tables.Waiting, source: Source, profile: Profile, file_id: int, *, digest: str, erased: Erased
    ) -> None:  # fmt: skip
        connection = waiting.connection
        self._waiting = waiting
        self._connection = connection
        self._source = source
        self._profile = profile
        self._file_id = file_id
        self._digest = digest
        self._is_joined = profile.rows.one_row_per in ("issue", "event")
        self._is_person = profile.rows.one_row_per == "person"
        self._erased = erased
        self._records = "arrived_records" if erased else "raw.records"
        self._table = "incoming_rows" if self._is_joined or self._is_person else self._records
        if erased:
            columns = ", ".join(f"{name} {kind}" for name, kind in tables.loaded_tables()["raw.records"].items())
            connection.execute(f"create or replace temp table arrived_records ({columns})")
        if self._table == "incoming_rows":
            columns = ", ".join(f"{name} {kind}" for name, kind in _incoming_columns().items())
            connection.execute(f"create or replace temp table incoming_rows ({columns})")

    def take(self, batch: Batch) -> None:
        """Store one batch, or let it wait for others."""
        file_id = pl.lit(self._file_id, pl.Int64).alias("file_id")
        record_id = (pl.col("row_number").cast(pl.Int64) + self._file_id * ROWS_PER_FILE).alias("record_id")
        # A source without references names a case after its file.
        digest = [] if self._has_case_ref else [pl.lit(self._digest).alias("file_digest")]
        way = tables.Way(self._table, self._records_query(), self._values())
        self._waiting.add(batch.records.with_columns(file_id, record_id, *digest), way)
        self._waiting.add(batch.set_aside.with_columns(file_id), _SET_ASIDE)

    def finish(self) -> None:
        """Put the rows of each case together, where a case has several, and leave out those of erased people."""
        if self._table != "raw.records":
            self._waiting.insert()
        if self._is_person:
            for query in _person_queries(self._records):
                self._connection.execute(query)
        if self._is_joined:
            for query in _joining_queries(self._profile, self._records):
                self._connection.execute(query)
        if self._erased:
            self._leave_out()

    def _leave_out(self) -> None:
        marks = {"clients": sorted(self._erased.clients), "cases": sorted(self._erased.cases)}
        self._connection.execute(
            f"create or replace temp table left_out as select record_id from arrived_records where {is_erased_sql()}",  # noqa: S608
            marks,
        )
        for query in _leaving_queries():
            self._connection.execute(query)

    def _values(self) -> tuple[tuple[str, str], ...]:
        registers = (("case_register", self._source.case_register), ("client_register", self._source.client_register))
        return (("source_id", self._source.source_id), *registers)

    @property
    def _has_case_ref(self) -> bool:
        return "case_ref" in self._profile.sources

    def _records_query(self) -> str:
        """Give the SQL that turns a batch into records; a source without references has a case in each row."""
        case_ref = "case_ref" if self._has_case_ref else "file_digest || ' ' || cast(row_number as varchar)"
        case_name = f"getvariable('case_register') || ' {self._profile.register_word} ' || {case_ref}"
        client_name = "getvariable('client_register') || ' client ' || client_ref"
        household = f", {pseudonym_sql(HOUSEHOLD)} as household" if self._is_person else ""
        words = ", ".join(word_fields())
        filled = ["case_ref", "client_ref", *(name for name in word_fields() if self._profile.fills(name))]
        # The source belongs to the content: a case that moved to another one unchanged is a later version, not a copy.
        said = ("getvariable('source_id')", "is_linked::varchar", *(f"coalesce({name}, '')" for name in filled))
        content = f" || {JOIN} || ".join(said)
        digest = f"md5(getvariable('pseudonym_key') || {content})"
        return f"""
            select
                record_id, file_id, row_number,
                getvariable('source_id')::varchar as source_id,
                {stored_sql(digest)} as content_digest,
                case when {case_ref} <> '' then {stored_sql(pseudonym_sql(case_name))} end as case_key,
                case when client_ref <> '' then {stored_sql(pseudonym_sql(client_name))} end as client_key,
                is_linked, {words}{household}
            from incoming
        """  # noqa: S608 - names of our own


def forget(connection: tables.Connection, file_id: int) -> None:
    """Remove everything a file left, before it is read again."""
    for table in _TABLES:
        connection.execute(f"delete from {table} where file_id = ?", [file_id])  # noqa: S608 - names of our own


def n_left_out(connection: Connection) -> int:
    """Count the rows of erased people."""
    row = connection.execute("select count(*) from raw.set_aside where reason = ?", [REASON]).fetchone()
    return int(row[0]) if row else 0


def store_drift(connection: tables.Connection, file_id: int, drift: Sequence[Drift]) -> None:
    """Keep in which ways a file differs from what was expected."""
    for change in drift:
        row = {"file_id": file_id, "kind": change.kind, "subject": change.subject, "detail": change.detail}
        tables.insert_row(connection, "raw.drift", row)


def _incoming_columns() -> dict[str, str]:
    return {**tables.loaded_tables()["raw.records"], "household": "varchar"}


def _leaving_queries() -> list[str]:
    """Give the SQL that counts the rows of erased people and stores the records of all others."""
    return [
        f"""
        insert into raw.set_aside by name
        select file_id, row_number, 'ignored' as state, '{REASON}' as reason
        from arrived_records join left_out using (record_id)
        union all
        select file_id, row_number, 'ignored', '{REASON}' from raw.joined_rows join left_out using (record_id)
        """,  # noqa: S608 - names of our own
        "delete from raw.joined_rows where record_id in (select record_id from left_out)",
        "insert into raw.records by name select arrived_records.* from arrived_records "
        "anti join left_out using (record_id)",
        "drop table arrived_records",
        "drop table left_out",
    ]


def _person_queries(records: str) -> list[str]:
    """Give the SQL that stores persons; all but the first of a case are linked to its main client.

    One person of a case may go without a reference. Several cannot be told apart, however alike they are.
    """
    words = ", ".join(word_fields())
    nameless = "case_key is not null and client_key is null"
    is_unclear = f"{nameless} and count(*) filter (where {nameless}) over (partition by household) > 1"
    return [
        f"create or replace temp table incoming_persons as select *, {is_unclear} as is_unclear from incoming_rows",  # noqa: S608
        """
        insert into raw.set_aside by name
        select file_id, row_number, 'quarantined' as state, 'missing_client_ref' as reason
        from incoming_persons where is_unclear
        """,
        f"""
        insert into {records} by name
        select
            record_id, file_id, row_number, source_id, content_digest, case_key, client_key,
            is_linked or row_number > min(row_number) over (partition by household) as is_linked, {words}
        from incoming_persons qualify not is_unclear
        """,  # noqa: S608 - names of our own
    ]


def _joining_queries(profile: Profile, records: str) -> list[str]:
    """Give the SQL that makes one record of the rows of a case, and sets contradicting rows aside."""
    single = [name for name in word_fields() if not _is_united(profile, name)]
    agreed = ["count(distinct client_key) > 1", *(f"count(distinct nullif({name}, '')) > 1" for name in single)]
    whole = "coalesce(cast(case_key as varchar), cast(record_id as varchar))"
    digests = f"string_agg({text_sql('content_digest')}, ' ' order by content_digest)"
    return [
        f"""
        create or replace temp table incoming_cases as
        select {whole} as case_id, {" or ".join(agreed)} as is_contradicted, min(record_id) as first_id
        from incoming_rows group by {whole}
        """,  # noqa: S608
        f"""
        insert into raw.set_aside by name
        select file_id, row_number, 'quarantined' as state, 'case_rows_differ' as reason
        from incoming_rows join incoming_cases on incoming_cases.case_id = {whole} where is_contradicted
        """,  # noqa: S608
        f"""
        insert into raw.joined_rows by name
        select file_id, row_number, first_id as record_id
        from incoming_rows join incoming_cases on incoming_cases.case_id = {whole}
        where not is_contradicted and incoming_rows.record_id <> first_id
        """,  # noqa: S608
        f"""
        insert into {records} by name
        select
            min(incoming_rows.record_id) as record_id, min(file_id) as file_id, min(row_number) as row_number,
            min(source_id) as source_id, {stored_sql(f"md5({digests})")} as content_digest,
            min(case_key) as case_key, min(client_key) as client_key, bool_or(is_linked) as is_linked,
            {", ".join(_united(profile, name) for name in word_fields())}
        from incoming_rows join incoming_cases on incoming_cases.case_id = {whole}
        where not is_contradicted
        group by incoming_cases.case_id
        """,  # noqa: S608
    ]


def _is_united(profile: Profile, field: str) -> bool:
    rows = profile.rows
    return fields()[field].has_many or field in (*rows.last_of, *rows.first_of)


def _united(profile: Profile, field: str) -> str:
    """Give the SQL of one field of a case with several rows: all values, or the one of the row that decides."""
    if fields()[field].has_many:
        return f"string_agg(distinct {field}, {JOIN} order by {field}) filter (where {field} <> '') as {field}"
    order = "desc" if field in profile.rows.last_of else "asc"
    return f"coalesce(first({field} order by row_number {order}) filter (where {field} <> ''), max({field})) as {field}"
