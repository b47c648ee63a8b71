"""Writing a proposed profile to disk, and never over a file that is there.

Answers "where does the profile go".
"""

from __future__ import annotations

from pathlib import Path

from pipelines.errors import UsageError
from pipelines.inspecting.inspection import Inspection


def write_profile(inspection: Inspection, path: Path) -> None:
    """Write the proposed profile of an inspection to a new file, readable by everybody and writable by its owner.

    Raises:
        UsageError: the file exists, or its folder does not or cannot be written to.
    """
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(inspection.profile_toml())
        path.chmod(0o644)
    except FileExistsError:
        raise UsageError(
            f"{path} exists and is not overwritten. Give another name, or move the old profile away first."
        ) from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}. Choose a folder that exists.") from None
