"""Editions on disk: which there are, what they hold, and how a new one is put beside them.

Answers: what was published before. Only listed file types may enter, paths cannot leave the folder, and an edition
appears complete or not at all.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from pipelines import disk
from pipelines.errors import DisclosureError, UsageError
from pipelines.modes import OPEN_FILE, OPEN_FOLDER
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


def stage_edition(release_root: Path, period: Period, number: int, files: Mapping[str, Mapping[str, bytes]]) -> Path:
    """Write a new edition to a folder beside its place, whole and on the disk, where no reader looks.

    Args:
        release_root: the folder of all releases.
        period: of the brief.
        number: of the edition; must not exist.
        files: audience to relative path to bytes.
    Returns:
        The folder; `stand` puts it in its place.
    Raises:
        DisclosureError: a file's type or path is not allowed; nothing is written.
        UsageError: the edition exists; editions are frozen.
    """
    _require_allowed(files)
    target = release_root / str(period) / str(number)
    if target.exists():
        raise UsageError(f"Edition {number} of {period} exists. A correction is published as a new edition.")
    disk.make_folder(target.parent)
    beside = Path(tempfile.mkdtemp(prefix=f".{number}-", dir=target.parent))
    try:
        for audience, contents in files.items():
            _write_files(beside / audience, contents)
            # A centre's exact figures are for that centre alone; who hands them on opens the folder.
            (beside / audience).chmod(CENTRE_FOLDER if audience.startswith("centre-") else OPEN_FOLDER)
        disk.flush_folder(beside)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return beside


def stand(beside: Path) -> Path:
    """Rename a staged edition to its number, where a reader sees all of it at once; give its place."""
    target = beside.with_name(beside.name[1:].partition("-")[0])
    beside.chmod(OPEN_FOLDER)
    beside.replace(target)
    disk.flush_folder(target.parent)
    return target


def stand_or_clear(release_root: Path, manifests: Mapping[tuple[str, int, str], str]) -> None:
    """Put every staged edition that was promised to readers in its place, and clear away every other one.

    Args:
        release_root: the folder of all releases.
        manifests: SHA-256 of the manifest of each period, edition and audience that readers may have been told of.
    """
    for beside in sorted(release_root.glob("[0-9]*/.[0-9]*-*")):
        number = beside.name[1:].partition("-")[0]
        audiences = {path.parent.name: path for path in beside.glob(f"*/{MANIFEST}")}
        is_promised = bool(audiences) and all(
            manifests.get((beside.parent.name, int(number), name)) == sha256(path.read_bytes()).hexdigest()
            for name, path in audiences.items()
        )
        if is_promised and not beside.with_name(number).exists():
            stand(beside)
        else:
            shutil.rmtree(beside)


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
    disk.make_folder(folder)
    for path, data in contents.items():
        target = folder / path
        disk.make_folder(target.parent)
        disk.write_file(target, data, OPEN_FILE)
        folders.add(target.parent)
    for each in folders:
        disk.flush_folder(each)


def _read_files(folder: Path) -> dict[str, bytes]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
