"""Encodings, byte-order marks and line ends of delimited text, and bytes that are no such text."""

from __future__ import annotations

from pathlib import Path

import pytest
from cells import cells_of, put, read

from pipelines.errors import ReadError
from pipelines.ingest.reading.decoding import BLOCK_BYTES, ENCODINGS
from pipelines.ingest.reading.rows import Layout


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
