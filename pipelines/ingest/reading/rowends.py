"""Where the rows of delimited text end, and whether its quotation marks can mean only one thing.

Answers both for a whole block of text at once, by arithmetic on its bytes. Text that is not plain is left to
`quoting.py`, which takes such rows one by one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LINE_END = ord("\n")
# Columns of a frame beside its cells: number, cells and problem of the row.
OWN_COLUMNS = 3
# A line inside a quoted cell that holds this many delimiters is more likely a row than part of a note.
TELLING = 5
# Where rows have fewer, several lines must look like rows, with this many delimiters together.
TELLING_TOGETHER = 6

# Where quoted cells take more than one byte in this many, looking into each costs more than looking at everything.
MUCH = 4

# Four bytes are enough: no text that is searched is longer than two gigabytes.
Positions = NDArray[np.int32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Marks:
    """What separates cells, as bytes, and what no cell or row exceeds.

    `quote` is None where a source writes none. `usual` is how many delimiters most lines hold, 0 when there are none.
    `longest_cell` and `longest_row` are characters.
    """

    delimiter: int
    quote: int | None
    usual: int
    longest_cell: int
    longest_row: int
    most_cells: int


@dataclass(frozen=True, eq=False)
class RowEnds:
    """The rows that end in a text.

    `ends` gives the position after each row's line end and `n_cells` its cells, a blank row having one. `is_plain` says
    whether every quotation mark of the text opens or closes a whole cell or stands doubled in one, no quoted cell has
    swallowed rows, and nothing is longer than the limits. `is_sure` is False where only the sum of `n_cells` is known.
    """

    ends: Positions
    n_cells: Positions
    is_plain: bool
    is_sure: bool = True

    @property
    def used(self) -> int:
        """Give the number of bytes that the rows take."""
        return int(self.ends[-1]) if len(self.ends) else 0

    @property
    def size(self) -> int:
        """Give the number of cells of a frame as wide as the widest row."""
        return len(self.ends) * (int(self.n_cells.max()) + OWN_COLUMNS) if len(self.ends) else 0


@dataclass(frozen=True, eq=False)
class _Special:
    """The delimiters, quotation marks and line ends of a text: where, which, and whether inside a quoted cell."""

    data: NDArray[np.uint8]
    at: Positions
    kind: NDArray[np.uint8]
    is_quote: Flags
    is_inside: Flags


def find_rows(text: bytes, marks: Marks) -> RowEnds:
    """Find the rows that end in a text which begins with a row.

    Args:
        text: UTF-8.
        marks: what separates its cells.
    """
    special = _special(text, marks)
    counts = ~special.is_quote & ~special.is_inside
    at = special.at[counts]
    last = _places(special.kind[counts] == LINE_END)
    ends = at[last] + 1
    n_cells = np.diff(last, prepend=np.int32(-1))
    is_plain = _is_within(ends, n_cells, at, marks)
    return RowEnds(ends, n_cells, is_plain and (len(special.at) == len(at) or _is_well_quoted(special, marks)))


def _places(flags: Flags) -> Positions:
    return np.flatnonzero(flags).astype(np.int32)


def find_even_rows(text: bytes, marks: Marks) -> RowEnds | None:
    """Find the rows of a text if they seem plain and all as wide as the first, in a third of the time.

    Only the sum of the cells is known: it is right for every row if none has more cells than the first, which whoever
    takes them apart must check.

    Args:
        text: UTF-8 that begins with a row.
        marks: what separates its cells.
    Returns:
        The rows that end in the text, or nothing if they need `find_rows`.
    """
    data = np.frombuffer(text, np.uint8)
    ends = _places(data == LINE_END) + 1
    if not len(ends) or int(np.diff(ends, prepend=0).max()) > min(marks.longest_cell, marks.longest_row):
        return None
    data = data[: ends[-1]]
    delimiters = np.count_nonzero(data == marks.delimiter)
    width = find_rows(text[: ends[0]], marks).n_cells
    if marks.quote is not None and len(width):
        quoted = _quoted_delimiters(data, marks)
        if quoted is None:
            return None
        delimiters -= quoted
    if not len(width) or width[0] > marks.most_cells or delimiters != (int(width[0]) - 1) * len(ends):
        return None
    return RowEnds(ends, np.full(len(ends), width[0], np.int32), is_plain=True, is_sure=False)


def _quoted_delimiters(data: NDArray[np.uint8], marks: Marks) -> int | None:
    """Count the delimiters in quoted cells, or give nothing if one has several lines or they are not plain or few."""
    quotes = _places(data == marks.quote)
    opening, closing = quotes[0::2], quotes[1::2]
    if len(quotes) % 2 or not _are_bordered(data, opening, closing, marks):
        return None
    lengths = closing - opening - 1
    opening, lengths = opening[lengths > 0], lengths[lengths > 0]
    total = int(lengths.sum())
    if total > len(data) // MUCH:
        return None
    before = np.cumsum(lengths) - lengths
    inside = data[np.arange(total) + np.repeat(opening + 1 - before, lengths)]
    return None if (inside == LINE_END).any() else int(np.count_nonzero(inside == marks.delimiter))


def _special(text: bytes, marks: Marks) -> _Special:
    data = np.frombuffer(text, np.uint8)
    found = (data == marks.delimiter) | (data == LINE_END)
    if marks.quote is not None:
        found |= data == marks.quote
    at = _places(found)
    kind = data[at]
    is_quote = kind == marks.quote if marks.quote is not None else np.zeros(len(at), np.bool_)
    is_inside = np.bitwise_xor.accumulate(is_quote.view(np.uint8)).view(np.bool_)
    return _Special(data, at, kind, is_quote, is_inside)


def _is_within(ends: Positions, n_cells: Positions, at: Positions, marks: Marks) -> bool:
    """Tell whether no row or cell exceeds the limits; bytes are at least as many as characters."""
    if not len(ends):
        return True
    longest = int(np.diff(ends, prepend=0).max())
    if longest > marks.longest_row or int(n_cells.max()) > marks.most_cells:
        return False
    return longest <= marks.longest_cell or int(np.diff(at, prepend=-1).max()) <= marks.longest_cell


def _is_well_quoted(special: _Special, marks: Marks) -> bool:
    """Tell whether every quotation mark borders a delimiter, a line end or another one where its cell ends."""
    data, quotes = special.data, special.at[special.is_quote]
    opens = special.is_inside[special.is_quote]
    return _are_bordered(data, quotes[opens], quotes[~opens], marks) and not _has_swallowed(special, marks)


def _are_bordered(data: NDArray[np.uint8], opening: Positions, closing: Positions, marks: Marks) -> bool:
    before = data[np.maximum(opening - 1, 0)]
    if not (_borders(before, marks) | (opening == 0)).all():
        return False
    after = data[np.minimum(closing + 1, len(data) - 1)]
    return bool(_borders(after, marks).all())


def _borders(neighbours: NDArray[np.uint8], marks: Marks) -> Flags:
    found: Flags = (neighbours == marks.delimiter) | (neighbours == LINE_END) | (neighbours == marks.quote)
    return found


def _has_swallowed(special: _Special, marks: Marks) -> bool:
    """Tell whether a line inside a quoted cell holds as many delimiters as a row; what it is is decided row by row."""
    lines = np.flatnonzero(special.kind == LINE_END)
    if not marks.usual or not special.is_inside[lines].any():
        return False
    delimiters = np.cumsum((special.kind == marks.delimiter) & special.is_inside)
    is_inner = special.is_inside[lines[1:]] & special.is_inside[lines[:-1]]
    return bool((is_inner & (np.diff(delimiters[lines]) >= marks.usual)).any())


def looks_like_rows(lines: list[bytes], delimiter: bytes, usual: int) -> bool:
    r"""Tell whether the lines inside a quoted cell are rows that a stray quotation mark has swallowed.

    One line with the delimiters of a row is enough where a row has at least five. Where it has fewer, a note may hold
    as many: then the first lines must each have exactly as many, until there are six together. The first lines decide
    because the cell may not yet be read to its end.

    >>> looks_like_rows([b"a,b,c,d,e,f"], b",", 5), looks_like_rows([b"Dear Sir,", b"yes, please"], b",", 1)
    (True, False)
    """
    counts = [line.count(delimiter) for line in lines]
    if usual >= TELLING:
        return any(count >= usual for count in counts)
    needed = -(-TELLING_TOGETHER // usual) if usual else 0
    return needed > 0 and counts[:needed] == [usual] * needed


def broken_lines(text: bytes, marks: Marks) -> tuple[Positions, Positions]:
    """Find the lines that cannot be taken as rows by themselves.

    Args:
        text: UTF-8 that begins with a row and ends with a line end.
        marks: what separates its cells.
    Returns:
        The position after every line's end, and the numbers, from 0, of the lines that open a quoted cell without
        closing it, hold a quotation mark where none should be, or exceed a limit.
    """
    special = _special(text, marks)
    lines = np.flatnonzero(special.kind == LINE_END)
    ends = special.at[lines] + 1
    line_of = np.cumsum(special.kind == LINE_END) - (special.kind == LINE_END)
    n_cells = np.bincount(line_of[special.kind == marks.delimiter], minlength=len(lines)) + 1
    lengths = np.diff(ends, prepend=0)
    is_broken = (lengths > min(marks.longest_cell, marks.longest_row)) | (n_cells > marks.most_cells)
    if special.is_quote.any():
        is_broken |= _badly_quoted(special, line_of, len(lines), marks)
    return ends, _places(is_broken)


def _badly_quoted(special: _Special, line_of: Positions, n_lines: int, marks: Marks) -> Flags:
    """Tell for each line whether its quotation marks, counted from its beginning, fail to make whole cells."""
    quotes, lines = special.at[special.is_quote], line_of[special.is_quote]
    n_quotes = np.bincount(lines, minlength=n_lines)
    first = np.cumsum(n_quotes) - n_quotes
    opens = (np.arange(len(quotes)) - first[lines]) % 2 == 0
    before = special.data[np.maximum(quotes - 1, 0)]
    after = special.data[np.minimum(quotes + 1, len(special.data) - 1)]
    is_wrong = np.where(opens, ~_borders(before, marks) & (quotes > 0), ~_borders(after, marks))
    is_bad: Flags = (n_quotes % 2 == 1) | (np.bincount(lines, weights=is_wrong, minlength=n_lines) > 0)
    return is_bad
