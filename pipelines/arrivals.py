"""What has come into the loaded tables since the last build, and what else in them is not as it was.

Answers "which rows are new" by the keys that rows are kept under: the file they came in, the quarter they were
published in, the word they explain. Of each key a digest of its rows is kept beside the built tables. A key whose
digest changed says that something is different, and not what; so whoever asks is told only of what came, and only
where nothing else changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pipelines.declarations import read_toml
from pipelines.errors import SettingsError
from pipelines.resources import reference_file
from pipelines.warehouse import Connection

KEPT = "reference.built_keys"
CAME, WENT, CHANGED = "came", "went", "changed"
# A table without keys has one for all of its rows.
_WHOLE = "''"


@dataclass(frozen=True)
class Updates:
    """What `updates.toml` declares; see there."""

    keys: Mapping[str, list[str]]
    follows: Mapping[str, str]
    made_again: Sequence[str]
    loaded_by_case: Mapping[str, str]
    by_case: Mapping[str, str]
    by_period: Mapping[str, str]
    by_file: Mapping[str, str]
    by_client: Mapping[str, str]
    settled: Sequence[str]
    compared: Sequence[str]
    checked_by_case: Sequence[str]
    most_changed: float


@cache
def updates() -> Updates:
    """Give what is declared of how tables are brought up to date."""
    told = read_toml(reference_file("updates.toml"), SettingsError)
    return Updates(**told)


def look(connection: Connection, tables: Iterable[str]) -> dict[str, str]:
    """Digest the rows of loaded tables by key, in the temporary table `present_keys`.

    Args:
        connection: a warehouse with its loaded tables.
        tables: their qualified names.
    Returns:
        A digest of each table, whatever the order of its rows.
    """
    connection.execute(
        "create or replace temp table present_keys (loaded_table varchar, key varchar, n bigint, "
        "first_sum hugeint, second_sum hugeint)"
    )
    for table in sorted(tables):
        query = f"""
            insert into present_keys
            select '{table}', {_key(table)}, count(*), sum(hash(rows)), sum(hash(rows, 1))
            from {table} as rows group by all having count(*) > 0
        """  # noqa: S608 - own names
        connection.execute(query)
    query = """
        select loaded_table, count(*), sum(hash(key, n, first_sum)), sum(hash(key, n, second_sum))
        from present_keys group by loaded_table
    """
    found = {name: " ".join(map(str, parts)) for name, *parts in connection.execute(query).fetchall()}
    return {name: found.get(name, "no rows") for name in tables}


def keep(connection: Connection) -> None:
    """Keep the digests that `look` made, beside what is built of these rows."""
    connection.execute(f"delete from {KEPT}")  # noqa: S608 - own name
    connection.execute(f"insert into {KEPT} select * from present_keys")  # noqa: S608 - own name


def digest(connection: Connection, query: str) -> tuple[int, ...]:
    """Give the number of rows of a query, and two sums over them that do not depend on their order."""
    sums = f"select count(*), coalesce(sum(hash(rows)), 0), coalesce(sum(hash(rows, 1)), 0) from ({query}) as rows"  # noqa: S608
    ((*found,),) = connection.execute(sums).fetchall()
    return tuple(int(each) for each in found)


def only_came(connection: Connection) -> bool:
    """Tell whether nothing went and nothing changed since the last build, where that would matter.

    Leaves the temporary tables `differences` (table, key, what became of it), `came_records` and `came_published`: the
    records of files that came, and the cases of quarters that were published.
    """
    connection.execute(f"create or replace temp table differences as {_DIFFERENCES}")
    connection.execute(f"create or replace temp table came_records as {_CAME_RECORDS}")
    connection.execute(f"create or replace temp table came_published as {_CAME_PUBLISHED}")
    told = connection.execute("select distinct loaded_table, became from differences").fetchall()
    others = {table for table, became in told if became != CAME or table not in updates().keys} - {
        *updates().made_again
    }
    return all(table in updates().follows and _only_follows(connection, table) for table in others)


def _key(table: str) -> str:
    columns = updates().keys.get(table)
    if columns is None:
        return _WHOLE
    # Words stand in no table but those they came in, so a key of several columns is kept as a digest.
    whole = ", ".join(columns)
    return f"cast({whole if len(columns) == 1 else f'hash({whole})'} as varchar)"


def _only_follows(connection: Connection, table: str) -> bool:
    """Tell whether the rows of a table are those of before, beside those that follow what came elsewhere."""
    came = digest(connection, f"from {table} where {updates().follows[table]}")
    sums = "select n, first_sum, second_sum from {} where loaded_table = ?"
    now, before = (
        (connection.execute(sums.format(name), [table]).fetchall() or [(0, 0, 0)])[0] for name in ("present_keys", KEPT)
    )
    return all(int(n) - int(new) == int(old) for n, new, old in zip(now, came, before, strict=True))


_DIFFERENCES = f"""
    select
        coalesce(present.loaded_table, kept.loaded_table) as loaded_table,
        coalesce(present.key, kept.key) as key,
        case when kept.key is null then '{CAME}' when present.key is null then '{WENT}' else '{CHANGED}' end as became
    from present_keys as present
    full join {KEPT} as kept on kept.loaded_table = present.loaded_table and kept.key = present.key
    where kept.key is null or present.key is null
        or (kept.n, kept.first_sum, kept.second_sum) <> (present.n, present.first_sum, present.second_sum)
"""  # noqa: S608 - own names
_CAME_RECORDS = f"""
    select records.record_id
    from raw.records as records
    where records.file_id in (
        select cast(key as bigint) from differences where loaded_table = 'raw.records' and became = '{CAME}'
    )
"""  # noqa: S608 - own names
_CAME_PUBLISHED = f"""
    select published.case_key
    from raw.published_cases as published
    where published.period in (
        select key from differences where loaded_table = 'raw.published_cases' and became = '{CAME}'
    )
"""  # noqa: S608 - own names
