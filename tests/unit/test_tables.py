"""Frames on their way to loaded tables: together where they can, and none before another that came first."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines import tables, warehouse
from pipelines.tables import MOST_WAITING, ROWS_OF_A_PART, Waiting, Way

PLAIN = "select file_id, row_number, state, reason from incoming"
BLANK = Way("raw.set_aside", PLAIN)
MARKED = Way("raw.set_aside", "select file_id, row_number, state, getvariable('mark') as reason from incoming")


def rows(file_id: int, *numbers: int) -> pl.DataFrame:
    facts = {"file_id": file_id, "row_number": list(numbers), "state": "ignored", "reason": "blank"}
    return pl.DataFrame(facts, schema={"file_id": pl.Int64, "row_number": pl.Int64, "state": str, "reason": str})


@pytest.fixture
def connection(tmp_path):
    with warehouse.writing(tmp_path) as database, warehouse.connect(database) as opened:
        yield opened


def stored(connection) -> list[tuple[int, int, str]]:
    return connection.execute("select file_id, row_number, reason from raw.set_aside").fetchall()


def test_frames_that_go_the_same_way_are_stored_together_in_their_order(connection, monkeypatch):
    statements = []
    monkeypatch.setattr(
        tables, "insert_selected", lambda *args, **how: statements.append(1) or insert_selected(*args, **how)
    )
    waiting = Waiting(connection)
    for file_id in (1, 2, 3):
        waiting.add(rows(file_id, 2, 5), BLANK)
    assert stored(connection) == []
    waiting.insert()
    waiting.insert()
    assert stored(connection) == [(file_id, number, "blank") for file_id in (1, 2, 3) for number in (2, 5)]
    assert len(statements) == 1


def test_frames_that_go_another_way_to_a_table_come_after_those_before_them(connection):
    waiting = Waiting(connection)
    waiting.add(rows(1, 2), BLANK)
    for number, mark in enumerate(("total", "title"), 3):
        waiting.add(rows(1, number), Way(MARKED.table, MARKED.query, (("mark", mark),)))
    waiting.insert()
    assert stored(connection) == [(1, 2, "blank"), (1, 3, "total"), (1, 4, "title")]


def test_many_rows_do_not_wait(connection):
    waiting = Waiting(connection)
    waiting.add(rows(1, *range(MOST_WAITING)), BLANK)
    assert len(stored(connection)) == MOST_WAITING


def insert_selected(*args, _inserted=tables.insert_selected, **how):
    _inserted(*args, **how)


def test_a_frame_of_many_parts_keeps_every_row_in_its_order(connection):
    numbers = range(3 * ROWS_OF_A_PART + 1)
    tables.insert(connection, "raw.set_aside", rows(1, *numbers))
    assert [number for _, number, _ in stored(connection)] == [*numbers]


def test_a_frame_without_rows_leaves_a_table_as_it_is(connection):
    tables.insert(connection, "raw.set_aside", rows(1))
    assert stored(connection) == []
