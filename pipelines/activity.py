"""The activity log: who ran which command, on which inputs, and how it ended.

Answers "who did what, and when". One line for each command, whether it went well or not, in
`outputs/internal/activity.jsonl`. Options are noted without their values, inputs as keyed digests, failures by their
exit code: no message and no value of a record is ever written here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

from pipelines import chains
from pipelines.errors import CaseloadError

FILE_NAME = "activity.jsonl"
# Commands that read the inbox: what lay in it is part of what was done.
WITH_INPUTS = frozenset({"check", "demo", "run", "refresh-source", "all-of-it", "check-inboxes"})
STOPPED = 130
EDITION_NOTED = ("period", "edition", "is_new")


@dataclass
class Note:
    """What a command learns about itself while it runs: how it ended, and which editions stand now.

    `problem` says afterwards why the command could not be written down; it is empty when it was.
    """

    exit_code: int = 0
    problem: str = ""
    editions: list[dict[str, Any]] = field(default_factory=list)

    def tell_editions(self, editions: Sequence[Mapping[str, Any]]) -> None:
        """Note which editions stand; nothing of them that counts people is kept."""
        self.editions = [{name: each[name] for name in EDITION_NOTED} for each in editions]


@contextmanager
def noted(place: Path, command: str, options: Sequence[str], variables: Mapping[str, str]) -> Iterator[Note]:
    """Write down a command when it ends, however it ends.

    Args:
        place: the workspace it was for, or something inside it; outside a workspace nothing is written down.
        command: its name.
        options: the names of its options, without their values.
        variables: the environment, which may say where the key of digests lies.
    Returns:
        A note that the command fills in.
    """
    note = Note()
    try:
        yield note
    except CaseloadError as error:
        note.exit_code = error.exit_code
        raise
    except KeyboardInterrupt:
        note.exit_code = STOPPED
        raise
    except BaseException:
        note.exit_code = note.exit_code or 1
        raise
    finally:
        workspace = _workspace_around(place)
        if workspace is not None:
            _write(workspace, command, options, variables, note=note)


def check_chain(path: Path) -> list[str]:
    """Say where the activity log was changed; nothing when all is well."""
    return chains.broken(path)


def _workspace_around(place: Path) -> Path | None:
    """Give the workspace that a file or folder belongs to, or None."""
    from pipelines.settings import FILE_NAME as SETTINGS

    resolved = place.absolute()
    return next((folder for folder in (resolved, *resolved.parents) if (folder / SETTINGS).is_file()), None)


def _write(
    workspace: Path, command: str, options: Sequence[str], variables: Mapping[str, str], *, note: Note
) -> None:  # fmt: skip
    entry = {
        "command": command,
        "options": sorted(set(options)),
        "inputs": _inputs(workspace, variables) if command in WITH_INPUTS else [],
        "editions": note.editions,
        "exit_code": note.exit_code,
    }
    internal = workspace / "outputs" / "internal"
    try:
        chains.append(internal / FILE_NAME, entry, now=datetime.now(UTC))
    except OSError as error:
        note.problem = f"{internal / FILE_NAME} cannot be written ({error.strerror}): this command is not noted."


def _inputs(workspace: Path, variables: Mapping[str, str]) -> list[dict[str, str]] | None:
    """Give a keyed digest of each file of the inbox, as manifests have it; None where the key or a file is missing.

    The log must never fail on what made the command fail, so settings that cannot be read give no inputs.
    """
    from pipelines.keys import key_path, keyed_digest, network_key
    from pipelines.settings import load_settings

    try:
        settings = load_settings(workspace, variables)
        if not key_path(settings, variables).is_file():
            return None
        key = network_key(settings, variables)
        return [
            {"source": source_id, "file_digest": keyed_digest(key, _digest(path))}
            for source_id in settings.sources
            for path in sorted((settings.inbox / source_id).glob("[!.]*"))
            if path.is_file()
        ]
    except (CaseloadError, OSError):
        return None


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
