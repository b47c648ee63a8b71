"""The door for every file: what it is, whether it is what its profile says, and who reads it.

Answers "give me the rows of this file" and, for a file that nobody has described yet, "how is it laid out". How each
format is read is left to its reader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from pipelines.errors import ReadError
from pipelines.ingest.reading.files import open_checked
from pipelines.ingest.reading.kinds import PARQUET, TEXT, XLSX, kind_of
from pipelines.ingest.reading.rows import SPREADSHEETS, Layout, Rows
from pipelines.ingest.reading.workbooks import Sheet, Workbook, shown_name

Reader = Callable[[Path, Layout], AbstractContextManager[Rows]]

# Imported when a file of the kind is opened, so that a centre that only has text never waits for the other packages.
READERS = {
    "csv": ("delimited", "read_delimited"),
    "jsonl": ("jsonlines", "read_json_lines"),
    "bulk-load": ("bulkload", "read_bulk_load"),
    "xlsx": ("spreadsheets", "read_spreadsheet"),
    "ods": ("spreadsheets", "read_spreadsheet"),
    "parquet": ("parquet", "read_parquet"),
}
# Enough to tell how a text is laid out; what comes later may still be otherwise, and is then told by its reader.
SNIFFED_BYTES = 1_000_000
CALLED = {
    TEXT: "a text file",
    XLSX: "an Excel workbook (.xlsx)",
    "ods": "an OpenDocument spreadsheet (.ods)",
    PARQUET: "a Parquet file",
}


@dataclass(frozen=True)
class Sniffed:
    """How an unknown file is laid out, as far as its content shows.

    `evidence` says in one sentence each what was seen; `workbook` is there for spreadsheets only. The layout of a
    workbook keeps hidden rows and leaves every other part unread, so that the file can be looked at; whether that is
    right is a question for a person.
    """

    layout: Layout
    evidence: tuple[str, ...]
    workbook: Workbook | None = None

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """Give the sheets of a workbook; none for other files."""
        return self.workbook.sheets if self.workbook else ()


@contextmanager
def open_rows(path: Path, layout: Layout) -> Iterator[Rows]:
    """Open a file and give its rows, whatever its format.

    Args:
        path: a file of the inbox; it is not altered.
        layout: how it is laid out, by its profile.
    Returns:
        The rows, a chunk at a time; see `rows.Rows`.
    Raises:
        ReadError: the file is unsafe, damaged, too large, changes while it is read, or is something else than the
            layout says.
        ProfileError: the profile leaves open which sheet is read, or what hidden rows are.
        IdentifiersFound: a part of a workbook may name people.
    """
    _check_format(path, kind_of(path), layout)
    with _reader(layout.format)(path, layout) as rows:
        yield rows


def _reader(file_format: str) -> Reader:
    module, name = READERS[file_format]
    reader: Reader = getattr(import_module(f"pipelines.ingest.reading.{module}"), name)
    return reader


def _check_format(path: Path, kind: str, layout: Layout) -> None:
    expected = layout.format if layout.format in CALLED else TEXT
    if kind != expected:
        raise ReadError(
            f'{path} is {CALLED[kind]}, whatever its name says, but its profile says format = "{layout.format}", '
            f"{CALLED[expected]}. Export it as the profile says, or correct format under [file] of the profile."
        )


def sniff(path: Path) -> Sniffed:
    """Find out how a file is laid out.

    Args:
        path: the file.
    Raises:
        ReadError: it is unsafe, damaged, too large or of a kind that cannot be read.
    """
    kind = kind_of(path)
    if kind in SPREADSHEETS:
        return _sniffed_workbook(path, kind)
    if kind == PARQUET:
        return Sniffed(Layout(format=PARQUET), ("The file begins as Parquet does.",))
    return _sniffed_text(path)


def _sniffed_text(path: Path) -> Sniffed:
    from pipelines.ingest.reading.sniffing import sniff_text

    with open_checked(path) as file:
        head = file.read(SNIFFED_BYTES + 1)
    layout, evidence = sniff_text(head[:SNIFFED_BYTES], is_whole=len(head) <= SNIFFED_BYTES)
    return Sniffed(layout, evidence)


def _sniffed_workbook(path: Path, kind: str) -> Sniffed:
    from pipelines.ingest.reading.spreadsheets import probe_workbook

    workbook = probe_workbook(path, kind)
    filled = workbook.filled_sheets
    if not filled:
        raise ReadError(
            f"{path} is empty. Export it again; if there is nothing to export, take the file out of the inbox."
        )
    # The table of cases is nearly always the largest; hidden sheets are lists behind drop-down cells.
    chosen = max(filled, key=lambda sheet: (sheet.visibility == "visible", sheet.n_cells))
    layout = Layout(
        format=kind,
        sheet=chosen.name if len(filled) > 1 else "",
        hidden_rows="keep" if chosen.n_hidden_rows else "stop",
        unread_parts=workbook.naming_parts(chosen),
    )
    return Sniffed(layout, tuple(_seen(workbook, chosen)), workbook)


def _seen(workbook: Workbook, chosen: Sheet) -> Iterator[str]:
    """Say what was seen in a workbook, in sentences without values."""
    called = shown_name(chosen.name)
    yield f'The sheet "{called}" reaches to row {chosen.n_rows:,} and has {chosen.n_columns} columns.'
    others = [f'"{shown_name(sheet.name)}"' for sheet in workbook.filled_sheets if sheet.index != chosen.index]
    counts = {
        f"Other sheets hold something too: {', '.join(others)}.": len(others),
        f"{chosen.n_hidden_rows:,} rows are hidden.": chosen.n_hidden_rows,
        f"{len(chosen.hidden_columns)} columns are hidden.": len(chosen.hidden_columns),
        f"{len(chosen.merges):,} groups of cells are merged.": len(chosen.merges),
        f"{chosen.n_formulas:,} cells hold formulas; their saved results are read.": chosen.n_formulas,
        f"{chosen.n_uncomputed:,} formulas were saved without results.": chosen.n_uncomputed,
        "Days are counted from 1904.": int(workbook.epoch == 1904),
        f"The file also carries: {', '.join(workbook.parts)}.": len(workbook.parts),
    }
    yield from (sentence for sentence, count in counts.items() if count)
