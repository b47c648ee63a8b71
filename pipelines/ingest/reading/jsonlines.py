"""JSON to rows of cells: one object a line, or one array of objects.

Answers "what stands in this file, object by object". The keys of all objects are the names of the columns and come
first, as row 0. What the cells mean is left to `extracts.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, repeat
from pathlib import Path
from typing import BinaryIO

from pipelines.errors import ReadError
from pipelines.ingest.fields import CELL_SEPARATOR
from pipelines.ingest.reading.chunks import Line, chunked
from pipelines.ingest.reading.decoding import BLOCK_BYTES, TextStream
from pipelines.ingest.reading.files import open_checked
from pipelines.ingest.reading.keyed import Names, Pairs, numbered
from pipelines.ingest.reading.limits import limits, megabytes
from pipelines.ingest.reading.rows import Layout, Rows

LINE_END = b"\n"
# A line this many times longer than any row is no case, and an array too much to hold at once.
LONG_LINE, LONG_ARRAY = 4, 16
# Keys of the objects in one list, times the objects: what it takes to set them out.
MOST_PARTS = 1_000_000
_BLANKS = re.compile(r"[ \t\n\r]*")
# Numbers stay as they are written, so that none is rounded; an object becomes its pairs, so that no key is lost.
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=tuple)


@contextmanager
def read_json_lines(path: Path, layout: Layout, *, block_bytes: int = BLOCK_BYTES) -> Iterator[Rows]:
    """Open a file of JSON objects.

    Texts and numbers stay as they are written, true and false become TRUE and FALSE, null an empty cell. The parts of a
    list are joined by U+001F; what lies inside an object is named `outer.inner`; a key that comes again in one object
    is named `key (2)`. The file is read twice, because a key may appear late.

    Args:
        path: the file; it is not altered.
        layout: gives the encoding.
        block_bytes: how much is read at once.
    Returns:
        Row 0 with the names, then a row for each line, or for each element of the array. A blank line is a blank row; a
        line without an object has the problem `not_json`.
    Raises:
        ReadError: the file cannot be opened, is empty, is in another encoding, or is too large for an array.
    """
    with open_checked(path) as handle:
        names = _names(_Source(handle, path, layout, block_bytes))
        source = _Source(handle, path, layout, block_bytes)
        lines = chain([names.heading_line()], _rows(source, names))
        yield Rows(chunked(lines, len(names)), source.stream.digest, source.ends_cleanly)


class _Source:
    """The objects of one file, read from its beginning."""

    def __init__(self, handle: BinaryIO, path: Path, layout: Layout, block_bytes: int) -> None:
        self.path = path
        self.stream = TextStream(handle, layout.encoding, path, block_bytes=block_bytes)
        self._is_array = False

    def ends_cleanly(self) -> bool:
        return self._is_array or self.stream.ends_cleanly()

    def objects(self) -> Iterator[Pairs | None]:
        """Give each object as pairs, an empty list for a blank line and nothing for what is no object."""
        lines = self._lines()
        n_blank, first = 0, b""
        for first in lines:
            if not first.isspace():
                break
            n_blank += 1
        self._is_array = first.lstrip().startswith(b"[")
        if self._is_array:
            yield from _elements(self._whole(first, lines))
            return
        yield from repeat([], n_blank)
        for line in chain([first], lines):
            yield [] if line.isspace() else _pairs(line.decode("utf-8"))

    def _lines(self) -> Iterator[bytes]:
        rest = b""
        for block in self.stream.blocks():
            lines = (rest + block).split(LINE_END)
            rest = lines.pop()
            yield from (line + LINE_END for line in lines)
            if len(rest) > _times_row(LONG_LINE):
                raise ReadError(
                    f"{self.path} cannot be read: a line is longer than {megabytes(_times_row(LONG_LINE))}, so it is "
                    "no case. Export it again with one object on each line."
                )
        if rest:
            yield rest

    def _whole(self, start: bytes, lines: Iterator[bytes]) -> str:
        parts, size = [start], len(start)
        for line in lines:
            parts.append(line)
            size += len(line)
            if size > _times_row(LONG_ARRAY):
                raise ReadError(
                    f"{self.path} is one JSON array of more than {megabytes(_times_row(LONG_ARRAY))}, which would have "
                    "to be held in memory. Export it with one object on each line (JSON Lines)."
                )
        return b"".join(parts).decode("utf-8")


def _times_row(times: int) -> int:
    return times * limits().row_characters


def _names(source: _Source) -> Names:
    names = Names(source.path)
    for pairs in source.objects():
        names.add(name for name, _ in pairs or [])
    if not len(names):
        raise ReadError(
            f"{source.path} holds no JSON object, so no case can be read from it. Export it again with one object "
            "on each line, or correct file.format in the profile."
        )
    return names


def _rows(source: _Source, names: Names) -> Iterator[Line]:
    for number, pairs in enumerate(source.objects(), start=1):
        yield Line(number, {}, "not_json") if pairs is None else names.line(number, pairs)


def _elements(text: str) -> Iterator[Pairs | None]:
    """Give the objects of an array; one that cannot be read is the last, because nobody knows where the next begins."""
    at = _past_blanks(text, _past_blanks(text, 0) + 1)
    separator = ","
    while separator == "," and not text.startswith("]", at):
        try:
            value, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            yield None
            return
        yield _pairs_of(value)
        end = _past_blanks(text, end)
        separator, at = text[end : end + 1], _past_blanks(text, end + 1)
    rest = at + 1 if separator == "," else at
    if separator not in {",", "]"} or text[rest:].strip():
        yield None


def _past_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at


def _pairs(line: str) -> Pairs | None:
    try:
        value = _DECODER.decode(line)
    except (ValueError, RecursionError):
        return None
    return _pairs_of(value)


def _pairs_of(value: object) -> Pairs | None:
    """Give an object's keys and texts in order, or nothing if it is none, or holds what no text may."""
    if not isinstance(value, tuple):
        return None
    try:
        pairs = numbered(_named("", value)) if value else []
        joined = "".join(chain.from_iterable(pairs))
        joined.encode("utf-8")
    except (ValueError, RecursionError):
        return None
    return None if "\0" in joined else pairs


def _named(name: str, value: object) -> list[tuple[str, str]]:
    """Give a value with its name, or the values inside it with theirs."""
    if isinstance(value, tuple) and value:
        inner = [_named(f"{name}.{key}" if name else key, part) for key, part in value]
        return [pair for pairs in inner for pair in pairs]
    if isinstance(value, list) and value:
        return _named_parts([dict(numbered(_named(name, part))) for part in value])
    if isinstance(value, bool):
        return [(name, "TRUE" if value else "FALSE")]
    return [(name, value if isinstance(value, str) else "")]


def _named_parts(parts: list[dict[str, str]]) -> list[tuple[str, str]]:
    """Join what has the same name in the parts of a list; a part without it has an empty place."""
    names = dict.fromkeys(name for part in parts for name in part)
    if len(names) * len(parts) > MOST_PARTS:
        raise ValueError
    return [(name, CELL_SEPARATOR.join(part.get(name, "") for part in parts)) for name in names]
