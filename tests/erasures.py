"""Acts of erasing in tests: by the command line, with references that come from standard input."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import workspaces
from workspaces import RIVERSIDE, Workspace, make_rows

from pipelines import warehouse
from pipelines.harmonising import harmonise
from pipelines.models import build
from pipelines.publication_periods import set_publication_periods
from pipelines.run import opened, receive_files

NAME = "2026-Q3.csv"
# What stands in no other row: row 41 of the file of riverside.
RARE = {"nationality": "Maltese", "age": "97", "opened": "17/08/2026"}
ROW, REFERENCE = 41, "K0040"


@dataclass(frozen=True)
class Erasing:
    """The command `caseload erase`, called within this process with references on standard input."""

    caseload: Callable[..., Any]
    monkeypatch: pytest.MonkeyPatch

    def __call__(self, workspace: Workspace, references: str, *options: str, source: str = RIVERSIDE) -> Any:
        """Erase the people of these references."""
        self.monkeypatch.setattr("sys.stdin", io.StringIO(references))
        return self.caseload(workspace, "erase", "--reference-file", "-", "--source", source, *options)


def with_a_rare_person(workspace: Workspace) -> Workspace:
    """Let the last person of riverside be like no other."""
    workspace.put(NAME, [*make_rows(39), *make_rows(1, first=40, **RARE)])
    return workspace


def register(workspace: Workspace) -> Path:
    """Give the register of erased people."""
    return workspace.folder / "outputs/internal/erasures.jsonl"


def build_without_publishing(workspace: Workspace) -> Workspace:
    """Read the inbox and build the warehouse, as a run does before it publishes."""
    with opened(workspace.request()) as work:
        receive_files(work)
        harmonise(work.settings, work.profiles, work.database, corrections=work.corrections, key=work.key)
        set_publication_periods(work.database, [], as_of=workspaces.AS_OF)
        build(work.database)
    return workspace


def client_of(workspace: Workspace, row_number: int, *, source: str = RIVERSIDE) -> tuple[str, str]:
    """Give the pseudonyms of the client and the case of a row of the source's first file."""
    records = workspace.table("raw.records").filter(source_id=source, row_number=row_number)
    client, case = records.select("client_key", "case_key").row(0)
    return client or case, case


def tables_that_hold(workspace: Workspace, text: str) -> list[str]:
    """Name the tables of the warehouse in which a text stands anywhere."""
    query = "select schema_name || '.' || table_name from duckdb_tables() where not internal"
    with warehouse.reading(workspace.database) as connection:
        names = sorted(row[0] for row in connection.execute(query).fetchall())
        frames = {name: warehouse.read_frame(connection, f"select * from {name}") for name in names}  # noqa: S608
    return [name for name, frame in frames.items() if text in frame.write_csv()]


def files_that_hold(folder: Path, text: str) -> list[str]:
    """Name the files below a folder in whose bytes a text stands; a pseudonym also as DuckDB stores it."""
    wanted = {text.encode(), *_as_stored(text)}
    found = ((path, path.read_bytes()) for path in sorted(folder.rglob("*")) if path.is_file())
    return [path.relative_to(folder).as_posix() for path, held in found if any(each in held for each in wanted)]


def _as_stored(text: str) -> set[bytes]:
    """Give the bytes of a pseudonym: without hyphens, and as a number of 128 bits whose first bit is turned round."""
    digits = text.replace("-", "")
    if not re.fullmatch("[0-9a-f]{32}", digits):
        return set()
    return {digits.encode(), (int(digits, 16) ^ 1 << 127).to_bytes(16, "little")}
