"""A table is made again when anything that it comes from has changed, and only then."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from workspaces import Workspace

from pipelines import models, warehouse
from pipelines.errors import ModelError


@pytest.fixture(scope="module")
def template(published_template: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a database that was built as it stands."""
    path = tmp_path_factory.mktemp("built") / "built.duckdb"
    shutil.copyfile(published_template.database, path)
    models.build(path)
    return path


@pytest.fixture
def database(template: Path, tmp_path: Path) -> Path:
    """Give a copy of that database, to be changed."""
    return Path(shutil.copyfile(template, tmp_path / "built.duckdb"))


def change(database: Path, statement: str) -> None:
    with warehouse.connect(database) as connection:
        connection.execute(statement)


def everything(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """Give the rows of every built table, in an order of their own."""
    query = "select schema_name || '.' || table_name from duckdb_tables() where schema_name in ('core', 'marts')"
    with warehouse.connect(database) as connection:
        names = [name for (name,) in connection.execute(query).fetchall()]
        return {name: connection.execute(f"from {name} order by all").fetchall() for name in names}


def from_nothing(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """Give what a warehouse with the same records holds that was never built before."""
    fresh = Path(shutil.copyfile(database, database.with_name("fresh.duckdb")))
    change(fresh, "delete from reference.built_tables")
    models.build(fresh)
    return everything(fresh)


def test_nothing_is_made_twice_of_the_same(database: Path, made: list[str]) -> None:
    n_tables = models.build(database)
    assert (n_tables > 50, made) == (True, [])


def test_rows_in_another_order_are_the_same(database: Path, made: list[str]) -> None:
    change(database, "create table turned as from raw.records order by record_id desc")
    change(database, "delete from raw.records")
    change(database, "insert into raw.records from turned")
    change(database, "drop table turned")
    models.build(database)
    assert made == []


# What changes, and a table that has to be made again because of it.
CHANGES = {
    "update raw.records set gender = 'Male' where row_number < 9": "marts.by_gender",
    "update raw.records set case_key = null where row_number < 9": "marts.accounting",
    "update raw.files set file_name = 'other.csv'": "marts.accounting",
    "update reference.meanings set code = 'M' where field = 'gender' and code = 'F'": "marts.by_gender",
    "update reference.publication_quarters set is_within = false": "core.clients",
    "delete from reference.group_conditions": "marts.by_group_of_interest",
    "drop table marts.by_gender": "marts.by_gender",
    "drop table core.cases": "core.cases",
}


@pytest.mark.parametrize("statement", CHANGES)
def test_what_comes_from_a_change_is_made_again(database: Path, made: list[str], statement: str) -> None:
    change(database, statement)
    expected = from_nothing(database)
    made.clear()
    models.build(database)
    assert CHANGES[statement] in made
    assert everything(database) == expected


def test_what_does_not_come_from_a_change_stays(database: Path, made: list[str]) -> None:
    change(database, "delete from reference.group_conditions")
    models.build(database)
    assert "core.kind_groups" in made
    assert not {"core.cases", "core.clients", "marts.by_gender"} & set(made)


def test_a_model_with_other_sql_is_made_again(database: Path, made: list[str], own_sql: Path) -> None:
    model = own_sql / "core" / "client_families.sql"
    model.write_text(f"{model.read_text('utf-8')}\n-- said otherwise\n", encoding="utf-8")
    models.build(database)
    assert "core.client_families" in made
    assert "marts.advice_profiles" in made
    assert "core.clients" not in made


def test_a_check_is_run_again_when_what_it_reads_has_changed(database: Path, own_sql: Path) -> None:
    """One that finds nothing is remembered; one that would find something now is not."""
    check = own_sql / "checks" / "accounting_adds_up.sql"
    check.write_text("-- No male.\nselect gender from raw.records where gender = 'Qx'", encoding="utf-8")
    models.build(database)
    change(
        database, "update raw.records set gender = 'Qx' where row_number = (select min(row_number) from raw.records)"
    )
    for _ in range(2):
        with pytest.raises(ModelError, match=r"accounting_adds_up.sql found [12]. No male"):
            models.build(database)


def test_what_is_read_from_outside_is_never_taken_as_the_same(database: Path, made: list[str], own_sql: Path) -> None:
    model = own_sql / "core" / "client_families.sql"
    text = model.read_text("utf-8").replace("'_U'\nfrom", "coalesce(getvariable('no such'), '_U')\nfrom")
    model.write_text(text, encoding="utf-8")
    for _ in range(2):
        made.clear()
        models.build(database)
        assert {"core.client_families", "marts.advice_profiles"} <= set(made)


def test_a_run_says_the_same_as_one_from_nothing(published: Workspace, caseload: Callable[..., object]) -> None:
    assert caseload(published, "run").code == 0
    assert everything(published.database) == from_nothing(published.database)


def test_a_table_with_an_order_keeps_it_where_others_are_made_in_any_order(tmp_path: Path) -> None:
    """As many rows as several processors share; pages are made from marts read row after row."""
    with warehouse.connect(tmp_path / "large.duckdb", configuration=warehouse.IN_ANY_ORDER) as connection:
        connection.execute("create table mixed as select (range * 7919) % 400000 as n from range(400000)")
        connection.execute("create table ordered as select n from mixed order by n")
    with warehouse.connect(tmp_path / "large.duckdb") as connection:
        read = warehouse.read_frame(connection, "select n from ordered")["n"]
    assert (read.len(), read.is_sorted()) == (400_000, True)
