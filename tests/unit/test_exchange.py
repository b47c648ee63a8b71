"""Tables on their way to another engine and back: every row, in order, and nothing more once something failed."""

from __future__ import annotations

from pathlib import Path

import pyarrow.dataset as ds
import pytest

from pipelines import warehouse
from pipelines.engines import exchange
from pipelines.warehouse import Connection

MEANINGS = "reference.meanings"
WORDS = [("age", "34", 34), ("age", "41", 41), ("gender", "Female", None)]


@pytest.fixture
def connection(tmp_path: Path) -> Connection:
    with warehouse.connect(tmp_path / "any.duckdb") as opened:
        opened.execute("create schema reference; create schema marts")
        opened.execute(f"create table {MEANINGS} (field varchar, value varchar, low bigint)")
        opened.execute("create table marts.numbers as select i as n from range(300_000) as numbers(i)")
        yield opened


def _fill(connection: Connection) -> None:
    connection.executemany("insert into reference.meanings values (?, ?, ?)", WORDS)


def test_the_dictionary_is_handed_over_field_by_field(connection: Connection, tmp_path: Path) -> None:
    _fill(connection)
    assert exchange.hand_over(connection, MEANINGS, tmp_path / "meanings")
    assert {path.name for path in (tmp_path / "meanings").iterdir()} == {"field=age", "field=gender"}
    rows = ds.dataset(tmp_path / "meanings", partitioning="hive").to_table().to_pylist()
    assert sorted((row["field"], row["value"], row["low"]) for row in rows) == WORDS


def test_an_empty_dictionary_still_tells_its_columns(connection: Connection, tmp_path: Path) -> None:
    assert not exchange.hand_over(connection, MEANINGS, tmp_path / "meanings")
    assert ds.dataset(tmp_path / "meanings").schema.names == ["field", "value", "low"]


def test_a_table_comes_back_in_its_order(connection: Connection, tmp_path: Path) -> None:
    exchange.hand_over(connection, "marts.numbers", tmp_path / "marts.numbers")
    before = connection.execute("select n from marts.numbers").fetchall()
    connection.execute("delete from marts.numbers")
    with exchange.taking_back(connection, tmp_path) as take:
        take("marts.numbers")
    assert connection.execute("select n from marts.numbers").fetchall() == before


def test_a_table_that_cannot_be_taken_back_is_told(connection: Connection, tmp_path: Path) -> None:
    exchange.hand_over(connection, "marts.numbers", tmp_path / "marts.nowhere")
    with pytest.raises(warehouse.DatabaseError), exchange.taking_back(connection, tmp_path) as take:
        take("marts.nowhere")


def _fail_after(connection: Connection, folder: Path, tables: list[str]) -> None:
    with exchange.taking_back(connection, folder) as take:
        for table in tables:
            take(table)
        raise KeyError


def test_after_a_failure_what_was_not_begun_stays(connection: Connection, tmp_path: Path) -> None:
    exchange.hand_over(connection, "marts.numbers", tmp_path / "marts.numbers")
    with pytest.raises(KeyError):
        _fail_after(connection, tmp_path, ["marts.numbers"] * 50)
    ((n,),) = connection.execute("select count(*) from marts.numbers").fetchall()
    assert n < 51 * 300_000
