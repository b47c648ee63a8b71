"""Rows of a built database that come later: taken away, and brought back after a build without them."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import polars as pl

from pipelines import freezing, models, updating, warehouse
from pipelines.periods import Quarter
from pipelines.tables import loaded_tables

LAYERS = ("staging", "core", "marts")
# Which kind stands for all with the same groups is another one where others came first; what is counted is the same.
STANDS_FOR = ("core.kind_patterns", "core.pattern_needs")
OF_FILES = ("raw.files", "raw.records", "raw.joined_rows", "raw.set_aside")
OF_PUBLISHED_CASES = tuple(
    f"raw.published_case_{part}" for part in ("nationalities", "advice_types", "barriers", "stall_reasons")
)


def change(database: Path, *statements: str) -> None:
    """Change a database by hand."""
    with warehouse.connect(database) as connection:
        for statement in statements:
            connection.execute(statement)


def contents(database: Path) -> dict[str, tuple[object, ...]]:
    """Give the number of rows and a digest of every built table, of its order as well where its model has one."""
    with warehouse.connect(database) as connection:
        order = {model.name: updating.order_of(model) for model in models.load_models(connection)}
        present = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        names = {f"{layer}.{name}" for layer, name in present if layer in LAYERS} - set(STANDS_FOR)
        places = {name: ", row_number() over () as place" if order[name] else "" for name in names}
        query = "select count(*), sum(hash(rows)) from (select *{} from {}) as rows"
        return {name: connection.execute(query.format(places[name], name)).fetchall()[0] for name in names}


def from_nothing(database: Path) -> dict[str, tuple[object, ...]]:
    """Give the same of a copy that was never built before."""
    fresh = Path(shutil.copyfile(database, database.with_name("fresh.duckdb")))
    change(fresh, "delete from reference.built_tables")
    models.build(fresh)
    return contents(fresh)


def last_published(database: Path) -> str:
    """Give the last quarter that was published."""
    with warehouse.connect(database) as connection:
        ((quarter,),) = connection.execute("select max(quarter) from raw.published_quarters").fetchall()
        return str(quarter)


def frozen_later(database: Path) -> Callable[[], None]:
    """Build without the last published quarter; gives what publishes it."""
    quarter = last_published(database)
    freezing.thaw_later(database, str(Quarter.parse(quarter).after(-1)))
    models.build(database)
    return partial(freezing.freeze, database, Quarter.parse(quarter))


def build_both_ways(database: Path, made: list[str]) -> set[str]:
    """Bring a database up to date, hold it against one made from nothing, and name what was made as a whole."""
    made.clear()
    models.build(database)
    as_a_whole = set(made)
    assert contents(database) == from_nothing(database)
    return as_a_whole


def take_away(database: Path, which: Mapping[str, str]) -> dict[str, pl.DataFrame]:
    """Take rows out of loaded tables, by a condition for each; gives them."""
    with warehouse.connect(database) as connection:
        taken = {
            name: warehouse.read_frame(connection, f"from {name} where {rows}")  # own names
            for name, rows in which.items()
        }
        for name, rows in which.items():
            connection.execute(f"delete from {name} where {rows}")  # noqa: S608 - own names
    return taken


def bring_back(database: Path, rows: Mapping[str, pl.DataFrame]) -> None:
    """Put rows into loaded tables."""
    with warehouse.connect(database) as connection:
        for name, frame in rows.items():
            connection.from_arrow(frame.to_arrow()).query("incoming", f"insert into {name} by name from incoming")


def take_away_published(database: Path, quarter: str, *, share_kept: float = 1) -> Callable[[], None]:
    """Leave a quarter unpublished, as if it had not been yet; gives what publishes it, without some of its cases."""
    of_quarter = f"period = '{quarter}'"
    of_cases = f"case_key in (select case_key from raw.published_cases where {of_quarter})"  # noqa: S608 - a quarter
    which = {**dict.fromkeys(OF_PUBLISHED_CASES, of_cases), "raw.published_quarters": f"quarter = '{quarter}'"}
    which |= dict.fromkeys(("raw.published_cases", "raw.published_enquiries"), of_quarter)
    rows = take_away(database, which)
    cases = rows["raw.published_cases"]
    kept = cases.sample(fraction=share_kept, seed=1).select("case_key")
    for name in ("raw.published_cases", *OF_PUBLISHED_CASES):
        rows[name] = rows[name].join(kept, on="case_key", how="semi")
    return lambda: bring_back(database, rows)


def take_away_files(database: Path, n_files: int, seed: int) -> Callable[[], None]:
    """Leave some files out, as if they had not come yet; gives what lets them come."""
    with warehouse.connect(database) as connection:
        files = [number for (number,) in connection.execute("select file_id from raw.files order by 1").fetchall()]
    chosen = ", ".join(map(str, random.Random(seed).sample(files, n_files)))  # noqa: S311 - no secret
    within = f"file_id in ({chosen})"
    failures = f"record_id in (select record_id from raw.records where {within})"  # noqa: S608 - numbers
    taken = take_away(database, {"raw.rule_failures": failures, **dict.fromkeys(OF_FILES, within)})
    return lambda: bring_back(database, taken)


def correct(database: Path, every: int) -> None:
    """Let a person correct the gender of some records anew, and exclude some others."""
    told = [name for name in loaded_tables()["reference.corrected_records"] if name not in ("record_id", "gender")]
    change(
        database,
        "delete from reference.corrected_records",
        "delete from reference.excluded_records",
        f"""insert into reference.corrected_records by name
        select record_id, min(gender) over (partition by source_id) as gender,
            {", ".join(f"null as {name}" for name in told)}
        from raw.records where record_id % {every} = 0""",  # noqa: S608 - names of columns
        f"insert into reference.excluded_records select record_id from raw.records where record_id % {every} = 1",  # noqa: S608
    )


def send_later_versions(database: Path, seed: int, *, which: str = "") -> None:
    """Let a file come that tells of some cases again: with words, the day and the client of other records.

    Which cases is drawn, or told as a condition on the records that `arrived`.
    """
    chosen = which or f"hash(arrived.record_id, {seed}) % 40 = 0"
    own = ("client_key", "opened", "gender", "nationality")
    stated = {"record_id", "file_id", "row_number", "content_digest", *own}
    with warehouse.connect(database) as connection:
        columns = [name for (name,) in connection.execute("select column_name from (describe raw.records)").fetchall()]
        kept = ", ".join(f"arrived.{name}" for name in columns if name not in stated)
        connection.execute(
            "insert into raw.files by name select max(file_id) + 1 as file_id, min(source_id) as source_id, "
            "'later.csv' as file_name, md5('later') as sha256, min(reading_digest) as reading_digest, "
            "min(key_id) as key_id, 0 as rows_read from raw.files"
        )
        connection.execute(f"""
            insert into raw.records by name
            select
                (select max(record_id) from raw.records) + row_number() over (order by arrived.record_id) as record_id,
                (select max(file_id) from raw.files) as file_id,
                row_number() over (order by arrived.record_id) as row_number,
                cast(md5(cast(arrived.content_digest as varchar)) as uuid) as content_digest,
                {", ".join(f"other.{name}" for name in own)}, {kept}
            from raw.records as arrived
            asof join raw.records as other
                on other.source_id = arrived.source_id and other.record_id > arrived.record_id
            where arrived.case_key is not null and {chosen}
        """)  # noqa: S608 - own names
        connection.execute(
            "update raw.files set rows_read = (select count(*) from raw.records as records "
            "where records.file_id = files.file_id) where file_name = 'later.csv'"
        )
