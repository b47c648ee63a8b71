"""What lies in the inbox: one folder of files for each source, and nothing else.

Answers "which files would be read, in which order, and does anything lie where nobody looks".
"""

from __future__ import annotations

import re
from pathlib import Path

from pipelines.errors import ReadError, SettingsError, UsageError
from pipelines.ingest.reading.files import SUFFIXES, check_name
from pipelines.settings import Settings


def check_inbox(settings: Settings, only: tuple[str, ...]) -> None:
    """Make sure that nothing lies in the inbox that no source would read.

    Args:
        settings: names the inbox and the sources.
        only: source ids that a person asked for.
    Raises:
        UsageError: there is no such source. ReadError: there is no inbox, or a name cannot be used.
        SettingsError: files lie where no source looks.
    """
    unknown = [name for name in only if name not in settings.sources]
    if unknown:
        raise UsageError(f"There is no source {', '.join(unknown)}. Sources: {', '.join(settings.sources)}.")
    if not settings.inbox.is_dir():
        raise ReadError(f"{settings.inbox} does not exist. Make it, with one folder of files per source.")
    found = [path for path in sorted(settings.inbox.iterdir()) if not path.name.startswith(".")]
    for path in found:
        check_name(path)
    # An empty folder loses nothing; one with files holds rows that nobody would count.
    strays = [
        path.name for path in found if path.name not in settings.sources and path.is_dir() and any(path.iterdir())
    ]
    if strays:
        raise SettingsError(
            f"{settings.inbox} has folders that no source is named after: {', '.join(strays)}. "
            "Add a [sources] table for each, or move the folder away."
        )
    loose = [path.name for path in found if not path.is_dir()]
    if loose:
        raise SettingsError(
            f"{settings.inbox} has files that lie in no source's folder: {', '.join(loose)}. "
            f"Move each into the folder of its source: {', '.join(settings.sources)}."
        )


def bytes_in(inbox: Path) -> int:
    """Give the size of all files of an inbox together; nought where there is none."""
    return sum(path.stat().st_size for path in inbox.glob("*/*") if path.is_file())


def files_in(folder: Path) -> list[Path]:
    """List the files of one source by name; hidden files are the file manager's, not an export.

    Raises:
        ReadError: something in the folder is no file that can be read.
    """
    paths = [path for path in folder.glob("*") if not path.name.startswith(".")] if folder.is_dir() else []
    paths.sort(key=_in_counting_order)
    for path in paths:
        check_name(path)
    refused = [str(path) for path in paths if path.is_dir() or path.suffix.lower() not in SUFFIXES]
    if refused:
        raise ReadError(f"{', '.join(refused)}: only {', '.join(SUFFIXES)} files can be read. Export as one of these.")
    return paths


def _in_counting_order(path: Path) -> list[tuple[int, str]]:
    """Order names as people do: export, export (2), export-9, export-10; they arrive in this order."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", path.stem)]
