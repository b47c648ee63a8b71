"""Delimited text as it comes: marks, encodings, line ends, cells over several lines, damage; in blocks of any size."""

from __future__ import annotations

import csv
import io
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from pipelines.errors import ReadError
from pipelines.ingest.decoding import BLOCK_BYTES, ENCODINGS
from pipelines.ingest.delimited import read_delimited
from pipelines.ingest.quoting import TOO_LONG
from pipelines.ingest.rows import SEARCHED_ROWS, Layout

BLOCKS = (1, 7, BLOCK_BYTES)
FIXTURES = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
Row = tuple[list[str], str | None]


def read(path: Path, layout: Layout | None = None, block_bytes: int = BLOCK_BYTES) -> pl.DataFrame:
    with read_delimited(path, layout or Layout(), block_bytes=block_bytes) as rows:
        return pl.concat(rows.chunks, how="diagonal")


def rows_of(frame: pl.DataFrame) -> list[Row]:
    """Give the cells each row really has, and its problem, after checking that no row number is missing."""
    assert frame["row_number"].to_list() == list(range(1, frame.height + 1))
    found = []
    for row in frame.to_dicts():
        cells = [row[f"cell_{index}"] for index in range(frame.width - 3)]
        assert all(cell is not None for cell in cells[: row["n_cells"]])
        assert all(cell is None for cell in cells[row["n_cells"] :])
        found.append((cells[: row["n_cells"]], row["problem"]))
    return found


def cells_of(path: Path, layout: Layout | None = None, block_bytes: int = BLOCK_BYTES) -> list[list[str]]:
    found = rows_of(read(path, layout, block_bytes))
    assert [problem for _, problem in found if problem] == []
    return [cells for cells, _ in found]


def put(folder: Path, content: bytes | str) -> Path:
    path = folder / "export.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


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


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("block_bytes", [1, 2, 3, 5, 64])
def test_every_line_end_is_one_and_the_same(tmp_path: Path, end: str, block_bytes: int) -> None:
    path = put(tmp_path, f'a,b{end}{end}"c{end}d",e{end}')
    assert cells_of(path, block_bytes=block_bytes) == [["a", "b"], [""], ["c\nd", "e"]]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("block_bytes", [1, 5, BLOCK_BYTES])
def test_every_declared_encoding_is_read(tmp_path: Path, encoding: str, block_bytes: int) -> None:
    letters = "".join(letter for letter in "éłßøñščþğŠЖяΩά€£’" if letter.encode(ENCODINGS[encoding], "ignore"))
    path = put(tmp_path, f"{letters},b\r\nc,{letters}\r\n".encode(ENCODINGS[encoding]))
    assert cells_of(path, Layout(encoding=encoding), block_bytes) == [[letters, "b"], ["c", letters]]


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe" + "a,é\n".encode("utf-16-le"),
        b"\xfe\xff" + "a,é\n".encode("utf-16-be"),
        "a,é\n".encode("utf-16-le"),
        "a,é\n".encode("utf-16-be"),
    ],
)
def test_utf_16_is_read_in_either_order_with_or_without_its_mark(tmp_path: Path, content: bytes) -> None:
    assert cells_of(put(tmp_path, content), Layout(encoding="utf-16"), 3) == [["a", "é"]]


def test_a_byte_order_mark_is_no_part_of_the_first_cell(tmp_path: Path) -> None:
    assert cells_of(put(tmp_path, b"\xef\xbb\xbfa,b\n"), block_bytes=1) == [["a", "b"]]


REFUSED = {
    "empty": (b"", "utf-8", "is empty. Export it again"),
    "nothing but blanks": (b" \r\n\t\n", "utf-8", "is empty. Export it again"),
    "another encoding": (
        "a,b\nc,Café\n".encode("cp1252"),
        "utf-8",
        r"is not utf-8 text, as its profile says: line 2 cannot",
    ),
    "a character cut in two": ("a,b\nc,Café".encode()[:-1], "utf-8", "line 2 cannot be read"),
    "a byte the encoding lacks": (
        b"a\rb\r\nc,\x81\n",
        "windows-1252",
        "is not windows-1252 text.*: line 3 cannot be read",
    ),
    "UTF-16 declared as UTF-8": (
        "a,b\nc,d\n".encode("utf-16-le"),
        "utf-8",
        "NUL character in line 1.*Nothing of it was stored",
    ),
    "damaged": (b"a,b\nc,d\nsecret,\0\n", "utf-8", "NUL character in line 3.*Nothing of it was stored"),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("block_bytes", [1, 4, BLOCK_BYTES])
def test_a_file_that_is_no_such_text_is_refused_without_its_values(tmp_path: Path, name: str, block_bytes: int) -> None:
    content, encoding, message = REFUSED[name]
    with pytest.raises(ReadError, match=message) as refused:
        read(put(tmp_path, content), Layout(encoding=encoding), block_bytes)
    assert "secret" not in str(refused.value)


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


texts = st.text(st.sampled_from("ab ,;\t|¦'\"\n\réłЖ 0-"), max_size=8)
tables = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(texts, min_size=width, max_size=width), min_size=1, max_size=12)
)


@FIXTURES
@given(
    table=tables,
    delimiter=st.sampled_from(",;\t|"),
    quote=st.sampled_from("\"'"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    block_bytes=st.sampled_from([1, 3, 17, BLOCK_BYTES]),
)
def test_what_is_written_comes_back(
    tmp_path: Path,
    table: list[list[str]],
    delimiter: str,
    quote: str,
    quoting: int,
    end: str,
    encoding: str,
    block_bytes: int,
) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quotechar=quote, quoting=quoting).writerows(table)
    text = out.getvalue().replace("\r\n", end)
    plain = [[cell.replace("\r\n", "\n").replace("\r", "\n") for cell in row] for row in table]
    path = put(tmp_path, text.encode(encoding))
    layout = Layout(encoding=encoding.removesuffix("-sig"), delimiter=delimiter, quote=quote)
    assume(text.strip())
    assert cells_of(path, layout, block_bytes) == plain


@FIXTURES
@given(
    content=st.binary(max_size=60) | st.text(st.sampled_from('ab,"\n '), max_size=60).map(str.encode),
    delimiter=st.sampled_from(",;¦"),
    quote=st.sampled_from(['"', "'", ""]),
    encoding=st.sampled_from(["utf-8", "utf-16", "iso-8859-1"]),
)
@example(content=b'a,b\n"c,d\ne",f,"g\n', delimiter=",", quote='"', encoding="utf-8")
def test_damaged_bytes_are_refused_or_accounted_row_by_row_whatever_the_block(
    tmp_path: Path, content: bytes, delimiter: str, quote: str, encoding: str
) -> None:
    layout = Layout(encoding=encoding, delimiter=delimiter, quote=quote)
    path = put(tmp_path, content)
    try:
        whole = rows_of(read(path, layout))
    except ReadError:
        with pytest.raises(ReadError):
            read(path, layout, 1)
        return
    assert rows_of(read(path, layout, 1)) == whole
    assert rows_of(read(path, layout, 5)) == whole


@FIXTURES
@given(
    st.lists(
        st.lists(st.sampled_from(["a", "", '"x, y"', 'z"', '"', ' "b" ']), min_size=1, max_size=7),
        min_size=1,
        max_size=30,
    )
)
def test_a_stray_mark_never_takes_the_rows_below_with_it(tmp_path: Path, table: list[list[str]]) -> None:
    """Whatever rows stand above, rows of the usual width without quotation marks come out as they are."""
    below = [["1", "2", "3", "4", "5", "6", "7", "8"]] * 90
    text = "\n".join(",".join(row) for row in [*below, *table, *below]) + "\n"
    found = rows_of(read(put(tmp_path, text), block_bytes=64))
    assert [cells for cells, _ in found[-90:]] == below
    assert all(problem is None for _, problem in found[-90:])
