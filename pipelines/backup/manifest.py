"""The last page of a backup: every file with its digest, and a proof that a holder of the key wrote it.

Answers "are these the files that went in, all of them and no others".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

FORMAT = 1
# Names in the archive. Everything else in it lies below the first.
WORKSPACE = "workspace"
NETWORK_KEY = "network.key"
MANIFEST = "manifest.json"
PROOF = "manifest.proof"
LONGEST_PATH = 4096


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself.

    `files` gives the size and SHA-256 of each file by its name in the archive; `folders` are there for those without a
    file. `database` is the file of the warehouse, empty before the first run.
    """

    product: str
    network: str
    made_at: str
    database: str
    files: Mapping[str, tuple[int, str]]
    folders: tuple[str, ...]

    @property
    def n_bytes(self) -> int:
        """Give the size of all files together."""
        return sum(size for size, _ in self.files.values())

    def as_bytes(self) -> bytes:
        """Write it as JSON."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1, sort_keys=True).encode("ascii")

    @classmethod
    def parse(cls, content: bytes) -> Manifest:
        """Read it back.

        Raises:
            ValueError: it is damaged, or of a version that is not known.
        """
        told: dict[str, Any] = json.loads(content)
        if told.pop("format") != FORMAT:
            raise ValueError("another format")
        files = {name: (int(size), str(digest)) for name, (size, digest) in told.pop("files").items()}
        folders = tuple(str(name) for name in told.pop("folders"))
        return cls(files=files, folders=folders, **{name: str(value) for name, value in told.items()})


def is_inside(name: str) -> bool:
    """Tell whether a name of an archive leads to a place inside the workspace, on any system.

    >>> is_inside("workspace/inbox/river/2026.csv"), is_inside("workspace/../x"), is_inside("/workspace/x")
    (True, False, False)
    """
    head, *parts = name.split("/")
    is_plain = all(part not in ("", ".", "..") and "\0" not in part for part in parts)
    return head == WORKSPACE and bool(parts) and is_plain and len(name) <= LONGEST_PATH
