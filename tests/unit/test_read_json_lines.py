"""JSON as rows: every key is a column, every value stays as written, and every line is accounted for."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest
from cells import assert_refused_or_the_same_in_pieces
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pipelines.errors import ReadError
from pipelines.ingest.reading.decoding import BLOCK_BYTES
from pipelines.ingest.reading.jsonlines import read_json_lines
from pipelines.ingest.reading.quoting import TOO_LONG
from pipelines.ingest.reading.rows import Layout

FIXTURES = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
LAYOUT = Layout(format="jsonl")
Table = tuple[list[str], list[tuple[list[str], str | None]]]


def table_of(path: Path, block_bytes: int = BLOCK_BYTES, layout: Layout = LAYOUT) -> Table:
    """Give the names and, for each row, its cells and its problem, after checking that no row is missing."""
    with read_json_lines(path, layout, block_bytes=block_bytes) as rows:
        frame = pl.concat(rows.chunks)
    assert frame["row_number"].to_list() == list(range(frame.height))
    assert frame["n_cells"].unique().to_list() == [frame.width - 3]
    names, *found = frame.drop("row_number", "n_cells").rows()
    return list(names[1:]), [(list(cells), problem) for problem, *cells in found]


def put(folder: Path, content: bytes | str) -> Path:
    path = folder / "export.jsonl"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


N = "not_json"
TABLES: dict[str, tuple[str, Table]] = {
    "texts": ('{"a": "x", "b": " 007 "}\n', (["a", "b"], [(["x", " 007 "], None)])),
    "numbers as they are written": (
        '{"a": 1.0, "b": 1, "c": 12345678901234567890123, "d": 1.10, "e": -2E+5}\n',
        (list("abcde"), [(["1.0", "1", "12345678901234567890123", "1.10", "-2E+5"], None)]),
    ),
    "true, false and null": ('{"a": true, "b": false, "c": null}\n', (list("abc"), [(["TRUE", "FALSE", ""], None)])),
    "lists": ('{"a": ["x", 2, null], "b": []}\n', (["a", "b"], [(["x\x1f2\x1f", ""], None)])),
    "objects inside": (
        '{"a": {"b": {"c": "x"}, "d": "y"}, "e": {}}\n',
        (["a.b.c", "a.d", "e"], [(["x", "y", ""], None)]),
    ),
    "lists of objects": (
        '{"issues": [{"type": "A", "level": 1}, {"type": "B"}]}\n',
        (["issues.type", "issues.level"], [(["A\x1fB", "1\x1f"], None)]),
    ),
    "a key that appears late": ('{"a": "x"}\n{"b": "y"}\n', (["a", "b"], [(["x", ""], None), (["", "y"], None)])),
    "a key that comes again in one object": ('{"a": "x", "a": "y"}\n', (["a", "a (2)"], [(["x", "y"], None)])),
    "a key that looks like a path": ('{"a": {"b": 1}, "a.b": 2}\n', (["a.b", "a.b (2)"], [(["1", "2"], None)])),
    "blank lines": ('\n{"a": "x"}\n\n', (["a"], [([""], None), (["x"], None), ([""], None)])),
    "lines that hold no object": (
        '{"a": "x"}\n{"a": \n"text"\n[1]\n{} {}\n{"a": "y"}',
        (["a"], [(["x"], None), *[([""], N)] * 4, (["y"], None)]),
    ),
    "an empty object": ('{"a": "x"}\n{}\n', (["a"], [(["x"], None), ([""], None)])),
    "half a character and a NUL": (
        '{"a": "\\ud800"}\n{"a": "\\u0000"}\n{"a": "\\u00e9"}\n',
        (["a"], [([""], N), ([""], N), (["é"], None)]),
    ),
    "nesting without end": ('{"a": ' + "[" * 100_000 + '\n{"a": "x"}\n', (["a"], [([""], N), (["x"], None)])),
    "an array": (
        '\n[\n  {"a": "x"},\n  {"a": "y",\n "b": 1}\n]\n',
        (["a", "b"], [(["x", ""], None), (["y", "1"], None)]),
    ),
    "an array with other elements": ('[{"a": "x"}, 1, {"a": "y"}]', (["a"], [(["x"], None), ([""], N), (["y"], None)])),
    "an array that is cut off": ('[{"a": "x"}, {"a": ', (["a"], [(["x"], None), ([""], N)])),
    "an array without its end": ('[{"a": "x"}', (["a"], [(["x"], None), ([""], N)])),
    "an array with something after it": ('[{"a": "x"}] y', (["a"], [(["x"], None), ([""], N)])),
    "a value too long": (
        '{"a": "x", "b": "' + "y" * 40_000 + '"}\n',
        (["a", "b"], [(["x", TOO_LONG], "cell_too_long")]),
    ),
}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("block_bytes", [10, BLOCK_BYTES])
def test_objects_become_rows(tmp_path: Path, name: str, block_bytes: int) -> None:
    content, expected = TABLES[name]
    assert table_of(put(tmp_path, content), block_bytes if len(content) < 1000 else BLOCK_BYTES) == expected


def test_a_byte_order_mark_and_windows_line_ends_are_no_obstacle(tmp_path: Path) -> None:
    path = put(tmp_path, '\ufeff{"a": "x"}\r\n{"a": "y"}\r\n'.encode("utf-16-le"))
    assert table_of(path, 3, Layout(format="jsonl", encoding="utf-16")) == (["a"], [(["x"], None), (["y"], None)])


def test_the_digest_is_that_of_the_file(tmp_path: Path) -> None:
    content = b'{"a": "x"}\n{"a": "y"}'
    with read_json_lines(put(tmp_path, content), LAYOUT, block_bytes=5) as rows:
        assert sum(chunk.height for chunk in rows.chunks) == 3
        assert (rows.digest(), rows.ends_cleanly()) == (sha256(content).hexdigest(), False)


REFUSED = {
    "empty": ("", "is empty"),
    "no object at all": ("secret\n", "holds no JSON object"),
    "an empty array": ("[]", "holds no JSON object"),
    "references as keys": (
        "{" + ",".join(f'"secret-{number}": 1' for number in range(17_000)) + "}",
        "names more than 16,384 columns",
    ),
    "a line without an end": ('{"a": "' + "x" * 30_000_000, "a line is longer than 16 MB"),
    "a large array": ("[\n" + ('{"a": "' + "x" * 1_000_000 + '"},\n') * 70, "one JSON array of more than 64 MB"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_without_cases_is_refused_without_its_values(tmp_path: Path, name: str) -> None:
    content, message = REFUSED[name]
    with pytest.raises(ReadError, match=message) as refused:
        table_of(put(tmp_path, content))
    assert "secret" not in str(refused.value)


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5)
values = words | st.integers() | st.floats(allow_nan=False) | st.booleans() | st.none()
objects = st.dictionaries(words, values | st.lists(values, max_size=3), max_size=4)


@FIXTURES
@given(rows=st.lists(objects, min_size=1, max_size=8), block_bytes=st.sampled_from([1, 9, BLOCK_BYTES]))
def test_every_object_is_one_row_under_the_names_of_all(tmp_path: Path, rows: list[dict], block_bytes: int) -> None:
    assume(any(rows))
    names, found = table_of(put(tmp_path, "".join(json.dumps(row) + "\n" for row in rows)), block_bytes)
    assert names == list(dict.fromkeys(name for row in rows for name in row))
    assert len(found) == len(rows)
    for row, (cells, problem) in zip(rows, found, strict=True):
        expected = {name: value for name, value in row.items() if isinstance(value, str)}
        assert problem is None
        assert expected.items() <= dict(zip(names, cells, strict=True)).items()


@FIXTURES
@given(content=st.binary(max_size=60) | st.text(st.sampled_from('{}[]":,a1 \n\\'), max_size=60).map(str.encode))
def test_damaged_bytes_are_refused_or_accounted_line_by_line(tmp_path: Path, content: bytes) -> None:
    path = put(tmp_path, content)
    assert_refused_or_the_same_in_pieces(path, table_of)
