"""Whether the warehouse is what a refresh would make of it now, so that a run need not be repeated as a whole.

Answers "has anything changed since". After a refresh a mark is left beside the database: a digest of everything the
refresh depended on. A later run that finds the same digest and the same database has nothing to read or to build. When
in doubt the answer is no: a refresh done twice costs time, one left out would cost figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from pipelines import __version__
from pipelines.accounting import read_accounts, totals
from pipelines.keys import key_id, network_key
from pipelines.ledger import FILE_NAME as LEDGER
from pipelines.request import Request
from pipelines.resources import PACKAGE, expectations_folder, sql_folder
from pipelines.settings import Settings
from pipelines.warehouse import current_database

MARK = "refreshed"
# What commands make; only the ledger of it is read by the next run.
_MADE = ("warehouse", "outputs", "backups")
_CHUNK = 1 << 20


def standing_totals(request: Request, state: str) -> dict[str, int] | None:
    """Give the row accounting of the warehouse in force if a refresh would make the same again.

    Args:
        request: the workspace, the day, and what is asked for.
        state: the `state_of` it now.
    Returns:
        Rows read and rows in each state; None when there is something to refresh.
    """
    settings = request.settings()
    folder = settings.workspace / "warehouse"
    database, mark = current_database(folder), folder / MARK
    if database is None or not mark.is_file() or mark.read_text(encoding="utf-8").strip() != _digest(state, settings):
        return None
    return totals(read_accounts(database))


def mark_refreshed(request: Request, begun: str) -> None:
    """Leave the mark of a refresh that went well, unless the workspace changed while it ran.

    Args:
        request: what was asked for.
        begun: the `state_of` the workspace at its beginning.
    """
    settings = request.settings()
    if begun == state_of(request):
        (settings.workspace / "warehouse" / MARK).write_text(f"{_digest(begun, settings)}\n", encoding="utf-8")


def state_of(request: Request) -> str:
    """Give a digest of everything that decides what a refresh makes, but for the database it begins with."""
    settings = request.settings()
    root = settings.workspace
    told = [
        *(__version__, str(request.as_of), str(request.period), *request.sources),
        *(f"{name}={value}" for name, value in sorted(request.variables.items()) if name.startswith("CASELOAD_")),
        key_id(network_key(settings, request.variables)),
    ]
    files = [path for name in sorted(root.iterdir()) if name.name not in _MADE for path in _files(name)]
    ledger = settings.internal_root / LEDGER
    product = [path for folder in (PACKAGE, sql_folder(), expectations_folder()) for path in _files(folder)]
    present = [path for path in (*files, ledger, *product) if path.is_file()]
    return _together([*told, *(f"{path}={_file_digest(path)}" for path in present)])


def _digest(state: str, settings: Settings) -> str:
    database = current_database(settings.workspace / "warehouse")
    made = f"{database.name} {database.stat().st_mtime_ns} {database.stat().st_size}" if database else "none"
    return _together([state, made])


def _files(path: Path) -> Iterator[Path]:
    """Give the files of a folder in order, without what Python keeps for itself."""
    if path.is_dir():
        yield from (each for each in sorted(path.rglob("*")) if each.is_file() and "__pycache__" not in each.parts)
    else:
        yield path


def _together(parts: list[str]) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()


def _file_digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
