"""A new workspace: the commented files a network starts from."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipelines.errors import UsageError
from pipelines.modes import PRIVATE_FOLDER
from pipelines.resources import reference_file

FOLDERS = ("profiles", "inbox/my-centre-export", "benchmarks", "policy", "commentary")
FILES = {
    "caseload.toml": "caseload.toml",
    "profile.toml": "profiles/example.toml",
    "corrections.toml": "corrections.toml",
    "events.toml": "events.toml",
    "revisions.toml": "revisions.toml",
    "self_assessment.toml": "self_assessment.toml",
    "commentary.md": "commentary/README.md",
    "policy.md": "policy/README.md",
}


def init_workspace(folder: Path) -> tuple[Path, ...]:
    """Write a commented, empty workspace.

    Args:
        folder: made when it is missing; nothing in it may be overwritten.
    Returns:
        The files that were written.
    Raises:
        UsageError: the folder holds one of the files already; nothing is written then.
    """
    targets = {name: folder / target for name, target in FILES.items()}
    present = [str(path) for path in targets.values() if path.exists()]
    if present:
        raise UsageError(f"{' and '.join(present)} exist already. Choose an empty folder; nothing was written.")
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    # Files as received hold people's data; who else may put files there is for their owner to say.
    (folder / "inbox").chmod(PRIVATE_FOLDER)
    for name, target in targets.items():
        shutil.copyfile(reference_file("workspace", name), target)
    return tuple(targets.values())
