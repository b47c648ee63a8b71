"""An Excel workbook (.xlsx, .xlsm) as its parts: sheets, shared texts, number formats.

Answers "which sheets are there and in which parts do they lie". Macros, links to other files and queries are never
followed. The cells of one sheet are left to `xlsx_sheet.py`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipelines.errors import ReadError
from pipelines.ingest.reading.archives import Archive, damaged
from pipelines.ingest.reading.cell_text import BUILT_IN, PLAIN, format_kind, unescaped
from pipelines.ingest.reading.limits import limits
from pipelines.ingest.reading.markup import Attributes, Elements, local_attribute
from pipelines.ingest.reading.workbook_parts import parts_of
from pipelines.ingest.reading.xlsx_sheet import XlsxCells, XlsxScan

STATES = {"hidden": "hidden", "veryHidden": "very hidden"}


class XlsxBook:
    """An opened Excel workbook."""

    def __init__(self, path: Path, archive: Archive) -> None:
        self._path = path
        self._archive = archive
        home = _home(path, archive)
        outline = _Outline(path, archive, home)
        targets = _relations(path, archive, home)
        if any(key not in targets for _, _, key in outline.sheets):
            raise damaged(path)
        # Chart sheets and dialogues have no cells.
        listed = [entry for entry in outline.sheets if targets[entry[2]][0].endswith("/worksheet")]
        self._targets = [targets[key][1] for _, _, key in listed]
        self._names = [(name, state) for name, state, _ in listed]
        self.epoch = outline.epoch
        self.parts = parts_of(path, archive, "xlsx")
        self._texts = _shared_texts(path, archive, _of_type(targets.values(), "/sharedStrings"))
        self._formats = _formats(path, archive, _of_type(targets.values(), "/styles"))

    def scans(self) -> Iterator[XlsxScan]:
        """Give every sheet in order."""
        for (name, visibility), target in zip(self._names, self._targets, strict=True):
            cells = XlsxCells(self._path, texts=self._texts, formats=self._formats, epoch=self.epoch)
            yield XlsxScan(name, visibility, cells, self._archive.blocks(target))


def _home(path: Path, archive: Archive) -> str:
    """Give the name of the part that lists the sheets; most programs call it xl/workbook.xml, but not all."""
    if "_rels/.rels" in archive:
        found = _of_type(_relations(path, archive, "").values(), "/officeDocument")
        if found:
            return found
    return "xl/workbook.xml"


def _of_type(relations: Iterable[tuple[str, str]], ending: str) -> str:
    return next((target for kind, target in relations if kind.endswith(ending)), "")


class _Relations(Elements):
    def __init__(self, folder: str) -> None:
        super().__init__()
        self.found: dict[str, tuple[str, str]] = {}
        self._folder = folder
        self.starts = {"Relationship": self._relation}

    def _relation(self, attributes: Attributes) -> None:
        if attributes.get("TargetMode") == "External":
            return
        target = attributes.get("Target", "").replace("\\", "/")
        inside = posixpath.normpath(posixpath.join("/", self._folder, target)).lstrip("/")
        self.found[attributes.get("Id", "")] = (attributes.get("Type", ""), inside)


def _relations(path: Path, archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """Give what a part refers to inside the archive: the type and the name of each target."""
    folder, name = posixpath.split(part)
    reader = _Relations(folder)
    reader.read(path, archive.blocks(posixpath.join(folder, "_rels", f"{name}.rels")))
    return reader.found


class _Outline(Elements):
    """The list of sheets: name, state and key of each, and the year days are counted from."""

    def __init__(self, path: Path, archive: Archive, home: str) -> None:
        super().__init__()
        self.sheets: list[tuple[str, str, str]] = []
        self.epoch = 1900
        self.starts = {"sheet": self._sheet, "workbookPr": self._settings}
        self._path = path
        self.read(path, archive.blocks(home))

    def _sheet(self, attributes: Attributes) -> None:
        state = STATES.get(attributes.get("state", ""), "visible")
        self.sheets.append((attributes.get("name", ""), state, local_attribute(attributes, "id")))
        if len(self.sheets) > limits().sheets:
            raise ReadError(f"{self._path} has more than {limits().sheets} sheets. Export the one that matters as CSV.")

    def _settings(self, attributes: Attributes) -> None:
        if attributes.get("date1904", "") in ("1", "true", "on"):
            self.epoch = 1904


class _Texts(Elements):
    """The texts that cells share; one longer than a cell can be is None."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.found: list[str | None] = []
        self._path = path
        self._left = limits().shared_characters
        self.starts = {"si": self._begin, "t": self._text_begins, "rPh": self._reading_begins}
        self.ends = {"si": self._done, "t": self.pause, "rPh": self._reading_ends}
        self._is_reading = False

    def _begin(self, _: Attributes) -> None:
        self.is_too_long = False

    def _text_begins(self, _: Attributes) -> None:
        if not self._is_reading:
            self.gather()

    def _reading_begins(self, _: Attributes) -> None:
        """Leave out how a text is pronounced, which stands beside it in some languages."""
        self._is_reading = True

    def _reading_ends(self) -> None:
        self._is_reading = False

    def _done(self) -> None:
        text = self.gathered()
        self._left -= len(text) + 1
        if self._left < 0:
            raise ReadError(
                f"{self._path} holds more than {limits().shared_characters:,} characters of text. Export it as CSV, or "
                "for a shorter time."
            )
        self.found.append(None if self.is_too_long else unescaped(text))


def _shared_texts(path: Path, archive: Archive, part: str) -> list[str | None]:
    if not part or part not in archive:
        return []
    reader = _Texts(path)
    reader.read(path, archive.blocks(part))
    return reader.found


class _Formats(Elements):
    """What each cell style makes of a number: `date`, `time`, `elapsed` or plain."""

    def __init__(self) -> None:
        super().__init__()
        self._codes: dict[str, str] = {}
        self._numbers: list[str] = []
        self._is_inside = False
        self.starts = {"numFmt": self._code, "cellXfs": self._enter, "xf": self._style}
        self.ends = {"cellXfs": self._leave}

    def kinds(self) -> list[str]:
        """Give the kind of every style, in the order cells refer to them."""
        return [self._kind(number) for number in self._numbers]

    def _kind(self, number: str) -> str:
        if number in self._codes:
            return format_kind(self._codes[number])
        return BUILT_IN.get(int(number), PLAIN) if number.isdecimal() and len(number) < 6 else PLAIN

    def _code(self, attributes: Attributes) -> None:
        self._codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")[:1000]

    def _enter(self, _: Attributes) -> None:
        self._is_inside = True

    def _leave(self) -> None:
        self._is_inside = False

    def _style(self, attributes: Attributes) -> None:
        if self._is_inside:
            self._numbers.append(attributes.get("numFmtId", "0"))


def _formats(path: Path, archive: Archive, part: str) -> list[str]:
    if not part or part not in archive:
        return []
    reader = _Formats()
    reader.read(path, archive.blocks(part))
    return reader.kinds()
