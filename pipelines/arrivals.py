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
# Quarters that were published since the last build, by what was kept as it counted in that build.
FROZEN = "reference.frozen_since"
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
        connection.execute(f"insert into present_keys {_digests(table, 'true')}")
    query = """
        select loaded_table, count(*), sum(hash(key, n, first_sum)), sum(hash(key, n, second_sum))
        from present_keys group by loaded_table
    """
    found = {name: " ".join(map(str, parts)) for name, *parts in connection.execute(query).fetchall()}
    return {name: found.get(name, "no rows") for name in tables}


def keep(connection: Connection) -> None:
    """Keep the digests that `look` made, beside what is built of these rows."""
    connection.execute(f"delete from {FROZEN}")  # noqa: S608 - own name
    connection.execute(f"delete from {KEPT}")  # noqa: S608 - own name
    connection.execute(f"insert into {KEPT} select * from present_keys")  # noqa: S608 - own name


def note(connection: Connection, quarters: Iterable[str], kept: Mapping[str, str]) -> None:
    """Count what was just kept of published quarters among the rows of the last build.

    It was copied from what counted in that build, so nothing has to be made again of it. If anything else becomes of
    these rows before the next build, their digests differ from what is noted here.

    Args:
        connection: a warehouse, in the transaction in which the rows were kept.
        quarters: none of them was published before.
        kept: the tables in which rows were kept, and of each the SQL that tells those of `$quarters`.
    """
    told = {"quarters": sorted(quarters)}
    connection.execute(f"insert into {FROZEN} select unnest($quarters)", told)
    connection.execute(f"create or replace temp table noted as from {KEPT}")
    # At a first publication every row is of these quarters, and it need not be asked of each.
    ((is_first,),) = connection.execute(_IS_FIRST, told).fetchall()
    for table, of_quarters in kept.items():
        which = "true" if is_first else of_quarters
        connection.execute(f"insert into noted {_digests(table, which)}", None if is_first else told)
    connection.execute(f"delete from {KEPT}")  # noqa: S608 - own name
    connection.execute(f"insert into {KEPT} {_SUMMED}")
    connection.execute("drop table noted")


def digest(connection: Connection, query: str) -> tuple[int, ...]:
    """Give the number of rows of a query, and two sums over them that do not depend on their order."""
    sums = f"select count(*), coalesce(sum(hash(rows)), 0), coalesce(sum(hash(rows, 1)), 0) from ({query}) as rows"  # noqa: S608
    ((*found,),) = connection.execute(sums).fetchall()
    return tuple(int(each) for each in found)


def only_came(connection: Connection) -> bool:
    """Tell whether nothing went and nothing changed since the last build, where that would matter.

    Leaves the temporary tables `differences` (table, key, what became of it) and `came_records`: the records of files
    that came.
    """
    connection.execute(f"create or replace temp table differences as {_DIFFERENCES}")
    connection.execute(f"create or replace temp table came_records as {_CAME_RECORDS}")
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


def _digests(table: str, which: str) -> str:
    """Give the SQL that digests some rows of a table by key."""
    return f"""
        select '{table}', {_key(table)}, count(*), sum(hash(rows)), sum(hash(rows, 1))
        from {table} as rows where {which} group by all having count(*) > 0
    """  # noqa: S608 - own names


def _only_follows(connection: Connection, table: str) -> bool:
    """Tell whether the rows of a table are those of before, beside those that follow what came elsewhere."""
    came = digest(connection, f"from {table} where {updates().follows[table]}")
    sums = "select n, first_sum, second_sum from {} where loaded_table = ?"
    now, before = (
        (connection.execute(sums.format(name), [table]).fetchall() or [(0, 0, 0)])[0] for name in ("present_keys", KEPT)
    )
    return all(int(n) - int(new) == int(old) for n, new, old in zip(now, came, before, strict=True))


# A quarter that was published by other rows than those that counted: of it nothing is known.
_IS_PUBLISHED_OTHERWISE = (
    f"(present.loaded_table = 'raw.published_quarters' and present.key not in (select quarter from {FROZEN}))"  # noqa: S608
)
_IS_FIRST = "select count(*) = 0 from raw.published_quarters where not list_contains($quarters, quarter)"
_SUMMED = """
    select loaded_table, key, cast(sum(n) as bigint), sum(first_sum), sum(second_sum) from noted group by all
"""
_DIFFERENCES = f"""
    select
        coalesce(present.loaded_table, kept.loaded_table) as loaded_table,
        coalesce(present.key, kept.key) as key,
        case
            when present.key is null then '{WENT}'
            when kept.key is not null or {_IS_PUBLISHED_OTHERWISE} then '{CHANGED}'
            else '{CAME}'
        end as became
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
