"""The legal-aid bulk-load format to rows of cells.

It is no table: each line is a record type followed by cells written `KEY=VALUE`, in any order. Answers which record is
a case and what was said about it in the header records above. What the cells mean is left to `extracts.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain
from pathlib import Path

from pipelines.declarations import read_toml
from pipelines.errors import ReadError, SettingsError
from pipelines.ingest.reading.chunks import Line, chunked
from pipelines.ingest.reading.decoding import BLOCK_BYTES
from pipelines.ingest.reading.delimited import read_delimited
from pipelines.ingest.reading.keyed import Names, Pairs, numbered
from pipelines.ingest.reading.rows import Layout, Rows
from pipelines.resources import reference_file

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_GAP = re.compile(r"[\s_-]+")


@contextmanager
def read_bulk_load(path: Path, layout: Layout, *, block_bytes: int = BLOCK_BYTES) -> Iterator[Rows]:
    """Open a file in the bulk-load format.

    The names are those of the header records, such as `SCHEDULE.submissionPeriod`, and then the keys of the records
    that are cases, in capitals, such as `MATTER_TYPE`; a key that comes again in one record is named `KEY (2)`. What a
    header record says holds until the next one of its type, or of a type above it. The file is read twice, because a
    key may appear late.

    Args:
        path: the file; it is not altered.
        layout: gives the encoding, the quotation mark and the record type that is a case.
        block_bytes: how much is read at once.
    Returns:
        Row 0 with the names, then a row for each line. A row without any key is blank. The other record types have the
        problem `header_record` or `aggregate_record`, and what is no record at all has `bulk_load_row`.
    Raises:
        ReadError: the file cannot be opened, is empty, is in another encoding, or holds no record.
    """
    with read_delimited(path, replace(layout, delimiter=","), block_bytes=block_bytes) as rows:
        names = _names(path, _Reading(layout.record).records(rows))
    with read_delimited(path, replace(layout, delimiter=","), block_bytes=block_bytes) as rows:
        lines = chain([names.heading_line()], _lines(_Reading(layout.record).records(rows), names))
        yield Rows(chunked(lines, len(names)), rows.digest, rows.ends_cleanly)


@dataclass(frozen=True)
class _Record:
    """One line: its number, what holds for it by name if it is a case, and why it is none."""

    number: int
    pairs: Pairs = ()
    problem: str | None = None


@dataclass
class _Reading:
    """What is known while lines are read: the record type that is a case, and what the header records above said."""

    case: str
    _said: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def records(self, rows: Rows) -> Iterator[_Record]:
        for chunk in rows.chunks:
            for number, _, problem, kind, *cells in chunk.iter_rows():
                yield self._record(number, (kind or "").strip().upper(), cells, problem)

    def _record(self, number: int, kind: str, cells: Sequence[str | None], problem: str | None) -> _Record:
        pairs = [_pair(cell) for cell in cells if cell and cell.strip()]
        if not kind and not pairs and not problem:
            return _Record(number)
        if not all(name for name, _ in pairs):
            problem = problem or "bulk_load_row"
        if kind in _record_types()["header"]:
            # A header record that cannot be read still ends what the one before it said.
            self._say(kind, [] if problem else pairs)
        problem = problem or _problem(kind, self.case.upper())
        if problem or not pairs:
            return _Record(number, problem=problem)
        return _Record(
            number, [*chain(*self._said.values()), *numbered([(_key(name), value) for name, value in pairs])]
        )

    def _say(self, kind: str, pairs: Pairs) -> None:
        """Note what a header record says, and forget what was said by its type and the types below it."""
        order = _record_types()["header"]
        self._said = {known: said for known, said in self._said.items() if order.index(known) < order.index(kind)}
        self._said[kind] = numbered([(f"{kind}.{_header_key(name)}", value) for name, value in pairs])


def _names(path: Path, records: Iterator[_Record]) -> Names:
    """Gather the names of all cases, those of header records before those of the cases themselves."""
    of_headers, of_cases = Names(path), Names(path)
    for record in records:
        names = [name for name, _ in record.pairs]
        of_headers.add(name for name in names if "." in name)
        of_cases.add(name for name in names if "." not in name)
    if not len(of_cases):
        raise ReadError(
            f"{path} holds no case in the bulk-load format: no line begins with the record type that the profile names "
            "and goes on with cells written KEY=VALUE. Correct file.format and file.record in the profile; if there is "
            "nothing to export, take the file out of the inbox."
        )
    of_headers.add(of_cases)
    return of_headers


def _lines(records: Iterator[_Record], names: Names) -> Iterator[Line]:
    for record in records:
        yield Line(record.number, {}, record.problem) if record.problem else names.line(record.number, record.pairs)


@cache
def _record_types() -> dict[str, list[str]]:
    return read_toml(reference_file("bulk_load.toml"), SettingsError)


def _problem(kind: str, case: str) -> str | None:
    if kind == case:
        return None
    types = _record_types()
    known = {**dict.fromkeys(types["header"], "header_record"), **dict.fromkeys(types["aggregate"], "aggregate_record")}
    return known.get(kind, "bulk_load_row")


def _pair(cell: str) -> tuple[str, str]:
    """Split a cell into its key and its value; the key is empty where there is none."""
    name, mark, value = cell.partition("=")
    return (name.strip() if mark else "", value)


def _key(name: str) -> str:
    """Give the key of a case in capitals, however it is written.

    >>> _key("matterType"), _key("FEE_CODE"), _key("Work concluded-date")
    ('MATTER_TYPE', 'FEE_CODE', 'WORK_CONCLUDED_DATE')
    """
    return _GAP.sub("_", _HUMP.sub("_", name)).replace(".", "_").upper()


def _header_key(name: str) -> str:
    """Give the key of a header record as the official samples write it.

    >>> _header_key("submissionPeriod"), _header_key("SUBMISSION_PERIOD")
    ('submissionPeriod', 'submissionPeriod')
    """
    first, *others = _key(name).lower().split("_")
    return first + "".join(word.capitalize() for word in others)
