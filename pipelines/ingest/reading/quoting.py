"""Rows whose quotation marks are not plain, taken one by one and written again so that they are.

Answers "which cells does such a row hold", or that nobody can tell. A quotation mark never takes more with it than the
line it stands in unless the cell it opens is closed where a cell can end.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from pipelines.ingest.reading.rowends import Marks, broken_lines, looks_like_rows

LINE_END = b"\n"
# Lines of a quoted cell that are compared with rows; swallowed rows begin with the first of them.
MOST_LINES = 1000
# Stands in place of a cell that is too long: the control character for "substitute".
TOO_LONG = "\x1a"


@dataclass(frozen=True)
class Plain:
    """Text in which every row is plain.

    `used` is how much of the original it stands for; `problems` maps the number of a row in it, from 0, to its reason.
    """

    text: bytes
    used: int
    problems: Mapping[int, str]


@dataclass(frozen=True)
class _Row:
    """The cells of one row as they arrived, where its line ends, and its problem or nothing."""

    cells: list[bytes]
    end: int
    problem: str | None = None


@dataclass
class _Written:
    """What has been written so far."""

    parts: list[bytes] = field(default_factory=list)
    problems: dict[int, str] = field(default_factory=dict)
    n_rows: int = 0

    def add_lines(self, text: bytes, n_lines: int) -> None:
        self.parts.append(text)
        self.n_rows += n_lines

    def add_row(self, row: _Row, marks: Marks) -> None:
        cells, problem = _limited(row, marks)
        if problem:
            self.problems[self.n_rows] = problem
        self.parts.append(_joined(cells, marks))
        self.n_rows += 1


def plain_rows(text: bytes, marks: Marks, *, is_last: bool) -> Plain:
    """Write rows again so that every quotation mark in them is plain.

    Lines that are rows by themselves are taken over. In any other row, a quotation mark inside an unquoted cell is a
    character like any other, blanks around a quoted cell are left out, and a quoted cell may go over several lines.
    Where that cannot be read, or the cell has swallowed rows, the line alone is a row with the problem
    `broken_quoting`, split at every delimiter. A cell over the limit becomes `TOO_LONG`, and its row has the problem
    `cell_too_long`.

    Args:
        text: UTF-8 that begins with a row.
        marks: what separates its cells.
        is_last: nothing follows, so a quoted cell that is not closed never will be.
    """
    text = text[: text.rfind(LINE_END) + 1]
    ends, broken = broken_lines(text, marks)
    starts = [0, *ends.tolist()]
    odd = broken.tolist()
    written, line = _Written(), 0
    while line < len(starts) - 1:
        place = bisect_left(odd, line)
        until = odd[place] if place < len(odd) else len(starts) - 1
        if until > line:
            written.add_lines(text[starts[line] : starts[until]], until - line)
            line = until
            continue
        row = _read_row(text, starts[line], marks, is_last=is_last)
        if row is None:
            break
        written.add_row(row, marks)
        line = bisect_right(starts, row.end) - 1
    return Plain(b"".join(written.parts), starts[line], written.problems)


def _read_row(text: bytes, start: int, marks: Marks, *, is_last: bool) -> _Row | None:
    """Read the row that starts here, or nothing if more text is needed to tell where it ends."""
    patterns = _patterns(marks.delimiter, marks.quote)
    cells: list[bytes] = []
    at = start
    while True:
        if patterns.opening.match(text, at):
            quoted = patterns.quoted.match(text, at)
            if quoted is None and _is_open(text, at, patterns, marks) and not is_last:
                return None
            if quoted is None or _has_rows(quoted[1], marks):
                return _one_line(text, start, marks)
            cells.append(quoted[1].replace(patterns.mark * 2, patterns.mark))
            at = quoted.end()
        else:
            end = patterns.unquoted.match(text, at).end()  # type: ignore[union-attr]
            cells.append(text[at:end])
            at = end
        if text[at : at + 1] == LINE_END:
            return _Row(cells, at + 1)
        if len(cells) > marks.most_cells:
            return _Row(cells, text.index(LINE_END, at) + 1)
        at += 1


@dataclass(frozen=True)
class _Patterns:
    """What a cell looks like from its beginning; possessive, so that no text makes matching slow."""

    mark: bytes
    opening: re.Pattern[bytes]
    body: re.Pattern[bytes]
    quoted: re.Pattern[bytes]
    unquoted: re.Pattern[bytes]


@cache
def _patterns(delimiter: int, quote: int | None) -> _Patterns:
    cut = re.escape(bytes([delimiter]))
    unquoted = re.compile(rb"[^%b\n]*+" % cut)
    if quote is None:
        never = re.compile(rb"(?!)")
        return _Patterns(b"", never, never, never, unquoted)
    mark = re.escape(bytes([quote]))
    blanks = b"" if delimiter == ord(" ") else b" *+"
    opening = blanks + mark
    body = rb"((?:[^%b]++|%b%b)*+)" % (mark, mark, mark)
    return _Patterns(
        mark=bytes([quote]),
        opening=re.compile(opening),
        body=re.compile(opening + body),
        quoted=re.compile(opening + body + mark + blanks + rb"(?=[%b\n])" % cut),
        unquoted=unquoted,
    )


def _is_open(text: bytes, at: int, patterns: _Patterns, marks: Marks) -> bool:
    """Tell whether a quoted cell may still be closed by what follows the text."""
    body = patterns.body.match(text, at)
    return body is not None and body.end() == len(text) and not _has_rows(body[1], marks)


def _has_rows(cell: bytes, marks: Marks) -> bool:
    return looks_like_rows(cell.split(LINE_END, MOST_LINES)[1:-1], bytes([marks.delimiter]), marks.usual)


def _one_line(text: bytes, start: int, marks: Marks) -> _Row:
    end = text.index(LINE_END, start)
    return _Row(text[start:end].split(bytes([marks.delimiter])), end + 1, "broken_quoting")


def _limited(row: _Row, marks: Marks) -> tuple[list[bytes], str | None]:
    """Put `TOO_LONG` in place of what exceeds a limit; a row of too many cells keeps none."""
    if len(row.cells) > marks.most_cells:
        return [b""], row.problem or "too_many_cells"
    lengths = [_characters(cell) for cell in row.cells]
    is_row_long = sum(length for length in lengths if length <= marks.longest_cell) > marks.longest_row
    is_long = [is_row_long or length > marks.longest_cell for length in lengths]
    cells = [TOO_LONG.encode() if long else cell for cell, long in zip(row.cells, is_long, strict=True)]
    return cells, row.problem or ("cell_too_long" if any(is_long) else None)


def _characters(cell: bytes) -> int:
    return len(cell) if cell.isascii() else len(cell.decode("utf-8", "replace"))


def _joined(cells: list[bytes], marks: Marks) -> bytes:
    delimiter = bytes([marks.delimiter])
    if marks.quote is None:
        return delimiter.join(cells) + LINE_END
    quote = bytes([marks.quote])
    needs_quotes = re.compile(b"[" + re.escape(quote + delimiter) + b"\n]")
    written = [quote + cell.replace(quote, quote * 2) + quote if needs_quotes.search(cell) else cell for cell in cells]
    return delimiter.join(written) + LINE_END
