"""Who may open what is written: its owner alone, unless it was made to be read by others.

Answers "which mode has this file", whatever the user's own umask is. Systems without modes (Windows) protect a user's
folders in their own way; the modes are then without effect.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

OTHERS = 0o077
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
OPEN_FOLDER, OPEN_FILE = 0o755, 0o644


@contextmanager
def kept_private() -> Iterator[None]:
    """Let whatever this process makes inside the block be for its owner alone, files that libraries make included."""
    before = os.umask(OTHERS)
    try:
        yield
    finally:
        os.umask(before)
