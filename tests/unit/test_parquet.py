"""Parquet comes out as the text a person would write, whatever its types, and never grows beyond its limits."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.errors import ReadError
from pipelines.ingest.reading.opening import open_rows, sniff
from pipelines.ingest.reading.rows import SEARCHED_ROWS, Layout

PARQUET = Layout(format="parquet")


def read(path: Path) -> pl.DataFrame:
    with open_rows(path, PARQUET) as rows:
        return pl.concat(list(rows.chunks), how="diagonal")


def saved(path: Path, table: pa.Table, **options: Any) -> Path:
    pq.write_table(table, path, **options)
    return path


VALUES = [
    ("text keeps its zeros", pa.array(["0012"]), "0012"),
    ("text in a dictionary", pa.array(["a"]).dictionary_encode(), "a"),
    ("large text", pa.array(["a"], pa.large_string()), "a"),
    ("text views", pa.array(["a"], pa.string_view()), "a"),
    ("a whole number", pa.array([12], pa.int64()), "12"),
    ("a small number", pa.array([12], pa.uint8()), "12"),
    ("a whole number stored with a point", pa.array([12.0]), "12"),
    ("a fraction", pa.array([0.1]), "0.1"),
    ("a fraction in half the precision", pa.array([0.1], pa.float32()), "0.1"),
    ("a number with an exponent", pa.array([1e20]), "100000000000000000000"),
    ("not a number", pa.array([float("nan")]), ""),
    ("a decimal", pa.array([Decimal("12.50")]), "12.50"),
    ("a whole decimal", pa.array([Decimal("12345678901234567890.00")]), "12345678901234567890"),
    ("truth", pa.array([True]), "TRUE"),
    ("no truth", pa.array([False]), "FALSE"),
    ("nothing", pa.array([None], pa.string()), ""),
    ("no number", pa.array([None], pa.int64()), ""),
    ("a column of nothing", pa.nulls(1), ""),
    ("a date", pa.array([date(2020, 1, 2)]), "2020-01-02"),
    ("midnight", pa.array([datetime(2020, 1, 2)]), "2020-01-02"),
    ("a moment", pa.array([datetime(2020, 1, 2, 9, 30)]), "2020-01-02 09:30:00"),
    ("a moment to the nanosecond", pa.array([1_577_957_400_000_000_001], pa.timestamp("ns")), "2020-01-02 09:30:00"),
    (
        "a moment in its own time zone",
        pa.array([datetime(2020, 6, 30, 23, tzinfo=UTC)], pa.timestamp("us", "Europe/London")),
        "2020-07-01",
    ),
    ("a time", pa.array([time(9, 30)]), "09:30:00"),
    ("a duration", pa.array([timedelta(hours=30)]), "30:00:00"),
    ("a list of texts", pa.array([["a", "b"]]), "a\x1fb"),
    ("a list of dates", pa.array([[date(2020, 1, 2), None]]), "2020-01-02\x1f"),
    ("an empty list", pa.array([[]], pa.list_(pa.string())), ""),
    ("no list", pa.array([None], pa.list_(pa.string())), ""),
]


@pytest.mark.parametrize(("column", "text"), [case[1:] for case in VALUES], ids=[case[0] for case in VALUES])
def test_a_value_comes_out_as_its_text(tmp_path: Path, column: pa.Array, text: str) -> None:
    frame = read(saved(tmp_path / "x.parquet", pa.table({"A": column})))
    assert frame["cell_0"].to_list() == ["A", text]


def test_names_come_first_and_rows_are_counted_from_one(tmp_path: Path) -> None:
    frame = read(saved(tmp_path / "x.parquet", pa.table({"Ref": ["a", "b"], "Age": [1, None]})))
    assert frame.rows() == [(0, 2, None, "Ref", "Age"), (1, 2, None, "a", "1"), (2, 2, None, "b", "")]
    assert frame.schema["row_number"] == frame.schema["n_cells"] == pl.Int64


def test_structures_become_a_column_for_each_part(tmp_path: Path) -> None:
    column = pa.array([{"ref": "a", "born": {"year": 1950}}, None])
    frame = read(saved(tmp_path / "x.parquet", pa.table({"Client": column})))
    assert frame.rows()[0][3:] == ("Client.ref", "Client.born.year")
    assert [row[3:] for row in frame.rows()[1:]] == [("a", "1950"), ("", "")]


def test_two_columns_of_one_name_are_both_read(tmp_path: Path) -> None:
    table = pa.table([pa.array(["a"]), pa.array(["b"])], names=["Issue", "Issue"])
    assert [row[3:] for row in read(saved(tmp_path / "x.parquet", table)).rows()] == [("Issue", "Issue"), ("a", "b")]


def test_what_cannot_be_text_is_refused_by_column_and_all_at_once(tmp_path: Path) -> None:
    columns = {
        "Ref": pa.array(["a"]),
        "Photo": pa.array([b"x"]),
        "Pairs": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())),
        "Nested": pa.array([[["a"]]]),
    }
    with pytest.raises(ReadError) as caught:
        read(saved(tmp_path / "x.parquet", pa.table(columns)))
    assert 'column "Photo" holds bytes' in str(caught.value)
    assert 'column "Pairs"' in str(caught.value)
    assert 'column "Nested"' in str(caught.value)
    assert '"Ref"' not in str(caught.value)


def test_row_groups_of_any_size_give_every_row_once(tmp_path: Path) -> None:
    table = pa.table({"Ref": [f"R-{number}" for number in range(200_000)], "Age": list(range(200_000))})
    for size in (7_000, 200_000):
        with open_rows(saved(tmp_path / "x.parquet", table, row_group_size=size), PARQUET) as rows:
            chunks = list(rows.chunks)
            assert len(rows.digest()) == 64
        frame = pl.concat(chunks)
        assert frame["row_number"].to_list() == list(range(200_001))
        assert frame["cell_1"].to_list()[1:] == [str(number) for number in range(200_000)]
        assert all(chunk.height <= 70_000 for chunk in chunks)


def test_the_first_chunk_reaches_over_small_row_groups(tmp_path: Path) -> None:
    table = pa.table({"Ref": [str(number) for number in range(100)]})
    with open_rows(saved(tmp_path / "x.parquet", table, row_group_size=3), PARQUET) as rows:
        assert next(rows.chunks).height >= SEARCHED_ROWS


def test_a_cell_that_is_too_long_makes_its_row_wait(tmp_path: Path) -> None:
    table = pa.table({"Ref": ["a", "b"], "Note": ["x" * 40_000, "y"], "Issues": [["a"], ["z" * 20_000, "z" * 20_000]]})
    frame = read(saved(tmp_path / "x.parquet", table))
    assert frame["problem"].to_list() == [None, "cell_too_long", "cell_too_long"]


@pytest.mark.parametrize("shape", ["text", "list"])
def test_a_few_bytes_that_stand_for_gigabytes_of_text_come_in_small_chunks(tmp_path: Path, shape: str) -> None:
    long = "x" * 30_000
    column = pa.array([long] * 20_000) if shape == "text" else pa.array([[long]] * 20_000)
    path = saved(tmp_path / "x.parquet", pa.table({"Ref": column}))
    assert path.stat().st_size < 2_000_000
    with open_rows(path, PARQUET) as rows:
        total = 0
        for chunk in rows.chunks:
            assert chunk.estimated_size() < 70_000_000
            total += chunk.height
    assert total == 20_001


def test_a_file_of_billions_of_equal_rows_is_refused_before_it_is_read(tmp_path: Path) -> None:
    table = pa.table({"Ref": pa.nulls(30_000_000, pa.int8())})
    path = tmp_path / "x.parquet"
    with pq.ParquetWriter(path, table.schema) as writer:
        for _ in range(7):
            writer.write_table(table, row_group_size=30_000_000)
    assert path.stat().st_size < 1_000_000
    with pytest.raises(ReadError, match="says it has 210,000,000 rows"):
        read(path)


def test_a_truncated_or_damaged_file_is_told(tmp_path: Path) -> None:
    table = pa.table({"Ref": [f"R-{number}" for number in range(1000)], "Age": list(range(1000))})
    whole = saved(tmp_path / "whole.parquet", table).read_bytes()
    path = tmp_path / "x.parquet"
    for length in (4, 8, 100, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(ReadError, match="damaged or only half there"):
            read(path)
    for place in range(0, len(whole), max(len(whole) // 100, 1)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            read(path)
        except ReadError:
            continue


def test_a_date_that_no_calendar_has_is_told(tmp_path: Path) -> None:
    far = pa.array([2_000_000_000], pa.int32()).cast(pa.date32())
    with pytest.raises(ReadError, match="dates outside the years 1 to 9999"):
        read(saved(tmp_path / "x.parquet", pa.table({"Opened": far})))


def test_text_that_is_no_text_is_damage(tmp_path: Path) -> None:
    broken = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe")])
    with pytest.raises(ReadError, match="damaged or only half there"):
        read(saved(tmp_path / "x.parquet", pa.table({"Ref": broken})))


def test_a_file_without_columns_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="has no columns"):
        read(saved(tmp_path / "x.parquet", pa.table({})))


def test_a_file_without_rows_is_empty(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="is empty"):
        read(saved(tmp_path / "x.parquet", pa.table({"Ref": pa.array([], pa.string())})))


def test_inspection_knows_the_format_by_its_content(tmp_path: Path) -> None:
    assert sniff(saved(tmp_path / "x.csv", pa.table({"Ref": ["a"]}))).layout == PARQUET
