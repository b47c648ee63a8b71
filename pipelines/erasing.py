"""Erasing a person: out of the warehouse at once, out of later editions, and kept out when a file brings them again.

Answers "what of this person was removed, what still stands and where are they still". Published editions stand: their
figures are protected counts and no personal data. Figures of published quarters wait as for every other change, because
an edition that differs by one person would show that person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines import engines, warehouse
from pipelines.erasure_reports import Erasure, StillThere
from pipelines.erasures import REASON, add_to_register, is_erased_sql, mark, read_erased, require_register
from pipelines.errors import SettingsError, UsageError, named_rows
from pipelines.keys import key_id, network_key, text_sql
from pipelines.ledger import read_ledger
from pipelines.listings import forget_words
from pipelines.receiving import load_profiles
from pipelines.removing import PUBLISHED, Words, drop_built, remove_records, rewrite
from pipelines.settings import Settings, load_settings
from pipelines.storing import n_left_out
from pipelines.wanted import Wanted, pseudonyms
from pipelines.warehouse import Connection


def erased(
    workspace: Path, variables: Mapping[str, str], wanted: Wanted, *, now: datetime, dry_run: bool = False
) -> Erasure:  # fmt: skip
    """Remove people from a workspace's warehouse, or say what would be removed.

    The register is written before the new warehouse is put in force: stopped in between, the next command finds them
    in the register and in the warehouse, and the same erasure can be asked for again.

    Args:
        workspace: the workspace folder.
        variables: the environment.
        wanted: whom.
        now: the time for the record.
        dry_run: remove nothing.
    Returns:
        What was removed, in counts.
    Raises:
        UsageError: nobody of that key or reference is in the warehouse.
        SettingsError: the warehouse was made with another key. DisclosureError: register or ledger is damaged.
    """
    settings = load_settings(workspace, variables)
    key = network_key(settings, variables)
    before = read_erased(settings.internal_root, key)
    editions = _editions(settings)
    with warehouse.writing(settings.workspace / "warehouse", keep=not dry_run) as database:
        with warehouse.connect(database) as connection, warehouse.transaction(connection):
            _check_key(connection, key)
            require_register(settings.internal_root, n_left_out(connection))
            clients = _clients(connection, settings, wanted, key)
            known = [each for each in clients if _is_known(connection, each)]
            _require_known(clients, known, {each for each in clients if mark(key, each) in before.clients})
            _choose(connection, known)
            still_there, is_corrected = _still_there(connection, settings), _is_corrected(connection)
            cases = _column(connection, f"select {text_sql('case_key')} from leaving_cases")  # noqa: S608 - own names
            removed, words = remove_records(connection, reason=REASON, is_expired=False)
        with engines.opened(settings.engine, database) as engine:
            engine.build(database)
        rewrite(database)
        found = Erasure(len(known), removed, still_there, is_corrected, editions, dry_run)
        if dry_run or not known:
            return found
        record = add_to_register(
            settings.internal_root, key, clients=known, cases=cases, told=found.told(), now=now
        )  # fmt: skip
    forget_words(settings.internal_root, words)
    return Erasure(**{**vars(found), "record": record})


def keep_out(settings: Settings, database: Path, *, key: str) -> tuple[int, Words]:
    """Remove erased people who came back with the warehouse: an older one was put back, or an erasure was stopped.

    Args:
        settings: the workspace.
        database: a warehouse open for writing; it has to be built again when somebody was removed.
        key: the network's secret key.
    Returns:
        How many rows were removed, and the words that stand in no record any more.
    """
    before = read_erased(settings.internal_root, key)
    if not before:
        return 0, set()
    marks = {"clients": sorted(before.clients), "cases": sorted(before.cases)}
    with warehouse.connect(database) as connection:
        warehouse.set_variables(connection, {"pseudonym_key": key})
        for table, name, column in _RETURNED:
            query = f"create or replace temp table {name} as select {column} from {table} where {is_erased_sql()}"  # noqa: S608
            connection.execute(query, marks)
        if not _column(connection, _SOMEBODY):
            return 0, set()
        with warehouse.transaction(connection):
            removed, words = remove_records(connection, reason=REASON, is_expired=False)
        drop_built(connection)
    rewrite(database)
    return sum(removed.values()), words


def _editions(settings: Settings) -> dict[str, int]:
    ledger = read_ledger(settings.internal_root, settings.release_root)
    return {str(period): ledger.newest_edition(period) for period in ledger.periods()}


def _check_key(connection: Connection, key: str) -> None:
    if set(_column(connection, "select distinct key_id from raw.files")) - {key_id(key)}:
        raise SettingsError(
            "The network's key is another one than the warehouse was made with, so nobody can be found in it. Put the "
            "old key file back."
        )


def _clients(connection: Connection, settings: Settings, wanted: Wanted, key: str) -> list[str]:
    """Give the pseudonyms of the people who are meant; a case stands for the client of its newest version."""
    if wanted.client_key:
        return [wanted.client_key]
    named = pseudonyms(wanted, settings, load_profiles(settings), key)
    if not wanted.is_case:
        return list(dict.fromkeys(named))
    found = dict(connection.execute(_NEWEST_NAMED).fetchall())
    return list(dict.fromkeys(found.get(each, each) for each in named))


def _is_known(connection: Connection, client: str) -> bool:
    return bool(_column(connection, _KNOWN, {"client": client}))


def _require_known(clients: list[str], known: list[str], erased_before: Iterable[str]) -> None:
    missing = [number for number, each in enumerate(clients, 1) if each not in known and each not in erased_before]
    if missing:
        which = "" if len(clients) == 1 else f" for {named_rows(missing).replace('row', 'reference')}"
        raise UsageError(
            f"Nobody is known in the warehouse{which}, and nothing was changed. If a file of the inbox was not read "
            "yet, run first. Check the key, or the reference and its source."
        )


def _choose(connection: Connection, clients: list[str]) -> None:
    """Say which records and what of published quarters goes: what names the people, and all versions of their cases."""
    for query in _CHOICE:
        connection.execute(query, {"clients": clients} if "$clients" in query else None)


def _still_there(connection: Connection, settings: Settings) -> tuple[StillThere, ...]:
    rows = connection.execute(_ROWS).fetchall()
    return tuple(
        StillThere(source_id, name, tuple(numbers))
        for source_id, name, numbers in rows
        if (settings.inbox / source_id / name).is_file()
    )


def _is_corrected(connection: Connection) -> bool:
    return bool(_column(connection, _CORRECTED))


def _column(connection: Connection, query: str, parameters: Mapping[str, Any] | None = None) -> list[Any]:
    return [row[0] for row in connection.execute(query, parameters).fetchall()]


_NEWEST = """
    select case_key, arg_max(coalesce(client_key, case_key), record_id) as client
    from raw.records where case_key is not null group by case_key
"""
_NEWEST_NAMED = f"select {text_sql('case_key')}, {text_sql('client')} from ({_NEWEST})"  # noqa: S608 - names of our own
_RETURNED = (
    ("raw.records", "leaving_records", "record_id"),
    (PUBLISHED, "leaving_published", "case_key"),
)
_SOMEBODY = "select 1 from leaving_records union all select 1 from leaving_published limit 1"
_KNOWN = f"""
    select 1 from raw.records where coalesce(client_key, case_key) = cast($client as uuid)
    union select 1 from {PUBLISHED} where client_key = cast($client as uuid)
"""  # noqa: S608 - names of our own
_CHOICE = (
    f"""
    create or replace temp table leaving_cases as
    select case_key from ({_NEWEST}) where list_contains(cast($clients as uuid[]), client)
    """,  # noqa: S608 - names of our own
    """
    create or replace temp table leaving_records as
    select record_id from raw.records
    where list_contains(cast($clients as uuid[]), coalesce(client_key, case_key))
        or case_key in (select case_key from leaving_cases)
    """,
    f"""
    create or replace temp table leaving_published as
    select case_key from {PUBLISHED}
    where list_contains(cast($clients as uuid[]), client_key) or case_key in (select case_key from leaving_cases)
    """,  # noqa: S608 - names of our own
)
_ROWS = """
    with leaving as (
        select file_id, row_number from raw.records join leaving_records using (record_id)
        union select file_id, row_number from raw.joined_rows join leaving_records using (record_id)
    )
    select files.source_id, files.file_name, list_sort(list(leaving.row_number))
    from leaving join raw.files as files using (file_id) group by all order by all
"""
_CORRECTED = """
    select 1 from leaving_records
    where record_id in (
        select record_id from reference.corrected_records union select record_id from reference.excluded_records
    ) limit 1
"""
