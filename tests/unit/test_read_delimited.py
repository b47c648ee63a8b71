"""Delimited text as it comes: marks, cells over several lines, damage; the same rows in blocks of any size."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from cells import Row, put, read, rows_of

from pipelines.errors import ReadError
from pipelines.ingest.reading.decoding import BLOCK_BYTES
from pipelines.ingest.reading.delimited import read_delimited
from pipelines.ingest.reading.quoting import TOO_LONG
from pipelines.ingest.reading.rows import SEARCHED_ROWS, Layout

BLOCKS = (1, 7, BLOCK_BYTES)
B, L = "broken_quoting", "cell_too_long"
ORDINARY = "1,2,3,4,5,6\n" * 3
# name: (text, layout, rows)
TABLES: dict[str, tuple[str, Layout, list[Row]]] = {
    "rows of different width": (
        "a,b\nc\n\nd,,\n",
        Layout(),
        [(["a", "b"], None), (["c"], None), ([""], None), (["d", "", ""], None)],
    ),
    "a cell over several lines": ('a,"x\n\ny, z"\nb,c\n', Layout(), [(["a", "x\n\ny, z"], None), (["b", "c"], None)]),
    "doubled quotation marks": ('"a""b","""",""\n', Layout(), [(['a"b', '"', ""], None)]),
    "a quotation mark inside an unquoted cell": (
        '5" pipe,O"Brien\na,b\n',
        Layout(),
        [(['5" pipe', 'O"Brien'], None), (["a", "b"], None)],
    ),
    "words in quotation marks inside an unquoted cell": (
        'a,said "yes" once\n',
        Layout(),
        [(["a", 'said "yes" once'], None)],
    ),
    "blanks around quoted cells": ('a, "b, c" ,d\n', Layout(), [(["a", "b, c", "d"], None)]),
    "blanks around unquoted cells": (" a , b\n", Layout(), [([" a ", " b"], None)]),
    "a quotation mark that never closes": ('a,"b\nc,d\n', Layout(), [(["a", '"b'], B), (["c", "d"], None)]),
    "a quotation mark that never closes, in the last row": (
        'a,b\nc,"d',
        Layout(),
        [(["a", "b"], None), (["c", '"d'], B)],
    ),
    "text after a closing quotation mark": ('"a" b,c\nd,e\n', Layout(), [(['"a" b', "c"], B), (["d", "e"], None)]),
    "a stray mark before rows with quoted cells": (
        'a,"b\n"c","d"\ne,f\n',
        Layout(),
        [(["a", '"b'], B), (["c", "d"], None), (["e", "f"], None)],
    ),
    "two stray marks many rows apart": (
        f'1,2,3,4,5,"6\n{ORDINARY}1,2,3,4,5,6"\n',
        Layout(),
        [(["1", "2", "3", "4", "5", '"6'], B), *[(list("123456"), None)] * 3, (["1", "2", "3", "4", "5", '6"'], None)],
    ),
    "two stray marks in a narrow table": (
        'a,"b\n' + "c,d\n" * 6 + 'e,f"\n',
        Layout(),
        [(["a", '"b'], B), *[(["c", "d"], None)] * 6, (["e", 'f"'], None)],
    ),
    "a long note with a comma in most lines of a narrow table": (
        'a,"Sir,\nyes, so\nno, not\nonly this\na, b\nc, d\ne, f\ng, h"\n',
        Layout(),
        [(["a", "Sir,\nyes, so\nno, not\nonly this\na, b\nc, d\ne, f\ng, h"], None)],
    ),
    "a note with commas in a narrow table": (
        'a,"Dear Sir,\nyes, please\nthank you"\n',
        Layout(),
        [(["a", "Dear Sir,\nyes, please\nthank you"], None)],
    ),
    "a note in a wide table": (
        ORDINARY + '1,"yes,\nno, perhaps\nthank you",3,4,5,6\n',
        Layout(),
        [*[(list("123456"), None)] * 3, (["1", "yes,\nno, perhaps\nthank you", "3", "4", "5", "6"], None)],
    ),
    "no quotation marks at the source": (
        'a,"b\n"c",d\n',
        Layout(quote=""),
        [(["a", '"b'], None), (['"c"', "d"], None)],
    ),
    "apostrophes as quotation marks": (
        "'a,b','c''d',O'Brien\n",
        Layout(quote="'"),
        [(["a,b", "c'd", "O'Brien"], None)],
    ),
    "a tab": ('a\t"b\tc"\n', Layout(delimiter="\t"), [(["a", "b\tc"], None)]),
    "a delimiter outside ASCII": (
        'a¦"b¦c"¦d\n¦\n',
        Layout(delimiter="¦"),
        [(["a", "b¦c", "d"], None), (["", ""], None)],
    ),
    "quotation marks outside ASCII": ("a,«b,c««d«\n", Layout(quote="«"), [(["a", "b,c«d"], None)]),
    "a blank as delimiter": ('a "b c" d\n', Layout(delimiter=" "), [(["a", "b c", "d"], None)]),
    "the line a spreadsheet writes to name its delimiter": (
        "sep=;\na;b\n",
        Layout(delimiter=";"),
        [(["sep=", ""], None), (["a", "b"], None)],
    ),
    "characters that look like line ends": (
        "a\u2028b\x0bc\x0cd\x85e,f\n",
        Layout(),
        [(["a\u2028b\x0bc\x0cd\x85e", "f"], None)],
    ),
    "a cell too long": (
        f"a,{'é' * 32_768}\nb,{'é' * 32_767}\n",
        Layout(),
        [(["a", TOO_LONG], L), (["b", "é" * 32_767], None)],
    ),
    "one column": ("a\n\nb\n", Layout(), [(["a"], None), ([""], None), (["b"], None)]),
}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("block_bytes", BLOCKS)
def test_a_table_is_read_the_same_in_blocks_of_any_size(tmp_path: Path, name: str, block_bytes: int) -> None:
    text, layout, expected = TABLES[name]
    if block_bytes == 1 and len(text) > 1000:
        block_bytes = 1000
    assert rows_of(read(put(tmp_path, text), layout, block_bytes)) == expected


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="cannot be opened"):
        read(tmp_path / "gone.csv")


@pytest.mark.parametrize(("content", "is_clean"), [(b"a\nb\n", True), (b"a\nb\r", True), (b"a\nb", False)])
def test_the_digest_and_the_end_are_known_after_the_last_chunk(tmp_path: Path, content: bytes, is_clean: bool) -> None:
    with read_delimited(put(tmp_path, content), Layout(), block_bytes=2) as rows:
        assert sum(chunk.height for chunk in rows.chunks) == 2
        assert rows.digest() == sha256(content).hexdigest()
        assert rows.ends_cleanly() is is_clean


@pytest.mark.parametrize("n_rows", [10, 500])
def test_the_first_chunk_holds_the_rows_in_which_headings_are_looked_for(tmp_path: Path, n_rows: int) -> None:
    with read_delimited(put(tmp_path, '"a\nb",c\n' * n_rows), Layout(), block_bytes=10) as rows:
        assert next(rows.chunks).height >= min(SEARCHED_ROWS, n_rows)


def test_a_reader_that_is_left_early_lets_go_of_its_file(tmp_path: Path) -> None:
    path = put(tmp_path, "a,b\n" * 10_000)
    with read_delimited(path, Layout(), block_bytes=1000) as rows:
        next(rows.chunks)
    path.unlink()


def test_one_row_of_thousands_of_cells_does_not_widen_the_others(tmp_path: Path) -> None:
    path = put(tmp_path, "a,b\n" * 20_000 + "x" + "," * 9_999 + "\n" + "c,d\n" * 20_000)
    with read_delimited(path, Layout()) as rows:
        sizes = [(chunk.height, chunk.width - 3) for chunk in rows.chunks]
    assert sum(height for height, _ in sizes) == 40_001
    assert sum(height * width for height, width in sizes) < 10_000_000


def test_a_row_with_more_cells_than_any_spreadsheet_waits(tmp_path: Path) -> None:
    found = rows_of(read(put(tmp_path, "a,b\n" + "," * 20_000 + "\nc,d\n")))
    assert found == [(["a", "b"], None), ([""], "too_many_cells"), (["c", "d"], None)]


def test_a_very_long_cell_costs_neither_memory_nor_the_rows_around_it(tmp_path: Path) -> None:
    path = put(tmp_path, "a,b\n" + f'c,"{"x, " * 3_000_000}"\n' + "d,e\n")
    assert rows_of(read(path)) == [(["a", "b"], None), (["c", TOO_LONG], L), (["d", "e"], None)]


def test_a_line_without_an_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="the line after row 100 goes on for more than 16 MB without an end"):
        read(put(tmp_path, b"a\n" * 100 + b"x" * 20_000_000))
