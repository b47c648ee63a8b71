"""Rows whose cells carry their own names, as in JSON and in the bulk-load format, set out as a table.

Answers which columns such a file has and in which cell of a row each value stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pipelines.errors import ReadError
from pipelines.ingest.reading.chunks import Line
from pipelines.ingest.reading.limits import limits
from pipelines.ingest.reading.quoting import TOO_LONG

Pairs = Sequence[tuple[str, str]]


class Names:
    """The names of a file's columns, in the order in which they first appear."""

    def __init__(self, path: Path) -> None:
        """Begin without names; `path` is for messages only."""
        self._path = path
        self._places: dict[str, int] = {}

    def add(self, names: Iterable[str]) -> None:
        """Note names.

        Raises:
            ReadError: there are more than columns of any spreadsheet.
        """
        for name in names:
            self._places.setdefault(name, len(self._places))
        if len(self._places) > limits().sheet_columns:
            raise ReadError(
                f"{self._path} names more than {limits().sheet_columns:,} columns, which no export does: values may "
                "stand where names belong. Export it again."
            )

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def heading_line(self) -> Line:
        """Give the names as row 0."""
        return Line(0, {place: name for name, place in self._places.items()})

    def line(self, number: int, pairs: Pairs) -> Line:
        """Give a row; a value over the limit becomes `TOO_LONG`, and its row has the problem `cell_too_long`."""
        longest = limits().cell_characters
        cells = {self._places[name]: value if len(value) <= longest else TOO_LONG for name, value in pairs}
        return Line(number, cells, "cell_too_long" if any(len(value) > longest for _, value in pairs) else None)


def numbered(pairs: Pairs) -> list[tuple[str, str]]:
    """Number the names that come again in one row.

    >>> numbered([("a", "1"), ("b", "2"), ("a", "3")])
    [('a', '1'), ('b', '2'), ('a (2)', '3')]
    """
    seen: dict[str, str] = {}
    for name, value in pairs:
        free, times = name, 1
        while free in seen:
            times += 1
            free = f"{name} ({times})"
        seen[free] = value
    return list(seen.items())
