"""Any table comes back as it was written, and any damage is refused or accounted for row by row."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from cells import cells_of, put, read, rows_of
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from pipelines.errors import ReadError
from pipelines.ingest.reading.decoding import BLOCK_BYTES
from pipelines.ingest.reading.rows import Layout

FIXTURES = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

texts = st.text(st.sampled_from("ab ,;\t|¦'\"\néłЖ 0-"), max_size=8)
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
    path = put(tmp_path, text.encode(encoding))
    layout = Layout(encoding=encoding.removesuffix("-sig"), delimiter=delimiter, quote=quote)
    assume(text.strip())
    assert cells_of(path, layout, block_bytes) == table


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
