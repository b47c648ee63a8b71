"""Workbooks for tests: saved by a program, or written by hand, part by part, for what no program would save."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl

from pipelines.ingest.reading.opening import open_rows
from pipelines.ingest.reading.rows import Layout

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
ODS_MEDIA_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
ODS_SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
    for short in ["office", "table", "text", "style"]
)


def xlsx_parts(sheet_data: str, *, before: str = "", after: str = "", sheet_name: str = "Cases") -> dict[str, str]:
    """Give the parts of a workbook of one sheet whose rows are written out."""
    return {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="a" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        f'<sheet name="{sheet_name}" sheetId="1" r:id="b"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="b" '
        f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="c" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}">{before}<sheetData>{sheet_data}</sheetData>{after}'
        "</worksheet>",
    }


def ods_parts(body: str, styles: str = "") -> dict[str, str]:
    """Give the parts of an OpenDocument spreadsheet whose tables are written out."""
    return {
        "mimetype": ODS_MEDIA_TYPE,
        "content.xml": f"<office:document-content {ODS_SPACES}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
        "</office:document-content>",
    }


def pack(path: Path, parts: Mapping[str, str | bytes]) -> Path:
    """Write parts into an archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def pack_large(
    path: Path, parts: Mapping[str, str], name: str, write: Callable[[Callable[[bytes], object]], None]
) -> Path:
    """Write parts into an archive, and one large part piece by piece."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for other, content in parts.items():
            if other != name:
                archive.writestr(other, content)
        with archive.open(name, "w", force_zip64=True) as stream:
            write(stream.write)
    return path


XLSX = Layout(format="xlsx")
ODS = Layout(format="ods")


def grid(path: Path, layout: Layout = XLSX) -> dict[int, list[str]]:
    """Read a whole file: the cells of every row by its number."""
    with open_rows(path, layout) as rows:
        frame = pl.concat(list(rows.chunks), how="diagonal")
    cells = [name for name in frame.columns if name.startswith("cell_")]
    return {row["row_number"]: [row[name] for name in cells] for row in frame.iter_rows(named=True)}


def problems(path: Path, layout: Layout = XLSX) -> dict[int, str | None]:
    """Read a whole file: the problem of every row by its number."""
    with open_rows(path, layout) as rows:
        frame = pl.concat(list(rows.chunks), how="diagonal")
    return dict(frame.select("row_number", "problem").iter_rows())


def made(path: Path, rows: list[list[Any]], **options: Any) -> Path:
    """Save rows as a workbook; `options` are passed to `change`, which may alter it first."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if "change" in options:
        options["change"](book, book.active)
    book.save(path)
    return path


ROW = '<row r="1"><c r="A1" t="str"><v>Ref</v></c></row>'
# Generous: each hostile file takes a second or two alone on a small machine.
SECONDS = 60


def read(path: Path, layout: Layout = XLSX) -> pl.DataFrame:
    """Read a whole file."""
    with open_rows(path, layout) as rows:
        return pl.concat(list(rows.chunks), how="diagonal")


def read_in_little_memory(path: Path, layout: Layout, megabytes: int) -> str:
    """Read a file in a process of its own that may not have more memory than this, and give what it said."""
    code = (
        "import sys, polars, pyarrow.parquet, pyarrow.compute\n"
        "from pathlib import Path\n"
        "from pipelines.errors import CaseloadError\n"
        "from pipelines.ingest.reading.opening import open_rows\n"
        "from pipelines.ingest.reading.rows import Layout\n"
        "import resource\n"
        "from pipelines.ingest.reading import spreadsheets, parquet\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "n = 0\n"
        "try:\n"
        f"    with open_rows(Path({str(path)!r}), {layout!r}) as rows:\n"
        "        for chunk in rows.chunks:\n"
        "            n += chunk.height\n"
        "    print('rows', n)\n"
        "except CaseloadError as error:\n"
        "    print(error)\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1000, 'MB more')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=SECONDS, check=True)
    *said, grown = done.stdout.strip().splitlines()
    assert int(grown.split()[0]) < megabytes, grown
    return "\n".join(said)
