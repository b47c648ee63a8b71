"""Workbooks of invented briefs, read back as a reader's program does: cells by openpyxl, the rest from the XML."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import openpyxl
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.publish.brief import Brief
from pipelines.publish.page import lay_out
from pipelines.publish.workbook import workbook_bytes
from tests.builders import make_brief, make_edition
from tests.comparisons import HIDING, ROUNDING, benchmark, findings, tables
from tests.rounded import centre_brief, rounded_brief

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FRONT = ("cover", "contents", "notes")


@dataclass(frozen=True)
class Part:
    """One sheet: its page, the row of the column heads, the heads, and the rows of cells below."""

    page: Worksheet
    top: int
    heads: list[str]
    rows: list[list[Cell]]

    def column(self, head: str) -> list[Any]:
        """Give the values below a head."""
        return [row[self.heads.index(head)].value for row in self.rows]


def compared_brief(*, is_rounded: bool = True) -> Brief:
    """Build a brief whose findings compare groups with a benchmark: clearly lower, hidden, not collected."""
    figures = {"AGED_55_PLUS": {"Y": 60, "N": 1920, "_U": 20}, "DUAL_NATIONAL": {"Y": None, "N": None, "_U": 0}}
    rule = ROUNDING if is_rounded else HIDING
    if is_rounded:
        del figures["DUAL_NATIONAL"]
    shown = tables(figures, rule=rule)
    used = (benchmark(), benchmark("group_code"), benchmark("gender_code"))
    found = tuple(findings(shown, used, without={"client_role": ("riverside-settled", "north")}).values())
    own = {} if is_rounded else {"centre_name": "Riverside Law Centre"}
    edition = make_edition(audience="public" if is_rounded else "centre-riverside", **own)
    described = tuple(each.described() for each in used)
    return make_brief(edition=edition, tables=shown, findings=found, rule=rule, benchmarks=described)


@cache
def invented() -> dict[str, Brief]:
    """Build one brief of each kind."""
    return {
        "hidden figures": make_brief(),
        "network": rounded_brief(),
        "public": rounded_brief(edition=make_edition(audience="public", is_provisional=False)),
        "centre": centre_brief(),
        "compared": compared_brief(),
        "compared centre": compared_brief(is_rounded=False),
    }


@cache
def made(kind: str) -> bytes:
    """Give the workbook of one of the invented briefs."""
    return write(invented()[kind])


@cache
def read(kind: str) -> dict[str, Part]:
    """Read the workbook of one of the invented briefs."""
    return parts(made(kind))


def write(brief: Brief) -> bytes:
    """Write the workbook of a brief."""
    return workbook_bytes(brief, lay_out(brief))


def named(brief: Brief, name: str) -> Brief:
    """Give everything in a brief that a person may name the same name."""
    every = {dimension: dict.fromkeys(labels, name) for dimension, labels in brief.labels.items()}
    words = replace(brief.words, **dict.fromkeys(vars(brief.words), name))
    edition = replace(brief.edition, network_name=name, title=name, about=name)
    return replace(brief, labels=every, words=words, edition=edition, notes=(name,), not_collected={"age": (name,)})


def parts(data: bytes) -> dict[str, Part]:
    """Read every sheet by the name of its table."""
    found = {}
    for page in openpyxl.load_workbook(BytesIO(data)).worksheets:
        (table,) = page.tables.values()
        heads, *rows = page[table.ref]
        names = [cell.value for cell in heads]
        found[table.displayName] = Part(page, heads[0].row, names, [list(row) for row in rows])
    return found


def xml(data: bytes, beginning: str = "") -> dict[str, ET.Element]:
    """Read the XML parts of a workbook whose names begin so."""
    with ZipFile(BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if name.startswith(beginning)]
        return {name: ET.fromstring(archive.read(name)) for name in names}  # noqa: S314 - made by the test itself
