"""A spreadsheet (.xlsx, .xlsm, .ods) to rows of text cells, as a stream.

Answers "which sheet is read, and what stands in it row by row". Row numbers are those the spreadsheet shows. Formulas
give the value saved with them. Links to other files, macros and queries are never followed. What the file carries
beside the table and may name people stops it, unless the profile throws it away. What the cells mean is left to
`extracts.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from pipelines.errors import IdentifiersFound, ProfileError, ReadError, listed, named_rows
from pipelines.ingest.reading.archives import Archive
from pipelines.ingest.reading.chunks import Line, chunked
from pipelines.ingest.reading.files import open_checked, snapshot
from pipelines.ingest.reading.limits import limits
from pipelines.ingest.reading.merging import Filler, area
from pipelines.ingest.reading.ods import OdsBook
from pipelines.ingest.reading.probing import SeenRows, probe
from pipelines.ingest.reading.rows import Layout, Rows
from pipelines.ingest.reading.workbook_parts import part_meaning
from pipelines.ingest.reading.workbooks import Book, Merge, Sheet, SheetRow, Workbook, shown_name
from pipelines.ingest.reading.xlsx import XlsxBook
from pipelines.ingest.words import normalised


def probe_workbook(path: Path, file_format: str) -> Workbook:
    """Look through a workbook without keeping a value.

    Args:
        path: the file.
        file_format: `xlsx` or `ods`.
    Raises:
        ReadError: it cannot be opened, is damaged, protected by a password or larger than the limits.
    """
    content = snapshot(path, limits().workbook_bytes)
    return probe(path, file_format, _open_book(path, content, file_format), SeenRows())


@contextmanager
def read_spreadsheet(path: Path, layout: Layout) -> Iterator[Rows]:
    """Read one sheet of a spreadsheet.

    The sheet is the one the layout names, else the only visible one that holds anything. Merged cells hold their text
    everywhere. Rows that are hidden stop the file, are kept or set aside, as the layout says.

    Args:
        path: the file; it is not altered.
        layout: `format` is `xlsx` or `ods`; `sheet`, `hidden_rows` and `unread_parts` are used.
    Returns:
        The rows from the first of the sheet to the last filled one.
    Raises:
        ReadError: the file is damaged, empty, protected, larger than the limits, or has formulas without values.
        ProfileError: the sheet is not clear, or rows are hidden and the profile does not say what to do.
        IdentifiersFound: a part that may name people is in the file and not in `unread_parts`.
    """
    with open_checked(path) as file:
        content = file.whole(limits().workbook_bytes)
        book = _open_book(path, content, layout.format)
        seen = SeenRows()
        workbook = probe(path, layout.format, book, seen)
        sheet = _chosen(path, workbook, layout)
        _refuse_naming_parts(path, workbook, sheet, layout)
        _refuse_uncomputed(path, sheet)
        _refuse_hidden_rows(path, sheet, layout)
        digest = sha256(content).hexdigest()
        lines = _lines(_rows_of(book, sheet, seen), sheet, ignores_hidden=layout.hidden_rows == "ignore")
        yield Rows(chunked(lines, sheet.n_columns), digest=lambda: digest, ends_cleanly=lambda: True)


def _open_book(path: Path, content: bytes, file_format: str) -> Book:
    archive = Archive(path, content)
    return OdsBook(path, archive) if file_format == "ods" else XlsxBook(path, archive)


def _rows_of(book: Book, sheet: Sheet, seen: SeenRows) -> Iterator[SheetRow]:
    remembered = seen.of(sheet.index)
    if remembered is not None:
        yield from remembered
        return
    for index, scan in enumerate(book.scans()):
        if index == sheet.index:
            yield from scan.rows()
            return


def _lines(rows: Iterator[SheetRow], sheet: Sheet, *, ignores_hidden: bool) -> Iterator[Line]:
    """Give every row from the first to the last filled one, blank ones included, with merged cells filled out."""
    filler = Filler([merge for merge in sheet.merges if not _is_title(merge, sheet)])
    number = 0
    for row in rows:
        while number + 1 < row.number and number < sheet.n_rows:
            number += 1
            yield Line(number, filler.filled(number, {}))
        while number + 1 < row.number + row.repeats and number < sheet.n_rows:
            number += 1
            yield _line(number, row, filler, ignores_hidden=ignores_hidden)


def _is_title(merge: Merge, sheet: Sheet) -> bool:
    """Tell whether merged cells take the whole width, as a title or a footer does: it stands in its first cell only."""
    return merge.first_cell == 0 and merge.last_cell == sheet.n_columns - 1 and sheet.n_columns > 1


def _line(number: int, row: SheetRow, filler: Filler, *, ignores_hidden: bool) -> Line:
    cells = filler.filled(number, row.cells)
    is_long = row.is_too_long or sum(map(len, cells.values())) > limits().row_characters
    problem = "hidden_row" if row.is_hidden and ignores_hidden else "cell_too_long" if is_long else None
    return Line(number, {} if is_long else cells, problem)


def _chosen(path: Path, workbook: Workbook, layout: Layout) -> Sheet:
    """Give the sheet that is read."""
    filled = workbook.filled_sheets
    if not filled:
        raise ReadError(
            f"{path} is empty. Export it again; if there is nothing to export, take the file out of the inbox."
        )
    if layout.sheet:
        named = [sheet for sheet in workbook.sheets if normalised(sheet.name) == normalised(layout.sheet)]
        candidates = [sheet for sheet in named if sheet.name == layout.sheet] or named
    else:
        candidates = [sheet for sheet in filled if sheet.visibility == "visible"] or list(filled)
    if len(candidates) != 1:
        names = ", ".join(f'"{shown_name(sheet.name)}"' for sheet in filled[:20])
        fault = f'has no sheet "{layout.sheet}"' if layout.sheet else "has several sheets that hold something"
        raise ProfileError(
            f"{path} {fault}. Name the one to read under [file] of the profile (sheet = …). Sheets that hold "
            f"something: {names}."
        )
    _check_chosen(path, candidates[0])
    return candidates[0]


def _check_chosen(path: Path, sheet: Sheet) -> None:
    place = f'{path}, sheet "{shown_name(sheet.name)}",'
    if not sheet.holds_data:
        raise ReadError(f"{place} is empty. Export it again, or name another sheet in the profile.")
    if area(sheet.merges) > limits().sheet_extent:
        raise ReadError(f"{place} has merged cells that lie over each other. Save it again in a spreadsheet program.")


def _refuse_naming_parts(path: Path, workbook: Workbook, sheet: Sheet, layout: Layout) -> None:
    found = [
        f'"{part}": {part_meaning(part)}' for part in workbook.naming_parts(sheet) if part not in layout.unread_parts
    ]
    if found:
        heading = (
            f"{path} carries more than the sheet that is read, and it may name people, so nothing of it was stored. "
            "List each part under [drop] of the profile (file_parts = …) to leave it unread, or take it out of it:"
        )
        raise IdentifiersFound(listed(found, heading=heading))


def _refuse_uncomputed(path: Path, sheet: Sheet) -> None:
    if sheet.n_uncomputed:
        raise ReadError(
            f'{path}, sheet "{shown_name(sheet.name)}", has formulas that were saved without their results '
            f"({_told(sheet.uncomputed_rows, sheet.n_uncomputed)}). Open it in a spreadsheet program and save it again."
        )


def _refuse_hidden_rows(path: Path, sheet: Sheet, layout: Layout) -> None:
    if sheet.n_hidden_rows and layout.hidden_rows == "stop":
        raise ProfileError(
            f'{path}, sheet "{shown_name(sheet.name)}", has hidden rows '
            f"({_told(sheet.hidden_rows, sheet.n_hidden_rows)}), often left by a filter. Show or delete them, or say "
            'under [file] of the profile what they are: hidden_rows = "keep" to count them, "ignore" to leave them out.'
        )


def _told(numbers: tuple[int, ...], total: int) -> str:
    more = f", {total:,} in all" if total > len(numbers) else ""
    return named_rows(list(numbers)) + more
