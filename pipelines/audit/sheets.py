"""A workbook as a person or a program finds it: sheets, cells and one table in each.

Answers "what stands in which cell". The archive is opened part by part with limits; a part or an element that a
workbook of figures has no use for is named, and so is a text that is in the file and in no cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

_MOST_PARTS, _MOST_BYTES = 500, 60_000_000
_PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core)\.xml"
    r"|xl/(workbook|styles|sharedStrings)\.xml|xl/_rels/workbook\.xml\.rels|xl/theme/theme1\.xml"
    r"|xl/worksheets/sheet\d+\.xml|xl/worksheets/_rels/sheet\d+\.xml\.rels|xl/tables/table\d+\.xml"
)
# Everything a sheet may be made of.
_ELEMENTS = frozenset(
    {
        "worksheet", "sheetPr", "pageSetUpPr", "tabColor", "dimension", "sheetViews", "sheetView", "selection",
        "sheetFormatPr", "cols", "col", "sheetData", "row", "c", "v", "is", "t", "hyperlinks", "hyperlink",
        "pageMargins", "pageSetup", "tableParts", "tablePart", "ignoredErrors", "ignoredError",
    }
)  # fmt: skip
_VALUES = frozenset({"v", "is"})
_HIDES = frozenset({"hidden", "zeroHeight", "collapsed"})
_FORMAT = re.compile(r"General|[#0,.%]+|0+")
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REFUSED = (b"<!DOCTYPE", b"<!ENTITY")
Value = str | float


class UnreadableWorkbookError(Exception):
    """The file is no workbook, or one that nobody can read for certain."""


@dataclass(frozen=True)
class Sheet:
    """A sheet: `cells` by (row, column) from 1, and those of its table by rows.

    `lines` stand outside the table; `about` are the words of the table for those who cannot see it; `links` are the
    text of a cell, what it is said to show, and the sheet it leads to.
    """

    name: str
    cells: Mapping[tuple[int, int], Value]
    table_name: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    lines: tuple[Value, ...]
    about: tuple[str, ...]
    links: tuple[tuple[Value, str, str], ...]


@dataclass(frozen=True)
class Workbook:
    """Its sheets in order; `properties` and `program` are what it says of itself; `strange` has no place in it."""

    sheets: tuple[Sheet, ...]
    properties: Mapping[str, str]
    program: tuple[str, ...]
    strange: tuple[str, ...]


@lru_cache(maxsize=4)
def read_workbook(data: bytes) -> Workbook:
    """Read a workbook.

    Raises:
        UnreadableWorkbookError: it is damaged, too large, or made in a way that nobody knows how to judge.
    """
    try:
        with ZipFile(BytesIO(data)) as archive:
            infos = archive.infolist()
            if len(infos) > _MOST_PARTS or sum(info.file_size for info in infos) > _MOST_BYTES or archive.comment:
                raise UnreadableWorkbookError
            parts = {info.filename: archive.read(info) for info in infos}
        if len(parts) != len(infos):
            raise UnreadableWorkbookError
        return _workbook({name: _parsed(content) for name, content in parts.items()})
    except (BadZipFile, KeyError, ValueError, IndexError, TypeError, AttributeError, NotImplementedError, RuntimeError):
        raise UnreadableWorkbookError from None
    except (ElementTree.ParseError, EOFError, OSError):
        raise UnreadableWorkbookError from None


def _parsed(content: bytes) -> Any:
    if any(each in content for each in _REFUSED):
        raise UnreadableWorkbookError
    return ElementTree.fromstring(content)  # noqa: S314 - no document type, no entities


def _workbook(parts: Mapping[str, Any]) -> Workbook:
    strings = ["".join(item.itertext()) for item in parts["xl/sharedStrings.xml"]]
    used: set[int] = set()
    targets = _relations(parts["xl/_rels/workbook.xml.rels"], "xl/")
    listed = parts["xl/workbook.xml"].findall(".//{*}sheet")
    sheets = [_sheet(parts, targets[each.get(_RELATION)], each.get("name"), strings, used) for each in listed]
    strange = [*_strange(parts), *(name for each in listed for name in ("state",) if name in each.attrib)]
    if used != set(range(len(strings))):
        strange.append("a text that stands in no cell")
    return Workbook(
        sheets=tuple(sheets),
        properties={_bare(each.tag): each.text or "" for each in parts["docProps/core.xml"]},
        program=tuple(each.text for each in parts["docProps/app.xml"].iter() if each.text and each.text.strip()),
        strange=tuple(dict.fromkeys(strange)),
    )


def _strange(parts: Mapping[str, Any]) -> Iterator[str]:
    """Name what is in the file and has no use: other parts, names, programs, addresses outside, hidden rows."""
    yield from ("a part that nobody knows" for name in parts if not _PARTS.fullmatch(name))
    if parts["xl/workbook.xml"].find(".//{*}definedName") is not None:
        yield "a name for cells"
    for name, root in parts.items():
        if name.endswith(".rels"):
            yield from ("an address outside" for each in root if each.get("TargetMode", "Internal") != "Internal")
        elif name.startswith("xl/worksheets/"):
            yield from _strange_elements(root)
    for each in parts["xl/styles.xml"].findall(".//{*}numFmt"):
        if not _FORMAT.fullmatch(each.get("formatCode", "")):
            yield "a format with words in it"


def _strange_elements(root: Any) -> Iterator[str]:
    for each in root.iter():
        if _bare(each.tag) not in _ELEMENTS:
            yield f"<{_bare(each.tag)}> in a sheet"
        if _HIDES & each.attrib.keys():
            yield "a hidden row or column"
        if _RELATION in each.attrib and _bare(each.tag) != "tablePart":
            yield "an address outside"


def _relations(root: Any, folder: str) -> dict[str, str]:
    """Give the parts that a part leads to, by the name it uses for each."""
    return {each.get("Id"): each.get("Target").replace("../", folder).removeprefix("/") for each in root} | {
        each.get("Id"): folder + each.get("Target") for each in root if not each.get("Target").startswith(("../", "/"))
    }


def _sheet(parts: Mapping[str, Any], path: str, name: str, strings: list[str], used: set[int]) -> Sheet:  # noqa: PLR0917
    root = parts[path]
    cells = dict(_cells(root, strings, used))
    relations = _relations(parts[f"xl/worksheets/_rels/{path.rpartition('/')[2]}.rels"], "xl/")
    tables = [parts[relations[each.get(_RELATION)]] for each in root.iter() if _bare(each.tag) == "tablePart"]
    table, *further = tables
    if further or table.find("{*}autoFilter") is not None or table.get("name") != table.get("displayName"):
        raise UnreadableWorkbookError
    first, last = (_place(end) for end in table.get("ref").split(":"))
    within = [tuple(cells[row, at] for at in range(first[1], last[1] + 1)) for row in range(first[0], last[0] + 1)]
    heads = tuple(str(each.get("name")) for each in table.findall(".//{*}tableColumn"))
    outside = {place: value for place, value in cells.items() if not first[0] <= place[0] <= last[0]}
    if within[0] != heads or any(column != 1 for _, column in outside):
        raise UnreadableWorkbookError
    told = [each for each in table.iter() if _bare(each.tag) == "table" and each is not table]
    about = [value for each in told for value in each.attrib.values()]
    lines = tuple(value for _, value in sorted(outside.items()))
    links = tuple(
        (cells[_place(each.get("ref"))], each.get("display", ""), each.get("location", ""))
        for each in root.findall(".//{*}hyperlink")
    )
    return Sheet(name, cells, str(table.get("name")), heads, tuple(within[1:]), lines, tuple(about), links)


def _cells(root: Any, strings: list[str], used: set[int]) -> Iterator[tuple[tuple[int, int], Value]]:
    for cell in (each for each in root.iter() if _bare(each.tag) == "c"):
        kind = cell.get("t", "n")
        text = "".join(text for each in cell if _bare(each.tag) in _VALUES for text in each.itertext())
        if kind == "s":
            used.add(int(text))
            yield _place(cell.get("r")), strings[int(text)]
        elif kind in {"n", "inlineStr"} and text:
            yield _place(cell.get("r")), float(text) if kind == "n" else text
        elif kind not in {"n", "inlineStr"}:
            raise UnreadableWorkbookError


def _place(reference: str) -> tuple[int, int]:
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise UnreadableWorkbookError
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


def _bare(tag: str) -> str:
    return tag.rpartition("}")[2]
