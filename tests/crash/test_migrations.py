"""A warehouse of an earlier version gets the shape of this one, on the copy; one of a later version is left alone."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest
from workspaces import Workspace

from pipelines import keys, migrations, warehouse
from pipelines.errors import ModelError
from pipelines.migrations import Step, bring_up, steps
from pipelines.warehouse import Connection

NEWEST = max(step.to for step in steps())
LATER = Step(NEWEST + 1, "Files know their year.", ("alter table raw.drift add column noted varchar default 'no'",))


def make_unversioned(workspace: Workspace) -> None:
    """Give a warehouse the shape that it had before versions were written down."""
    with warehouse.connect(workspace.database) as connection:
        connection.execute(f"drop table {migrations.VERSION_TABLE}")


def stored(connection: Connection) -> int | None:
    return migrations.version(connection)


def test_steps_are_in_order_and_without_a_gap() -> None:
    assert [step.to for step in steps()] == list(range(1, len(steps()) + 1))


def test_a_new_warehouse_has_the_newest_shape(published: Workspace) -> None:
    with warehouse.reading(published.database) as connection:
        assert stored(connection) == NEWEST


def test_an_unversioned_warehouse_is_brought_up_and_keeps_everything(published: Workspace) -> None:
    make_unversioned(published)
    records, frozen = published.table("raw.records"), published.table("raw.published_cases")
    before = {path: digest for path, digest in published.snapshot().items() if path.startswith("outputs")}
    report = published.run()
    with warehouse.reading(published.database) as connection:
        assert stored(connection) == NEWEST
    assert published.table("raw.records").sort("record_id").equals(records.sort("record_id"))
    assert published.table("raw.published_cases").sort("case_key").equals(frozen.sort("case_key"))
    assert (report.refreshed.n_files_read, report.published[0].is_new) == (0, False)
    after = {path: digest for path, digest in published.snapshot().items() if path.startswith("outputs")}
    assert after == before


def test_records_of_a_warehouse_without_enquiries_have_no_response(published: Workspace) -> None:
    """The shape of version 2: records had no response, and no quarter kept its enquiries."""
    with warehouse.connect(published.database) as connection:
        connection.execute("alter table raw.records drop column enquiry_response")
        connection.execute("drop table raw.published_enquiries")
        connection.execute("drop table raw.thinned_enquiries")
        connection.execute(f"update {migrations.VERSION_TABLE} set shape_version = 2")  # noqa: S608 - own name
    records = published.table("raw.records")
    report = published.run()
    after = published.table("raw.records")
    assert after.drop("enquiry_response").sort("record_id").equals(records.sort("record_id"))
    assert after["enquiry_response"].null_count() == after.height
    assert (report.refreshed.n_files_read, report.published[0].is_new) == (0, False)


def test_pseudonyms_of_characters_become_numbers_and_say_the_same(published: Workspace) -> None:
    """The shape of version 4: pseudonyms and digests of content were 32 characters."""
    with warehouse.connect(published.database) as connection:
        query = "select table_name, column_name from duckdb_columns() where schema_name = 'raw' and data_type = 'UUID'"
        for table, column in connection.execute(query).fetchall():
            told = f"raw.{table} alter column {column} type varchar using {keys.text_sql(column)}"
            connection.execute(f"alter table {told}")
        connection.execute(f"update {migrations.VERSION_TABLE} set shape_version = 4")  # noqa: S608 - own name
        ((text,),) = connection.execute("select min(case_key) from raw.records").fetchall()
    assert len(text) == keys.PSEUDONYM_LENGTH
    before = {path: digest for path, digest in published.snapshot().items() if path.startswith("outputs")}
    marts = published.counts("by_gender")
    (first, *_) = sorted((published.folder / "inbox/riverside").iterdir())
    published.put(f"again-{first.name}", first.read_bytes())
    report = published.run()
    assert published.counts("by_gender") == marts
    assert published.table("raw.records")["case_key"].str.replace_all("-", "").min() == text
    # Copies of cases that were read before are known as such.
    assert {"duplicate"} == set(published.table("core.record_states").filter(pl.col("state") != "accepted")["state"])
    assert (report.refreshed.n_files_read, report.published[0].is_new) == (1, False)
    after = {path: digest for path, digest in published.snapshot().items() if path.startswith("outputs")}
    assert after == before


def test_a_check_leaves_an_older_warehouse_as_it_is(published: Workspace) -> None:
    make_unversioned(published)
    before = published.snapshot()
    published.check()
    assert published.snapshot() == before


def test_a_warehouse_of_a_later_version_is_refused_and_left_alone(
    published: Workspace, caseload: Callable[..., object]
) -> None:
    with warehouse.connect(published.database) as connection:
        connection.execute("update raw.shape set shape_version = 99")
    before = published.snapshot()
    outcome = caseload(published, "run")
    assert outcome.code == 16
    assert "made by a later version" in outcome.err
    assert published.snapshot() == before


@pytest.fixture
def database(published: Workspace) -> Connection:
    """Give the warehouse, open for writing, with a row in the table that later steps change."""
    with warehouse.connect(published.database) as connection:
        connection.execute("insert into raw.drift values (1, 'missing', 'Age', '')")
        yield connection


def fingerprint(connection: Connection) -> tuple[object, ...]:
    tables = connection.execute("select table_name, sql from duckdb_tables() order by all").fetchall()
    return (stored(connection), tables, connection.execute("select * from raw.drift order by all").fetchall())


def test_steps_are_taken_once_in_order_and_their_rows_stay(
    database: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {name: dict(columns) for name, columns in migrations.loaded_tables().items()}
    told["raw.drift"] |= {"noted": "varchar"}
    monkeypatch.setattr(migrations, "loaded_tables", lambda: told)
    last = Step(NEWEST + 2, "It is yes.", ("update raw.drift set noted = 'yes' where noted = 'no'",))
    way = [*steps(), LATER, last]
    bring_up(database, way)
    bring_up(database, way)
    assert stored(database) == NEWEST + 2
    assert database.execute("select file_id, noted from raw.drift").fetchall() == [(1, "yes")]


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (("delete from raw.drift",), "raw.drift would lose rows"),
        (("drop table raw.drift",), "raw.drift would lose rows"),
        ((*LATER.statements, "select error('a value')"), "failed"),
        (LATER.statements, "raw.drift differs"),
    ],
)
def test_a_step_that_loses_a_row_fails_or_leads_elsewhere_changes_nothing(
    database: Connection, statements: tuple[str, ...], words: str
) -> None:
    before = fingerprint(database)
    with pytest.raises(ModelError, match=words) as stop:
        bring_up(database, [*steps(), Step(NEWEST + 1, "A fault.", statements)])
    assert "a value" not in str(stop.value)
    assert fingerprint(database) == before
