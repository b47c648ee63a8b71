"""The cells of an OpenDocument spreadsheet, gathered into rows while its content is read.

Answers "what stands in this cell". Formulas give the value that was saved with them; they are never computed. The text
of comments is not kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pipelines.errors import ReadError
from pipelines.ingest.reading.cell_text import iso_text, number_text, period_text
from pipelines.ingest.reading.limits import limits
from pipelines.ingest.reading.markup import Attributes, Elements
from pipelines.ingest.reading.workbooks import Merge, SheetRow

NUMBERS = ("float", "percentage", "currency")
HIDDEN = ("collapse", "filter")
MOST_DIGITS = 9


@dataclass
class Table:
    """One sheet while it is read; `ready` holds the rows that are complete."""

    name: str
    visibility: str
    ready: list[SheetRow] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    is_done: bool = False


def _times(attributes: Attributes, name: str) -> int:
    written = attributes.get(name, "1")
    return max(int(written), 1) if written.isdecimal() and len(written) <= MOST_DIGITS else 1


class OdsCells(Elements):
    """Gathers cells into the rows of tables."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tables: list[Table] = []
        self.has_comments = False
        self._path = path
        self._bounds = limits()
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._nested = self._ignoring = 0
        self._row = self._row_repeats = self._place = self._columns = self._paragraphs = 0
        self._is_hidden = self._is_cell = self._is_row = False
        self._attributes: Attributes = {}
        self._clear_row()
        self.starts = {
            "style:style": self._style_begins,
            "style:table-properties": self._table_properties,
            "table:table": self._table_begins,
            "table:table-column": self._column,
            "table:table-row": self._row_begins,
            "table:table-cell": self._cell_begins,
            "table:covered-table-cell": self._cell_begins,
            "text:p": self._paragraph_begins,
            "text:s": self._spaces,
            "text:tab": self._tab,
            "text:line-break": self._line_break,
            "office:annotation": self._comment_begins,
            "table:tracked-changes": self._comment_begins,
        }
        self.ends = {
            "table:table": self._table_ends,
            "table:table-row": self._row_ends,
            "table:table-cell": self._cell_ends,
            "table:covered-table-cell": self._cell_ends,
            "text:p": self._paragraph_ends,
            "office:annotation": self._comment_ends,
            "table:tracked-changes": self._comment_ends,
        }

    @property
    def _is_ours(self) -> bool:
        """Tell whether the present place belongs to a sheet: not to a comment, nor to a table inside a cell."""
        return self._nested == 1 and not self._ignoring

    def _style_begins(self, attributes: Attributes) -> None:
        self._style = attributes.get("style:name", "")

    def _table_properties(self, attributes: Attributes) -> None:
        if attributes.get("table:display") == "false":
            self._hidden_styles.add(self._style)

    def _comment_begins(self, _: Attributes) -> None:
        self.has_comments = True
        self._ignoring += 1

    def _comment_ends(self) -> None:
        self._ignoring -= 1

    def _table_begins(self, attributes: Attributes) -> None:
        self._nested += 1
        if self._is_ours:
            is_hidden = attributes.get("table:style-name", "") in self._hidden_styles
            self.tables.append(Table(attributes.get("table:name", ""), "hidden" if is_hidden else "visible"))
            self._row = self._columns = 0

    def _table_ends(self) -> None:
        if self._is_ours:
            self.tables[-1].is_done = True
        self._nested -= 1

    def _column(self, attributes: Attributes) -> None:
        if self._is_ours:
            times = _times(attributes, "table:number-columns-repeated")
            if attributes.get("table:visibility") in HIDDEN:
                self.tables[-1].hidden_columns.append((self._columns, self._columns + times - 1))
            self._columns += times

    def _clear_row(self) -> None:
        self._cells: dict[int, str] = {}
        self._row_length = self._formulas = self._uncomputed = 0
        self._row_is_too_long = False

    def _row_begins(self, attributes: Attributes) -> None:
        if self._is_ours:
            self._is_row, self._place = True, 0
            self._row_repeats = _times(attributes, "table:number-rows-repeated")
            self._is_hidden = attributes.get("table:visibility") in HIDDEN

    def _row_ends(self) -> None:
        if not self._is_ours:
            return
        self._is_row = False
        number = self._row + 1
        self._row += self._row_repeats
        if not (self._cells or self._formulas or self._row_is_too_long):
            return
        if self._row > self._bounds.sheet_rows:
            raise self._outside()
        self.tables[-1].ready.append(
            SheetRow(
                number=number,
                cells=self._cells,
                repeats=self._row_repeats,
                is_hidden=self._is_hidden,
                is_too_long=self._row_is_too_long,
                length=self._row_length,
                n_formulas=self._formulas,
                n_uncomputed=self._uncomputed,
            )
        )
        self._clear_row()

    def _cell_begins(self, attributes: Attributes) -> None:
        if self._is_ours and self._is_row:
            self._is_cell, self._attributes = True, attributes
            self._paragraphs, self.is_too_long = 0, False

    def _paragraph_begins(self, _: Attributes) -> None:
        if self._is_cell and self._is_ours:
            if self._paragraphs:
                self.add("\n")
            self._paragraphs += 1
            self.gather()

    def _paragraph_ends(self) -> None:
        if self._is_cell and self._is_ours:
            self.pause()

    def _spaces(self, attributes: Attributes) -> None:
        if self._is_cell and self._is_ours:
            self.add(" " * min(_times(attributes, "text:c"), self._bounds.cell_characters + 1))

    def _tab(self, _: Attributes) -> None:
        if self._is_cell and self._is_ours:
            self.add("\t")

    def _line_break(self, _: Attributes) -> None:
        if self._is_cell and self._is_ours:
            self.add("\n")

    def _cell_ends(self) -> None:
        if not (self._is_cell and self._is_ours):
            return
        self._is_cell = False
        text = self._meaning(self.gathered())
        times = _times(self._attributes, "table:number-columns-repeated")
        if "table:formula" in self._attributes:
            self._formulas += 1
            self._uncomputed += not text and "office:value-type" not in self._attributes
        if text or self.is_too_long:
            self._keep(text, times)
        self._note_merge()
        self._place += times

    def _keep(self, text: str, times: int) -> None:
        if self._place + times > self._bounds.sheet_columns:
            raise self._outside()
        is_too_long = self.is_too_long or len(text) > self._bounds.cell_characters
        self._row_length += len(text) * times
        if is_too_long or self._row_length > self._bounds.row_characters:
            self._row_is_too_long = True
        else:
            self._cells.update(dict.fromkeys(range(self._place, self._place + times), text))

    def _meaning(self, shown: str) -> str:
        stored, kind = self._attributes, self._attributes.get("office:value-type", "")
        if kind in NUMBERS:
            return number_text(stored.get("office:value", ""))
        if kind == "date":
            return iso_text(stored.get("office:date-value", ""))
        if kind == "time":
            return period_text(stored.get("office:time-value", ""))
        if kind == "boolean":
            return stored.get("office:boolean-value", "").upper()
        return shown or stored.get("office:string-value", "")

    def _note_merge(self) -> None:
        wide = _times(self._attributes, "table:number-columns-spanned")
        high = _times(self._attributes, "table:number-rows-spanned")
        if wide == high == 1:
            return
        merges = self.tables[-1].merges
        if len(merges) >= self._bounds.merged_ranges:
            raise self._outside()
        first = self._row + 1
        merges.append(Merge(first, first + high - 1, self._place, self._place + wide - 1))

    def _outside(self) -> ReadError:
        return ReadError(
            f"{self._path} is damaged: cells of a sheet lie outside it. Open it in a spreadsheet program and save it "
            "again."
        )
