"""Editions on disk: which there are, what they hold, and how a new one is put beside them.

Answers: what was published before. Only listed file types may enter, paths cannot leave the folder, and an edition
appears complete or not at all.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from pipelines.errors import DisclosureError, UsageError
from pipelines.modes import OPEN_FILE, OPEN_FOLDER, make_open_folder
from pipelines.periods import Period

ALLOWED_TYPES = frozenset({".html", ".csv", ".json", ".svg", ".png", ".jsonld", ".pdf", ".xlsx"})
MANIFEST = "manifest.json"
CENTRE_FOLDER = 0o750
_AUDIENCE = re.compile(r"^[a-z0-9][a-z0-9-]*$")
_PART = re.compile(r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")


@dataclass(frozen=True, eq=False)
class Released:
    """One audience's brief of one edition on the shelf, as its manifest tells it.

    `folder` is its address relative to the shelf.
    """

    folder: str
    manifest: Mapping[str, Any]

    @property
    def period(self) -> Period:
        """Give the period of the brief."""
        return Period.parse(self.manifest["period"])

    @property
    def number(self) -> int:
        """Give the number of the edition."""
        return int(self.manifest["edition"])

    @property
    def audience(self) -> str:
        """Tell whom the brief is for."""
        return str(self.manifest["audience"])

    @property
    def is_for_one_centre(self) -> bool:
        """Tell whether its figures are exact ones of one law centre, which are for that centre alone."""
        return self.audience.startswith("centre-")

    @property
    def is_provisional(self) -> bool:
        """Tell whether late cases are still expected."""
        return bool(self.manifest["provisional"])

    def holds(self, path: str) -> bool:
        """Tell whether a file is part of the brief."""
        return path in self.manifest["outputs"]


def released(release_root: Path) -> tuple[Released, ...]:
    """Give every brief on the shelf, in the order of period, edition and audience; read from the manifests alone."""
    paths = (path for path in release_root.glob(f"*/*/*/{MANIFEST}") if path.parts[-3].isdecimal())
    found = (
        Released(path.parent.relative_to(release_root).as_posix(), json.loads(path.read_bytes())) for path in paths
    )
    return tuple(sorted(found, key=lambda each: (each.period, each.number, each.audience)))


def newest_edition(release_root: Path, period: Period) -> int | None:
    """Give the highest edition number of a period on disk, or None."""
    folder = release_root / str(period)
    if not folder.is_dir():
        return None
    return max(
        (int(entry.name) for entry in folder.iterdir() if entry.name.isdecimal() and entry.is_dir()), default=None
    )


def read_edition(release_root: Path, period: Period, number: int) -> dict[str, dict[str, bytes]]:
    """Read a whole edition.

    Returns:
        Audience to relative path to bytes.
    Raises:
        UsageError: there is no such edition.
    """
    folder = release_root / str(period) / str(number)
    if not folder.is_dir():
        raise UsageError(f"There is no edition {number} of {period}.")
    return {audience.name: _read_files(audience) for audience in sorted(folder.iterdir()) if audience.is_dir()}


def write_edition(release_root: Path, period: Period, number: int, files: Mapping[str, Mapping[str, bytes]]) -> Path:
    """Put a new edition in place in one step.

    It is written to a folder beside, flushed to disk and renamed, so that a reader sees all of it or nothing.

    Args:
        release_root: the folder of all releases.
        period: of the brief.
        number: of the edition; must not exist.
        files: audience to relative path to bytes.
    Returns:
        The edition's folder.
    Raises:
        DisclosureError: a file's type or path is not allowed; nothing is written.
        UsageError: the edition exists; editions are frozen.
    """
    _require_allowed(files)
    target = release_root / str(period) / str(number)
    if target.exists():
        raise UsageError(f"Edition {number} of {period} exists. A correction is published as a new edition.")
    make_open_folder(target.parent)
    beside = Path(tempfile.mkdtemp(prefix=f".{number}-", dir=target.parent))
    try:
        for audience, contents in files.items():
            _write_files(beside / audience, contents)
            # A centre's exact figures are for that centre alone; who hands them on opens the folder.
            (beside / audience).chmod(CENTRE_FOLDER if audience.startswith("centre-") else OPEN_FOLDER)
        beside.chmod(OPEN_FOLDER)
        beside.replace(target)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    _flush(target.parent)
    return target


def replace_file(path: Path, data: bytes) -> None:
    """Write one file in one step: a reader sees the old bytes or the new."""
    make_open_folder(path.parent)
    beside = path.with_name(f".{path.name}.part")
    _write_file(beside, data)
    beside.replace(path)


def _require_allowed(files: Mapping[str, Mapping[str, bytes]]) -> None:
    """Refuse what must not be published, before anything is written."""
    for audience, contents in files.items():
        if not _AUDIENCE.match(audience):
            raise DisclosureError("An audience folder has a name that is not allowed.")
        for path in contents:
            _require_allowed_path(path)


def _require_allowed_path(path: str) -> None:
    parts = path.split("/")
    if not all(_PART.match(part) for part in parts):
        raise DisclosureError("A released file has a path that is not allowed.")
    suffix = PurePosixPath(path).suffix
    if suffix not in ALLOWED_TYPES:
        raise DisclosureError(f"Files of type {suffix or '(none)'} may not be released.")


def _write_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    folders = {folder}
    for path, data in contents.items():
        target = folder / path
        make_open_folder(target.parent)
        _write_file(target, data)
        folders.add(target.parent)
    for each in folders:
        make_open_folder(each)
        _flush(each)


def _write_file(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        path.chmod(OPEN_FILE)
        os.fsync(file.fileno())


def _flush(folder: Path) -> None:
    """Make a folder's entries durable; systems that cannot open folders do this themselves."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read_files(folder: Path) -> dict[str, bytes]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
