"""An invented network for a bench, made by a process of its own: a child holds no less memory than its parent."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from measuring import measure

SEED = 2026
_SCRIPT = """
import json, sys
from pathlib import Path
from pipelines.synthetic import write_workspace
made = write_workspace(Path(sys.argv[1]), seed=int(sys.argv[2]), **json.loads(sys.argv[3]))
print(json.dumps({"as_of": made.as_of.isoformat(), "files": made.n_files, "sources": made.n_sources}))
"""


def write_network(folder: Path, **size: int) -> dict[str, Any]:
    """Write an invented workspace.

    Args:
        folder: made for it.
        size: `cases`, and `sources` where there is to be another number of them than usual.
    Returns:
        `as_of`, the day its run speaks of, and how many `files` and `sources` there are.
    """
    return measure([sys.executable, "-c", _SCRIPT, str(folder), str(SEED), json.dumps(size)], folder.parent).printed
