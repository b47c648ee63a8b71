"""The work of the bench in plain DuckDB SQL: `python with_duckdb.py STORED FILE...`.

Types are declared, words are joined to a small table, codes are kept as an ENUM, the table is written once, and only
what occurs several times is ranked.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
from breakdowns import AGE_GROUPS, AGE_LIMIT, BREAKDOWNS, OF_CLIENTS, OF_ISSUES, UNKNOWN, WORDS, Laps, tell

COLUMNS = (
    "case_ref", "client_ref", "centre", "opened", "closed", "nationality", "second_nationality", "gender", "age",
    "advice_type", "client_role", "outcome", "notes",
)  # fmt: skip
CODES = sorted(
    {code for field in WORDS.values() for code in field.values()}
    | {"DUAL", UNKNOWN, *WORDS["nationality_class"], *AGE_GROUPS}
)
AGE_GROUP = " ".join(f"when age >= {low} then '{code}'" for code, low in reversed(AGE_GROUPS.items()))
FILES = """
    read_csv(
        $paths, columns = $columns, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"'
    )
"""
CASES = f"""
create table cases as
with
records as (
    select
        * exclude (opened, closed, age),
        case when opened[5] = '-' then try_cast(opened as date) else try_strptime(opened, '%d/%m/%Y')::date end
            as opened_on,
        case when closed[5] = '-' then try_cast(closed as date) else try_strptime(closed, '%d/%m/%Y')::date end
            as closed_on,
        case when try_cast(age as integer) between 0 and {AGE_LIMIT} then try_cast(age as utinyint) end as age
    from {{source}}
)
select
    case_ref, client_ref, {{also}} opened_on, closed_on,
    (year(opened_on) * 4 + quarter(opened_on) - 1)::smallint as quarter,
    centre.code as centre,
    case when nation.code <> second.code then 'DUAL' else coalesce(nation.code, second.code, '{UNKNOWN}') end::code
        as nationality,
    case when nation.code <> second.code then 'DUAL' else coalesce(nation.class, second.class, '{UNKNOWN}') end::code
        as nationality_class,
    coalesce(gender.code, '{UNKNOWN}') as gender,
    age, (case {AGE_GROUP} else '{UNKNOWN}' end)::code as age_group,
    coalesce(advice.code, '{UNKNOWN}') as advice_type,
    coalesce(role.code, '{UNKNOWN}') as client_role,
    coalesce(outcome.code, '{UNKNOWN}') as outcome
from records
left join words as centre on centre.field = 'centre' and centre.word = lower(trim(records.centre))
left join words as nation on nation.field = 'nationality' and nation.word = lower(trim(records.nationality))
left join words as second on second.field = 'nationality' and second.word = lower(trim(records.second_nationality))
left join words as gender on gender.field = 'gender' and gender.word = lower(trim(records.gender))
left join words as advice on advice.field = 'advice_type' and advice.word = lower(trim(records.advice_type))
left join words as role on role.field = 'client_role' and role.word = lower(trim(records.client_role))
left join words as outcome on outcome.field = 'outcome' and outcome.word = lower(trim(records.outcome))
"""  # noqa: S608 - own names
COPIES = """
delete from cases where rowid in (
    with
    repeated as (select case_ref from cases group by case_ref having count(*) > 1),
    ranked as (
        select cases.rowid as id, row_number() over (partition by case_ref order by cases.rowid) as place
        from cases semi join repeated using (case_ref)
    )
    select id from ranked where place > 1
)
"""
# Of clients with several cases in a quarter: which case is the latest, which is the first of its type of advice.
RANKED = """
create temp table ranked as
with
several as (select quarter, client_ref from cases group by quarter, client_ref having count(*) > 1)
select
    cases.rowid as id,
    row_number() over (partition by quarter, client_ref order by opened_on desc) as recency,
    row_number() over (partition by quarter, client_ref, advice_type order by opened_on desc) as place_in_type,
    first_value(nationality_class) over (partition by quarter, client_ref order by opened_on desc) as class_of_client
from cases semi join several using (quarter, client_ref)
"""
CLIENTS = (
    "create temp view clients as select * from cases anti join (select id from ranked where recency > 1) on rowid = id"
)
ISSUES = """
create temp view issues as
select cases.* replace (coalesce(ranked.class_of_client, cases.nationality_class) as nationality_class)
from cases left join ranked on cases.rowid = ranked.id
where coalesce(ranked.place_in_type, 1) = 1
"""


def load(connection: duckdb.DuckDBPyConnection, paths: list[str]) -> int:
    """Write the cases, and give the number of rows read."""
    prepare(connection)
    connection.execute(CASES.format(source=FILES, also=""), of_files(paths))
    return connection.execute("select count(*) from cases").fetchall()[0][0]


def of_files(paths: list[str]) -> dict:
    """Give what the SQL of the files is told of them."""
    return {"paths": paths, "columns": dict.fromkeys(COLUMNS, "varchar")}


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Put the words and their codes into the database."""
    words = [
        (field, word, code, WORDS["nationality_class"].get(code) if field == "nationality" else None)
        for field, meanings in WORDS.items()
        for word, code in meanings.items()
        if field != "nationality_class"
    ]
    connection.execute("set preserve_insertion_order = false")
    connection.execute("set enable_progress_bar = false")
    connection.execute(f"create type code as enum ({', '.join(map(repr, CODES))})")
    connection.execute("create temp table words (field varchar, word varchar, code code, class code)")
    connection.executemany("insert into words values (?, ?, ?, ?)", words)


def count(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple]]:
    """Give the eight breakdowns."""
    for statement in (RANKED, CLIENTS, ISSUES):
        connection.execute(statement)
    tables = dict.fromkeys(OF_CLIENTS, "clients") | dict.fromkeys(OF_ISSUES, "issues")
    found = {}
    for name, codes in BREAKDOWNS.items():
        keys = ", ".join(("quarter", *codes))
        found[name] = connection.execute(
            f"select {keys}, count(*) from {tables.get(name, 'cases')} group by all"  # noqa: S608 - own names
        ).fetchall()
    return found


def main() -> None:
    """Do the work and tell what was found."""
    stored, laps = Path(sys.argv[1]), Laps()
    with duckdb.connect(stored) as connection:
        rows = load(connection, sys.argv[2:])
        laps.lap("read, harmonise and write")
        connection.execute(COPIES)
        connection.execute("checkpoint")
        laps.lap("remove copies")
        counts = count(connection)
        laps.lap("count")
        cases = connection.execute("select count(*) from cases").fetchall()[0][0]
    tell(counts, laps, rows=rows, cases=cases, stored=stored)


if __name__ == "__main__":
    main()
